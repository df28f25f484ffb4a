"""Two parties become one and two again: fields, references, refusals, and what is written at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from modules.shared.data.checks import check
from modules.shared.data.handlers import merges_nightly
from modules.shared.data.models import Address, Contact, Party, PartyContact, PartyMerge
from modules.shared.data.selectors.duplicates import duplicate_groups
from modules.shared.data.selectors.merging import counts, described, references, values_of
from modules.shared.data.services import contact_add, party_create, party_update
from modules.shared.data.services.merging import parties_merge, party_merge, party_merge_undo
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid, NotFound, Problem, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of


def pair(actor: Actor, **values: Any) -> tuple[Party, Party]:
    """The survivor says little; the other one more."""
    keep = party_create(actor=actor, name="Giant Bicycles", is_customer=True)
    gone = party_create(
        actor=actor, name="GIANT BICYCLES Inc.", is_supplier=True, tax_id="US-1", phone="279-555-0130",
        credit_limit=Decimal("1500.00"), note="Pays in May", **values,
    )  # fmt: skip
    return keep, gone


def said(party: Party) -> dict[str, Any]:
    party.refresh_from_db()
    return {**values_of(party), "is_active": party.is_active, "merged_into": party.merged_into_id}


def test_no_reference_is_forgotten(actor: Actor, serving_acme: Company) -> None:
    """What the model graph says is what the database knows: every foreign key to a party, but the merges' own."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select c.conrelid::regclass::text, a.attname from pg_constraint c
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
                where c.contype = 'f' and c.confrelid = 'data_party'::regclass"""
        )
        there = {(table.split(".")[-1].strip('"'), column) for table, column in cursor.fetchall()}
    known = {(one.table, one.column) for one in references() if not one.of}
    assert known == {pair for pair in there if pair[0] != "data_partymerge"}
    assert {one.table for one in references() if one.of} == {"records_comment", "records_attachment"}


def test_merged_and_undone(actor: Actor, serving_acme: Company) -> None:
    keep, gone = pair(actor)
    before = said(keep), said(gone)
    merge = party_merge(actor=actor, survivor=keep, absorbed=gone, reason="The same firm")
    after = said(keep)
    assert (after["name"], after["tax_id"], after["phone"]) == ("Giant Bicycles", "US-1", "279-555-0130")
    assert (after["is_customer"], after["is_supplier"], after["credit_limit"]) == (True, True, Decimal("1500.00"))
    assert said(gone) == {**before[1], "tax_id": "", "is_active": False, "merged_into": keep.pk}
    assert duplicate_groups(actor=actor) == []
    party_merge_undo(actor=actor, merge=merge)
    assert (said(keep), said(gone)) == before
    merge.refresh_from_db()
    assert (merge.state, merge.undone_at is None) == ("undone", False)
    with pytest.raises(StateRefused):
        party_merge_undo(actor=actor, merge=merge)


def test_later_edits_stay(actor: Actor, serving_acme: Company) -> None:
    """A phone written after the merge stays; what nobody touched goes back."""
    keep, gone = pair(actor)
    merge = party_merge(actor=actor, survivor=keep, absorbed=gone)
    party_update(actor=actor, party=keep, phone="021-555-0199", email="hello@giant.example")
    party_merge_undo(actor=actor, merge=merge)
    keep.refresh_from_db()
    assert (keep.phone, keep.email, keep.tax_id, keep.note) == ("021-555-0199", "hello@giant.example", "", "")
    gone.refresh_from_db()
    assert (gone.phone, gone.tax_id) == ("279-555-0130", "US-1")


def test_what_has_no_room_is_kept_back(actor: Actor, serving_acme: Company) -> None:
    """The same contact at both stays once; of two default addresses the survivor's remains the default."""
    keep, gone = pair(actor)
    with acting(actor):
        maria = Contact(name="Purchasing")
        maria.save()
        for party in (keep, gone):
            PartyContact(party=party, contact=maria, role="Buyer").save()
            Address(party=party, line1=f"Street of {party.code}", is_default=True).save()
    contact_add(actor=actor, party=gone, name="Accounts")
    merge = party_merge(actor=actor, survivor=keep, absorbed=gone)
    assert (merge.moved, merge.kept) == (2, 1)
    assert sorted(keep.party_contacts.values_list("contact__name", flat=True)) == ["Accounts", "Purchasing"]
    assert dict(keep.addresses.values_list("line1", "is_default")) == {
        f"Street of {keep.code}": True, f"Street of {gone.code}": False,
    }  # fmt: skip
    party_merge_undo(actor=actor, merge=merge)
    assert sorted(gone.party_contacts.values_list("contact__name", flat=True)) == ["Accounts", "Purchasing"]
    assert dict(gone.addresses.values_list("line1", "is_default")) == {f"Street of {gone.code}": True}


def test_whose_value_is_taken_is_a_choice(actor: Actor, serving_acme: Company) -> None:
    keep, gone = pair(actor)
    merge = party_merge(actor=actor, survivor=keep, absorbed=gone, choices={"name": gone.pk, "tax_id": keep.pk})
    keep.refresh_from_db()
    assert (keep.name, keep.name_key, keep.tax_id) == ("GIANT BICYCLES Inc.", "giant bicycles", "")
    party_merge_undo(actor=actor, merge=merge)
    keep.refresh_from_db()
    assert keep.name == "Giant Bicycles"
    for choices in ({"code": gone.pk}, {"name": 999_999}):
        with pytest.raises(Invalid):
            party_merge(actor=actor, survivor=keep, absorbed=gone, choices=choices)


