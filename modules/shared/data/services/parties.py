"""Parties and their contacts and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.data.errors import Duplicate
from modules.shared.data.models import Contact, Party, PartyContact
from modules.shared.data.rules.naming import domain_key, name_key, sound_key
from modules.shared.data.selectors.duplicates import party_duplicates
from modules.shared.data.selectors.rates import known_currency
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

REFERENCES = ("payment_term", "price_list", "owner", "department")
CODES = {"is_customer": "C", "is_supplier": "S", "is_carrier": "F"}


@service("shared.party.create")
def party_create(*, actor: Actor, name: str, contact_name: str = "", **values: Any) -> Party:
    """A new party, with a first contact where `contact_name` is given. Its `duplicates` lists records that look alike:
    a warning, not a bar. Raises Duplicate for the same tax number, Invalid."""
    party = Party(name=name)
    values.setdefault("owner", actor.member_id)
    values.setdefault("department", actor.department_id)
    fill(party, values)
    if not party.code:
        role = next((prefix for flag, prefix in CODES.items() if getattr(party, flag)), "P")
        party.code = next_number(role)
    refuse_bad(party)
    refuse_same_tax_id(party)
    party.save()
    if contact_name:
        contact_add(actor=actor, party=party, name=contact_name, email=party.email, phone=party.phone)
    return party


@service("shared.party.update")
def party_update(*, actor: Actor, party: Party, **values: Any) -> Party:
    """Changes a party. Raises Duplicate for the same tax number, Invalid."""
    party = Party.objects.select_for_update().get(pk=party.pk)
    values.pop("contact_name", None)
    fill(party, values)
    refuse_bad(party)
    if "tax_id" in values:
        refuse_same_tax_id(party)
    party.save()
    return party


@service("shared.contact.create")
def contact_add(
    *, actor: Actor, party: Party, name: str, email: str = "", phone: str = "", role: str = "", **values: Any
) -> Contact:
    """A contact working for a party; somebody of the same e-mail address is joined, not made twice."""
    contact = Contact.objects.filter(email__iexact=email, name=name).order_by("pk").first() if email else None
    if contact is None:
        contact = Contact(name=name, email=email, phone=phone, owner_id=party.owner_id or actor.member_id)
        contact.save()
    if not PartyContact.objects.filter(party=party, contact=contact, until__isnull=True).exists():
        PartyContact(party=party, contact=contact, role=role, since=current().today()).save()
    return contact


def party_report(actor: Actor, party: Party) -> list[dict[str, Any]]:
    """Parties that look like this one, as JSON, for the page and the importer."""
    hits = party_duplicates(
        actor=actor, name=party.name, name_zh=party.name_zh, tax_id=party.tax_id, email=party.email, phone=party.phone,
        website=party.website, exclude=party.pk,
    )  # fmt: skip
    return [hit.as_json() for hit in hits]


def fill(party: Party, values: Mapping[str, Any]) -> None:
    """Sets the fields of a party, and what follows from them."""
    for name, value in values.items():
        if name in REFERENCES:
            setattr(party, f"{name}_id", key_of(value))
        elif name == "custom":
            party.custom = {**party.custom, **(value or {})}
        else:
            setattr(party, name, value)
    if values.get("currency"):
        known_currency(party.currency)
    party.tax_id = (party.tax_id or "").strip().upper()
    party.name_key, second = name_key(party.name)[:200], name_key(party.name_zh or "")[:200]
    party.name_zh_key = "" if second == party.name_key else second
    party.sound_key = sound_key(party.name_zh_key or party.name_key)[:600]
    party.domain_key = domain_key(party.email or "", party.website or "")[:200]


def refuse_bad(party: Party) -> None:
    """Raises Invalid."""
    errors = []
    if not party.name.strip():
        errors.append(FieldError("name", "required", _("A name is needed")))
    if party.credit_limit is not None and party.credit_limit < 0:
        errors.append(FieldError("credit_limit", "min_value", _("A credit limit is not negative")))
    if errors:
        raise Invalid(errors=errors)


def refuse_same_tax_id(party: Party) -> None:
    """Raises Duplicate."""
    if not party.tax_id:
        return
    other = Party.objects.filter(tax_id=party.tax_id).exclude(pk=party.pk).first()
    if other is not None:
        message = _("Another party has this tax number")
        raise Duplicate(message, errors=[FieldError("tax_id", "duplicate", message)])


@service("shared.contact.create")
def contact_create(*, actor: Actor, name: str, party: Party | None = None, role: str = "", **values: Any) -> Contact:
    """A contact; with `party` it works there from today on."""
    contact = Contact(name=name, owner_id=key_of(values.pop("owner", None)) or actor.member_id)
    for field, value in values.items():
        setattr(contact, field, value)
    contact.save()
    if party is not None:
        PartyContact(party=party, contact=contact, role=role, since=current().today()).save()
    return contact


@service("shared.contact.update")
def contact_update(*, actor: Actor, contact: Contact, **values: Any) -> Contact:
    """Changes a contact; where it works is changed at the party."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    for field, value in values.items():
        if field == "owner":
            contact.owner_id = key_of(value)
        elif field == "custom":
            contact.custom = {**contact.custom, **(value or {})}
        elif field not in ("party", "role"):
            setattr(contact, field, value)
    contact.save()
    return contact
