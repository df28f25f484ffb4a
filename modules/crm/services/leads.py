"""Leads: from the first sign to a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.errors import AlreadyConverted
from modules.crm.models import Lead, Opportunity
from modules.crm.selectors.duplicates import lead_duplicates
from modules.crm.services.follow_up import follow_lead, settled
from modules.crm.services.opportunities import opportunity_create
from modules.shared.contracts.events import LeadConverted
from modules.shared.data.models import Contact, Party
from modules.shared.data.rules.naming import name_key, phone_key
from modules.shared.data.services import contact_add, party_create, party_update
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import publish, service
from tenon.tenancy.context import current

OPEN = (Lead.Status.NEW, Lead.Status.CONTACTED, Lead.Status.QUALIFIED)


class Conversion(TypedDict):
    """What a lead became."""

    party: Party
    contact: Contact | None
    opportunity: Opportunity | None


@service("crm.lead.create")
def lead_create(*, actor: Actor, name: str = "", **values: Any) -> Lead:
    """A new lead; without a company the contact's name stands for it. Raises Invalid."""
    lead = Lead(name=name or values.get("contact_name") or "")
    lead.owner_id = key_of(values.pop("owner", None)) or actor.member_id
    lead.department_id = key_of(values.pop("department", None)) or actor.department_id
    _set(lead, values)
    lead.save()
    follow_lead(lead)
    return lead


@service("crm.lead.update")
def lead_update(*, actor: Actor, lead: Lead, **values: Any) -> Lead:
    """Changes a lead that is not converted. Raises AlreadyConverted, Invalid."""
    lead = _locked(lead)
    _set(lead, values)
    lead.save()
    return lead


@service("crm.lead.update")
def lead_contacted(*, actor: Actor, lead: Lead) -> Lead:
    """Somebody has spoken with them. Raises StateRefused."""
    return _move(lead, (Lead.Status.NEW,), Lead.Status.CONTACTED)


@service("crm.lead.update")
def lead_qualify(*, actor: Actor, lead: Lead) -> Lead:
    """There is need and money. Raises StateRefused."""
    return _move(lead, (Lead.Status.NEW, Lead.Status.CONTACTED), Lead.Status.QUALIFIED)


@service("crm.lead.update")
def lead_lose(*, actor: Actor, lead: Lead, reason: str = "") -> Lead:
    """Nothing will come of it; the reason is needed. Raises StateRefused, Invalid."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why it is lost"), "required")
    lead = _move(lead, OPEN, Lead.Status.LOST, reason=reason.strip())
    settled(lead=lead.pk)
    return lead


@service("crm.lead.update")
def lead_reopen(*, actor: Actor, lead: Lead) -> Lead:
    """A lost lead gets another chance. Raises StateRefused."""
    return _move(lead, (Lead.Status.LOST,), Lead.Status.NEW)


@service("crm.lead.convert")
def lead_convert(
    *,
    actor: Actor,
    lead: Lead,
    party: Party | None = None,
    with_opportunity: bool | None = None,
    opportunity_name: str = "",
    amount: Decimal | None = None,
    expected_close: date | None = None,
) -> Conversion:
    """Makes a customer (or joins the party given), its contact and an opportunity. Of two who convert at once one wins.

    `with_opportunity` None: wherever opportunities are on. Raises AlreadyConverted, StateRefused.
    Emits LeadConverted."""
    lead = _locked(lead)
    if lead.status == Lead.Status.LOST:
        raise StateRefused(_("A lost lead is reopened before it is converted"))
    if party is None:
        party = party_create(
            actor=actor, name=lead.name, is_customer=True, email=lead.email, phone=lead.phone, website=lead.website,
            owner=lead.owner_id or actor.member_id, department=lead.department_id or actor.department_id,
        )  # fmt: skip
    elif not party.is_customer:
        party = party_update(actor=actor, party=party, is_customer=True)
    contact = None
    if lead.contact_name:
        contact = contact_add(actor=actor, party=party, name=lead.contact_name, email=lead.email, phone=lead.phone)
    opportunity = None
    wanted = current().has_feature("crm.opportunities") if with_opportunity is None else with_opportunity
    if wanted:
        opportunity = opportunity_create(
            actor=actor, name=opportunity_name or lead.name, party=party, contact=contact, lead=lead,
            amount=amount if amount is not None else lead.expected_amount, expected_close=expected_close,
            owner=lead.owner_id, department=lead.department_id,
        )  # fmt: skip
    lead.status, lead.party, lead.converted_at = Lead.Status.CONVERTED, party, timezone.now()
    lead.save()
    lead.activities.filter(party=None).update(party=party)
    settled(lead=lead.pk)
    publish(LeadConverted(lead.pk, party.pk, opportunity.pk if opportunity else None))
    return {"party": party, "contact": contact, "opportunity": opportunity}


def lead_report(actor: Actor, lead: Lead) -> list[dict[str, Any]]:
    """Leads and parties that look like this one, as JSON."""
    hits = lead_duplicates(actor=actor, name=lead.name, email=lead.email, phone=lead.phone, exclude=lead.pk)
    return [hit.as_json() for hit in hits]


def _locked(lead: Lead) -> Lead:
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    if lead.status == Lead.Status.CONVERTED:
        raise AlreadyConverted(party_id=lead.party_id)
    return lead


def _move(lead: Lead, allowed: tuple[str, ...], to: str, *, reason: str = "") -> Lead:
    lead = _locked(lead)
    if lead.status not in allowed:
        raise StateRefused(
            _("The lead is “%(status)s”: this step is not possible now") % {"status": lead.get_status_display()}
        )
    lead.status, lead.lost_reason = to, reason
    lead.save()
    return lead


def _set(lead: Lead, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in ("owner", "department"):
            setattr(lead, f"{name}_id", key_of(value))
        elif name == "custom":
            lead.custom = {**lead.custom, **(value or {})}
        else:
            setattr(lead, name, value)
    lead.name_key, lead.phone_key = name_key(lead.name)[:200], phone_key(lead.phone)[:60]
    errors = []
    if not lead.name.strip():
        errors.append(FieldError("name", "required", _("Say which company or person it is")))
    if lead.expected_amount is not None and lead.expected_amount < 0:
        errors.append(FieldError("expected_amount", "min_value", _("An amount is not negative")))
    if errors:
        raise Invalid(errors=errors)
