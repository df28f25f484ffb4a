"""Customer cards: who, how far, how much, and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.crm.models import Activity, CustomerCard
from modules.crm.services.activities import activity_create, activity_postpone
from modules.shared.data.models import Party, PartyContact
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service

NEXT = ("next_on", "next_kind", "next_step")


@service("crm.customer_card.create")
def customer_card_create(*, actor: Actor, party: Party, **values: Any) -> CustomerCard:
    """A customer's card. Raises Invalid."""
    card = CustomerCard(party=party)
    if not party.is_customer:
        raise Invalid.field("party", _("This is no customer"), "not_customer")
    return _write(actor, card, values)


@service("crm.customer_card.update")
def customer_card_update(*, actor: Actor, card: CustomerCard, **values: Any) -> CustomerCard:
    """Changes a card; with `next_on` it plans the next step: another day for the one that is planned, or, with words of
    its own, a new one. Raises Invalid."""
    card = CustomerCard.objects.select_for_update(of=("self",)).select_related("party").get(pk=card.pk)
    return _write(actor, card, values)


def _write(actor: Actor, card: CustomerCard, values: Mapping[str, Any]) -> CustomerCard:
    step = {name: values.get(name) for name in NEXT}
    for name, value in values.items():
        if name in NEXT:
            continue
        if name == "contact":
            card.contact_id = key_of(value)
        elif name == "custom":
            card.custom = {**card.custom, **(value or {})}
        else:
            setattr(card, name, value)
    if card.contact_id and not PartyContact.objects.filter(party=card.party_id, contact=card.contact_id).exists():
        raise Invalid.field("contact", _("This contact does not belong to the customer"), "not_theirs")
    card.save()
    _plan(actor, card, step["next_on"], step["next_kind"] or Activity.Kind.CALL, (step["next_step"] or "").strip())
    return card


def _plan(actor: Actor, card: CustomerCard, on: date | None, kind: str, words: str) -> None:
    if on is None:
        if words:
            raise Invalid.field("next_on", _("Say on which day the next step is due"), "required")
        return
    planned = next_step(card.party_id)
    if planned is not None and words in ("", planned.subject):
        if planned.due_on != on:
            activity_postpone(actor=actor, activity=planned, due_on=on)
        return
    activity_create(
        actor=actor, subject=words or str(_("Follow up")), kind=kind, due_on=on, party=card.party_id,
        contact=card.contact_id, owner=card.party.owner_id or actor.member_id,
        department=card.party.department_id or actor.department_id,
    )  # fmt: skip


def next_step(party: int) -> Activity | None:
    """What is planned with the customer, the earliest."""
    planned = Activity.objects.filter(party=party, status=Activity.Status.PLANNED, due_on__isnull=False)
    return planned.order_by("due_on", "starts_at", "pk").first()
