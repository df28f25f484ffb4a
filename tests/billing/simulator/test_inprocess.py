"""The shortcut without a network answers as the server does."""

from __future__ import annotations

import pytest
import stripe

from tests.billing.simulator.conftest import APRIL, DAY, new_shop
from tests.billing.simulator.inprocess import SECRET, InProcess


def test_a_life_without_a_network() -> None:
    inside = InProcess()
    shop = new_shop(inside.client())
    shop.card()
    subscription = shop.subscribe(shop.price(1_900), quantity=3)
    shop.until(APRIL + 31 * DAY)
    assert shop.see(subscription).latest_invoice.total == 5_700
    with pytest.raises(stripe.CardError):
        shop.card("pm_card_chargeDeclined")
    events = [stripe.Webhook.construct_event(body, header, SECRET) for body, header in inside.deliveries()]
    assert [e.id for e in events] == [e["id"] for e in inside.events()]
    assert [e.type for e in events].count("invoice.paid") == 2
    assert InProcess().events() == [], "each has a world of its own"
