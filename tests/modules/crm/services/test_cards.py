"""Customer cards: who, how far, how much, and the next step, which is an activity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from modules.crm.models import Activity
from modules.crm.selectors.cards import customer_card_list
from modules.crm.services import activity_cancel, activity_create, activity_done
from modules.crm.services.cards import customer_card_create, customer_card_update
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.services import contact_add, party_create
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current


def shown(actor: Actor) -> tuple[date | None, str | None, D | None]:
    row: Any = customer_card_list(actor=actor).get()
    return row.next_on, row.next_step, row.worth


def test_the_next_step_is_what_is_planned_first(actor: Actor, customer: Party) -> None:
    buyer = contact_add(actor=actor, party=customer, name="Buyer")
    card = customer_card_create(
        actor=actor, party=customer, contact=buyer.pk, reach="decides", intent="a", step="offer", amount=D("12000"),
        next_on=date(2026, 11, 20), next_step="Send the sample",
    )  # fmt: skip
    assert shown(actor) == (date(2026, 11, 20), "Send the sample", D(0))
    step = Activity.objects.get()
    assert (step.party_id, step.contact_id, step.kind, step.owner_id) == (
        customer.pk, buyer.pk, "call", customer.owner_id
    )  # fmt: skip
    customer_card_update(actor=actor, card=card, next_on=date(2026, 11, 25))
    step.refresh_from_db()
    assert (step.due_on, step.moved, Activity.objects.count()) == (date(2026, 11, 25), 1, 1)
    customer_card_update(actor=actor, card=card, next_on=date(2026, 11, 22), next_step="Ask for the drawing")
    assert shown(actor)[:2] == (date(2026, 11, 22), "Ask for the drawing")
    activity_done(actor=actor, activity=Activity.objects.get(subject="Ask for the drawing"))
    assert shown(actor)[:2] == (date(2026, 11, 25), "Send the sample")
    activity_cancel(actor=actor, activity=step)
    assert shown(actor)[:2] == (None, None)
    activity_create(actor=actor, subject="Visit", party=customer, due_on=date(2026, 12, 1))  # wherever it was planned
    assert shown(actor)[:2] == (date(2026, 12, 1), "Visit")


def test_what_a_card_refuses(actor: Actor, customer: Party) -> None:
    supplier = party_create(actor=actor, name="Supplier", is_supplier=True)
    stranger = contact_add(actor=actor, party=supplier, name="Stranger")
    with pytest.raises(Invalid):
        customer_card_create(actor=actor, party=supplier)
    with pytest.raises(Invalid):
        customer_card_create(actor=actor, party=customer, contact=stranger.pk)
    card = customer_card_create(actor=actor, party=customer)
    with pytest.raises(Invalid):
        customer_card_update(actor=actor, card=card, next_step="Sample")
    assert not Activity.objects.exists()


def test_worth_is_a_years_orders_and_hidden_where_orders_are(actor: Actor, customer: Party) -> None:
    customer_card_create(actor=actor, party=customer)
    today = current().today()
    for number, ordered, amount, rate, status in (
        ("A", today, "1000", "1", "confirmed"),
        ("B", today.replace(year=today.year - 1), "500", "1", "delivered"),  # a year ago to the day: not any more
        ("C", today, "100", "7.2", "closed"),
        ("D", today, "900", "1", "draft"),
        ("E", today, "900", "1", "cancelled"),
    ):
        with acting(actor):
            SalesOrder.objects.create(
                number=number, customer=customer, ordered_on=ordered, subtotal=D(amount), total=D(amount),
                exchange_rate=D(rate), status=status, currency="CNY",
            )  # fmt: skip
    assert shown(actor)[2] == D("1720.00")
    hidden = Actor(**{**actor.__dict__, "hidden": {"shared.sales_order": frozenset({"subtotal"})}})
    assert shown(hidden)[2] is None
    without = Actor(**{**actor.__dict__, "permissions": actor.permissions - {"shared.sales_order.view"}})
    assert shown(without)[2] is None
    blind = Actor(**{**actor.__dict__, "permissions": actor.permissions - {"crm.activity.view"}})
    activity_create(actor=actor, subject="Visit", party=customer, due_on=today)
    assert shown(blind)[:2] == (None, None)
