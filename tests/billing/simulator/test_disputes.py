"""A payment is taken back: money, events and dates; the invoice stays paid."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from billing.simulator.engine.disputes import FEE, TIME_TO_ANSWER
from tests.billing.simulator.conftest import APRIL, DAY, Shop, new_shop
from tests.billing.simulator.inprocess import InProcess


@pytest.fixture
def inside() -> InProcess:
    return InProcess()


@pytest.fixture
def near(inside: InProcess) -> Shop:
    return new_shop(inside.client())


def disputed(shop: Shop, token: str = "pm_card_createDispute") -> tuple[Any, Any]:
    """(the subscription that was paid, the dispute of its payment)"""
    shop.card(token)
    subscription = shop.subscribe(shop.price(2_000))
    [dispute] = shop.api.disputes.list().data
    return subscription, dispute


def kinds(inside: InProcess) -> list[str]:
    return [e["type"] for e in inside.events() if e["type"].startswith("charge.dispute.")]


def test_the_money_goes_at_once_and_the_service_stays(near: Shop, inside: InProcess) -> None:
    subscription, dispute = disputed(near)
    seen = near.see(subscription)
    assert (seen.status, seen.latest_invoice.status) == ("active", "paid")
    charge = near.api.charges.retrieve(dispute.charge)
    assert (charge.disputed, charge.paid, dispute.amount, dispute.status) == (True, True, 2_000, "needs_response")
    [gone] = dispute.balance_transactions
    assert (gone.amount, gone.fee, gone.net, gone.type) == (-2_000, FEE, -2_000 - FEE, "adjustment")
    assert dispute.evidence_details.due_by == APRIL + TIME_TO_ANSWER
    assert kinds(inside) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_won_the_money_comes_back(near: Shop, inside: InProcess) -> None:
    _subscription, dispute = disputed(near)
    near.api.disputes.update(dispute.id, {"evidence": {"customer_name": "Buyer"}, "submit": False})
    assert near.api.disputes.retrieve(dispute.id).status == "needs_response", "put down, not sent yet"
    won = near.api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert (won.status, sum(m.net for m in won.balance_transactions)) == ("won", 0)
    assert kinds(inside)[2:] == [
        "charge.dispute.updated",
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        near.api.disputes.close(dispute.id)


def test_lost_given_in_or_not_answered_in_time(near: Shop) -> None:
    _subscription, first = disputed(near)
    assert near.api.disputes.close(first.id).status == "lost"
    intent = {"amount": 500, "currency": "usd", "customer": near.customer.id, "confirm": True}
    near.api.payment_intents.create({**intent, "payment_method": "pm_card_createDisputeProductNotReceived"})
    second = near.api.disputes.list().data[0]
    assert second.reason == "product_not_received"
    near.until(APRIL + TIME_TO_ANSWER - 1)
    assert near.api.disputes.retrieve(second.id).status == "needs_response"
    near.until(APRIL + TIME_TO_ANSWER)
    late = near.api.disputes.retrieve(second.id)
    assert (late.status, late.evidence_details.past_due) == ("lost", True)
    assert len(late.balance_transactions) == 1, "nothing comes back"


def test_an_inquiry_moves_no_money(near: Shop, inside: InProcess) -> None:
    _subscription, dispute = disputed(near, "pm_card_createDisputeInquiry")
    assert (dispute.status, list(dispute.balance_transactions)) == ("warning_needs_response", [])
    near.until(APRIL + TIME_TO_ANSWER + DAY)
    assert near.api.disputes.retrieve(dispute.id).status == "warning_closed"
    assert kinds(inside) == ["charge.dispute.created", "charge.dispute.closed"]
