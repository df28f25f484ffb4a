"""Temporary grants: worth something in their time and not a moment longer, within the giver's own rights, audited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenon.access.actor import Actor, system
from tenon.access.models import Member, TemporaryGrant
from tenon.access.selectors.actors import actor_of, facts_of, member_of_person
from tenon.access.services.grants import grant_create, grant_end, grants_over
from tenon.access.services.roles import role_create
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tests.platform.access.conftest import Join


def lend(actor: Actor, member: Member, **given: Any) -> TemporaryGrant:
    data = {"member": member, "until": timezone.now() + timedelta(days=3), "reason": "Holiday cover", **given}
    return grant_create(actor=actor, data=data)


def rights(member: Member) -> Actor:
    member.refresh_from_db()
    return actor_of(member)


def test_a_role_is_lent_and_ends_by_itself(join: Join, actor: Actor) -> None:
    member, before = join("sales")
    assert not before.can("finance.journal_entry.view")
    grant = lend(actor, member, role="accountant")
    now = rights(member)
    assert now.can("finance.journal_entry.view")
    assert now.roles == ("sales", "accountant")
    assert now.scope("shared.party") == "all", "the accountant's scope comes along, where the role shows the entity"
    later = grant.until + timedelta(seconds=1)
    assert facts_of(member, at=later)[0] == ("sales",), "nobody had to do anything"
    assert facts_of(member, at=grant.since - timedelta(seconds=1))[0] == ("sales",)
    entry = AuditEntry.objects.filter(table_name="access_temporarygrant", row_id=grant.pk).get()
    assert entry.actor == actor.ref
    assert "Holiday cover" in str(entry.changes)


def test_a_grant_to_come_is_worth_nothing_yet(join: Join, actor: Actor) -> None:
    member, _before = join("sales")
    lend(actor, member, role="accountant", since=timezone.now() + timedelta(days=1))
    assert not rights(member).can("finance.journal_entry.view")


def test_single_permissions_reach_as_far_as_the_grant_says(join: Join, actor: Actor) -> None:
    member, _before = join("shop_floor")
    lend(actor, member, permissions=["finance.journal_entry.view"], scope="own")
    now = rights(member)
    assert now.can("finance.journal_entry.view")
    assert now.scope("finance.journal_entry") == "own"
    assert not now.can("finance.journal_entry.update")


def test_it_is_ended_early_once(join: Join, actor: Actor) -> None:
    member, _before = join("sales")
    grant = lend(actor, member, role="accountant")
    grant_end(actor=actor, grant=grant)
    assert not rights(member).can("finance.journal_entry.view")
    with pytest.raises(StateRefused):
        grant_end(actor=actor, grant=grant)


def test_what_is_over_is_cleared_away(join: Join, actor: Actor) -> None:
    member, _before = join("sales")
    grant = lend(actor, member, role="accountant")
    past = timezone.now() - timedelta(minutes=1)
    with acting(actor):
        TemporaryGrant.objects.filter(pk=grant.pk).update(since=past - timedelta(days=1), until=past)
        member.refresh_from_db()
        member.grants[0]["until"] = past.isoformat()
        member.save()
    assert not rights(member).can("finance.journal_entry.view")
    assert grants_over(actor=system("test")) == 1
    member.refresh_from_db()
    assert member.grants == []
    assert grants_over(actor=system("test")) == 0


def test_nobody_lends_what_they_do_not_hold(join: Join, actor: Actor) -> None:
    codes = ["access.grant.create", "access.member.view", "shared.party.view"]
    role_create(actor=actor, data={"name": "Lender", "permissions": codes, "scope": "own"})
    me, lender = join("lender")
    member, _before = join("shop_floor")
    for given in (
        {"role": "accountant"},
        {"role": "owner"},
        {"permissions": ["finance.journal_entry.view"]},
        {"permissions": ["shared.party.view"], "scope": "all"},
    ):
        with pytest.raises((Forbidden, Invalid)):
            lend(lender, member, **given)
    assert lend(lender, member, permissions=["shared.party.view"], scope="own").pk
    with pytest.raises(Forbidden):
        lend(lender, me, permissions=["shared.party.view"])
    with pytest.raises(Invalid):
        lend(actor, member, role="owner")
    with pytest.raises(Forbidden):
        lend(rights(member), me, role="viewer")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"role": "viewer", "permissions": ["access.member.view"]},
        {"role": "no-such-role"},
        {"permissions": ["no.such.code"]},
        {"role": "viewer", "reason": "  "},
        {"role": "viewer", "until": timezone.now() - timedelta(days=1)},
        {"role": "viewer", "until": None},
        {"role": "viewer", "since": timezone.now() + timedelta(days=9)},
    ],
)
def test_half_a_grant_is_refused(join: Join, actor: Actor, given: dict[str, Any]) -> None:
    member, _before = join("sales")
    with pytest.raises(Exception, match=r".") as refused:
        lend(actor, member, **given)
    assert type(refused.value).__name__ in ("Invalid", "ValidationError")
    assert TemporaryGrant.objects.count() == 0


def test_who_acts_still_costs_two_queries(join: Join, actor: Actor) -> None:
    member, _before = join("sales")
    lend(actor, member, role="accountant")
    with CaptureQueriesContext(connection) as queries:
        found = member_of_person(member.person_id)
        assert found is not None
        assert actor_of(found).can("finance.journal_entry.view")
    assert len(queries) == 2
