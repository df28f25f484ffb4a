"""The price shown before is the price billed after."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.billing.simulator.conftest import APRIL, DAY, Running, Shop, item_of, new_shop


def lines(invoice: Any) -> list[tuple[Any, ...]]:
    return [
        (
            line.description,
            line.amount,
            line.period.start,
            line.period.end,
            line.quantity,
            [t.amount for t in line.taxes],
        )
        for line in invoice.lines.data
    ]


FIGURES = ("subtotal", "total", "amount_due", "starting_balance", "currency", "billing_reason", "collection_method")


def figures(invoice: Any) -> dict[str, Any]:
    return {name: getattr(invoice, name) for name in FIGURES}


@settings(max_examples=25, deadline=None)
@given(
    old=st.integers(1, 500_000),
    new=st.integers(1, 500_000),
    seats=st.tuples(st.integers(1, 50), st.integers(1, 50)),
    second=st.integers(1, 30 * DAY - 1),
    percent=st.sampled_from([None, 10, 33]),
    added=st.booleans(),
    behavior=st.sampled_from(["always_invoice", "create_prorations"]),
)
def test_preview_equals_the_invoice_then_made(
    simulator: Running,
    old: int,
    new: int,
    seats: tuple[int, int],
    second: int,
    percent: int | None,
    added: bool,
    behavior: str,
) -> None:
    api = simulator.client()
    shop = new_shop(api)
    shop.card()
    rate = api.tax_rates.create({"display_name": "VAT", "percentage": 6, "inclusive": False})
    coupon = api.coupons.create({"percent_off": percent, "duration": "forever"}) if percent else None
    discounts = {"discounts": [{"coupon": coupon.id}]} if coupon else {}
    first, module, price = shop.price(old), shop.price(990, name="Inventory"), shop.price(new, name="CRM Plus")
    subscription = shop.subscribe(first, quantity=seats[0], default_tax_rates=[rate.id], **discounts)
    shop.until(APRIL + second)
    items: list[Any] = [{"id": item_of(subscription).id, "price": price, "quantity": seats[1]}]
    if added:
        items.append({"price": module, "quantity": 2})
    details = {"items": items, "proration_behavior": behavior, "proration_date": APRIL + second}
    preview = api.invoices.create_preview({"subscription": subscription.id, "subscription_details": details})
    assert shop.see(subscription)["items"].data[0].price.id == first, "a preview changes nothing"
    api.subscriptions.update(subscription.id, details)
    if behavior == "create_prorations":
        shop.until(APRIL + 30 * DAY)
    made = shop.see(subscription).latest_invoice
    assert lines(preview) == lines(made)
    assert figures(preview) == figures(made)
    assert preview.id.startswith("upcoming_in_")
    assert preview.status == "draft"


def test_of_a_new_subscription_without_a_customer(api: Any, shop: Shop) -> None:
    details = {"items": [{"price": shop.price(1_900), "quantity": 3}]}
    preview = api.invoices.create_preview({"currency": "usd", "subscription_details": details})
    assert preview.total == 5_700
    before = len(api.customers.list({"limit": 100}).data)
    api.invoices.create_preview({"currency": "usd", "subscription_details": details})
    assert len(api.customers.list({"limit": 100}).data) == before


def test_of_the_next_renewal_and_of_none(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_900), quantity=2)
    coming = shop.api.invoices.create_preview({"subscription": subscription.id})
    assert (coming.total, coming.lines.data[0].period.start) == (3_800, APRIL + 30 * DAY)
    shop.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError) as none:
        shop.api.invoices.create_preview({"subscription": subscription.id})
    assert (none.value.http_status, none.value.code) == (404, "invoice_upcoming_none")
