"""Many parties at once, as an import brings them: the same checks, a constant number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.data.errors import Duplicate
from modules.shared.data.models import Contact, Party, PartyContact
from modules.shared.data.services.parties import CODES, fill, refuse_bad
from tenon.access.actor import Actor
from tenon.problems import FieldError
from tenon.records.numbering import next_numbers
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current


@service("shared.party.create")
def party_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[Party]:
    """What party_create does, for all rows or for none. Raises Duplicate for a tax number that is there, Invalid."""
    parties = [_party(actor, row) for row in rows]
    _refuse_same_tax_ids(parties)
    unnumbered: dict[str, list[Party]] = {}
    for party in parties:
        if not party.code:
            role = next((prefix for flag, prefix in CODES.items() if getattr(party, flag)), "P")
            unnumbered.setdefault(role, []).append(party)
    for role, members in unnumbered.items():
        for party, code in zip(members, next_numbers(role, len(members)), strict=True):
            party.code = code
    Party.objects.bulk_create(parties, batch_size=1000)
    touch_ids(Party, "insert", {party.pk for party in parties})
    _contacts(actor, [(p, str(row.get("contact_name") or "")) for p, row in zip(parties, rows, strict=True)])
    return parties


def _party(actor: Actor, row: Mapping[str, Any]) -> Party:
    party = Party()
    values = {"owner": actor.member_id, "department": actor.department_id, **row}
    values.pop("contact_name", None)
    fill(party, values)
    refuse_bad(party)
    party.created_by_id = party.changed_by_id = actor.member_id
    return party


def _refuse_same_tax_ids(parties: Sequence[Party]) -> None:
    given = Counter(p.tax_id for p in parties if p.tax_id)
    twice = {tax_id for tax_id, count in given.items() if count > 1}
    twice |= set(Party.objects.filter(tax_id__in=given).values_list("tax_id", flat=True)) if given else set()
    if twice:
        message = _("Another party has this tax number")
        raise Duplicate(message, errors=[FieldError("tax_id", "duplicate", message)])


def _contacts(actor: Actor, wanted: Sequence[tuple[Party, str]]) -> None:
    """A contact for each party that names one; people of the same name and address are one contact."""
    named = [(party, name) for party, name in wanted if name]
    if not named:
        return
    addresses = {party.email.casefold() for party, _name in named if party.email}
    known: dict[tuple[str, str], Contact] = {}
    if addresses:
        for contact in Contact.objects.filter(email__in={p.email for p, _name in named}).order_by("-pk"):
            known[(contact.name, contact.email.casefold())] = contact
    fresh: list[Contact] = []
    links: list[tuple[Party, Contact]] = []
    for party, name in named:
        key = (name, party.email.casefold())
        found = known.get(key) if party.email else None
        if found is None:
            found = Contact(name=name, email=party.email, phone=party.phone, owner_id=party.owner_id or actor.member_id)
            found.created_by_id = found.changed_by_id = actor.member_id
            fresh.append(found)
            if party.email:
                known[key] = found
        links.append((party, found))
    Contact.objects.bulk_create(fresh, batch_size=1000)
    rows = [
        PartyContact(
            party=party, contact=contact, since=current().today(), created_by_id=actor.member_id,
            changed_by_id=actor.member_id,
        )
        for party, contact in links
    ]  # fmt: skip
    PartyContact.objects.bulk_create(rows, batch_size=1000)
    touch_ids(Contact, "insert", {contact.pk for contact in fresh})
    touch_ids(PartyContact, "insert", {row.pk for row in rows})