def test_two_tax_numbers_are_two_companies(actor: Actor, serving_acme: Company) -> None:
    keep, gone = pair(actor)
    party_update(actor=actor, party=keep, tax_id="US-2")
    with pytest.raises(StateRefused):
        party_merge(actor=actor, survivor=keep, absorbed=gone)
    party_merge(actor=actor, survivor=keep, absorbed=gone, choices={"tax_id": keep.pk})
    keep.refresh_from_db()
    assert keep.tax_id == "US-2"


def test_of_three_all_or_none(actor: Actor, serving_acme: Company) -> None:
    """A chain leads to its end, and is taken apart from its end."""
    keep, gone = pair(actor)
    third = party_create(actor=actor, name="Giant", tax_id="US-9")
    with pytest.raises(StateRefused), transaction.atomic():
        parties_merge(actor=actor, survivor=keep.pk, absorbed=[gone.pk, third.pk])
    assert PartyMerge.objects.count() == 0
    first = party_merge(actor=actor, survivor=keep, absorbed=gone)
    party_update(actor=actor, party=third, tax_id="")
    second = party_merge(actor=actor, survivor=third, absorbed=keep)
    gone.refresh_from_db()
    assert gone.merged_into_id == third.pk
    with pytest.raises(StateRefused):
        party_merge_undo(actor=actor, merge=first)
    party_merge_undo(actor=actor, merge=second)
    gone.refresh_from_db()
    assert gone.merged_into_id == keep.pk
    party_merge_undo(actor=actor, merge=first)


def test_refusals(actor: Actor, serving_acme: Company) -> None:
    keep, gone = pair(actor)
    with pytest.raises(Invalid):
        party_merge(actor=actor, survivor=keep, absorbed=keep)
    with pytest.raises(Forbidden):
        party_merge(actor=replace(actor, permissions=frozenset()), survivor=keep, absorbed=gone)
    mine = replace(actor, member_id=-1, department_id=None, scopes={"shared.party": "own"})
    with pytest.raises(NotFound):
        party_merge(actor=mine, survivor=keep, absorbed=gone)
    party_merge(actor=actor, survivor=keep, absorbed=gone)
    with pytest.raises(NotFound):
        party_merge(actor=actor, survivor=keep, absorbed=gone)


def test_groups_say_what_tells_them_apart(actor: Actor, serving_acme: Company) -> None:
    keep, gone = pair(actor)
    party_update(actor=actor, party=gone, is_customer=True)
    contact_add(actor=actor, party=keep, name="Purchasing")
    ((group),) = described(actor, duplicate_groups(actor=actor))
    assert (group["survivor"], group["two_companies"]) == (gone.pk, False)
    assert [(one["references"], one["told"]) for one in group["parties"]] == [(1, ""), (0, "US-1 · 279-555-0130")]
    assert counts([keep.pk])[keep.pk][0][1] == 1


def test_what_comes_late_is_found_and_follows(actor: Actor, serving_acme: Company) -> None:
    """A note of a visit that was on its way: the books say so, the night brings it after, undoing takes it back."""
    keep, gone = pair(actor)
    merge = party_merge(actor=actor, survivor=keep, absorbed=gone)
    assert check(serving_acme) == []
    with acting(actor):
        Address(party=gone, line1="1 Late Street").save()
    assert check(serving_acme) == [f"{gone.code}: merged away, and data_address.party_id still points at it"]
    assert merges_nightly() == {"followed": 1}
    assert (check(serving_acme), keep.addresses.count()) == ([], 1)
    party_merge_undo(actor=actor, merge=merge)
    assert gone.addresses.count() == 1


def test_at_once_there_is_one_merge_and_nothing_stays_behind(fresh_company: Callable[..., Company]) -> None:
    """Four merge the same two, either way round, while others write contacts for both: one merge, and in the end all
    contacts are with whoever remains."""
    own = fresh_company()
    actor = owner_of(own)
    with serving(own):
        one, other = pair(actor)
    barrier = Barrier(8)

    def run(index: int) -> Any:
        try:
            with serving(own):
                barrier.wait(timeout=30)
                if index < 4:
                    keep, gone = (one, other) if index % 2 else (other, one)
                    return party_merge(actor=actor, survivor=keep, absorbed=gone)
                return contact_add(actor=actor, party=(one, other)[index % 2], name=f"Contact {index}")
        except Problem as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(run, range(8)))
    (merge,) = [r for r in results if isinstance(r, PartyMerge)]
    assert sum(isinstance(r, NotFound) for r in results[:4]) == 3
    assert all(isinstance(r, Contact) for r in results[4:]), results[4:]
    with serving(own):
        merges_nightly()
        assert check(own) == []
        assert merges_nightly() == {"followed": 0}
        assert PartyContact.objects.filter(party=merge.survivor_id).count() == 4
        assert PartyContact.objects.filter(party=merge.absorbed_id).count() == 0
        party_merge_undo(actor=actor, merge=merge)
        assert PartyContact.objects.count() == 4


def test_the_database_refuses_more_than_the_party(actor: Actor, serving_acme: Company) -> None:
    from modules.crm.models import OwnershipChange, Pool

    keep, gone = pair(actor)
    with acting(actor):
        pool = Pool(name="North")
        pool.save()
        row = OwnershipChange(party=gone, pool=pool, kind="entered", on="2026-01-01")
        row.save()
    update = OwnershipChange.objects.filter(pk=row.pk)
    with acting(actor):
        with pytest.raises(DatabaseError), transaction.atomic():
            update.update(party=keep)  # nobody merged them
        party_merge(actor=actor, survivor=keep, absorbed=gone)
        assert update.get().party_id == keep.pk
        for values in ({"party": gone, "reason": "x"}, {"reason": "x"}, {"kind": "claimed"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                update.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            update.delete()
