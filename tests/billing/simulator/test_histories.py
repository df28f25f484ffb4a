"""Random lives of a subscription: whatever is changed and when, what is billed is what the time was worth."""

from __future__ import annotations

import contextlib
import itertools
from fractions import Fraction
from typing import Any

import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.simulator.rules.periods import boundary
from tests.billing.simulator.conftest import APRIL, DAY, Shop, new_shop
from tests.billing.simulator.inprocess import InProcess

PERIODS = 3
LAST = boundary(APRIL, "month", 1, PERIODS)
MODULES = (1_900, 4_900, 12_345)
CHANGES = st.tuples(
    st.integers(1, LAST - APRIL - 1),  # when
    st.sampled_from([0, 1, 2]),  # which module
    st.integers(0, 7),  # how many seats from now on; 0 gives it up
    st.sampled_from(["create_prorations", "always_invoice"]),
)


def set_seats(shop: Shop, subscription: str, price: str, seats: int, **more: Any) -> bool:
    """False when nothing is to be done, or it would leave nothing."""
    items = {i.price.id: i for i in shop.api.subscriptions.retrieve(subscription)["items"].data}
    held = items.get(price)
    if (held is None and seats == 0) or (held is not None and held.quantity == seats):
        return False
    if seats == 0 and len(items) == 1:
        return False
    row: dict[str, Any] = {"id": held.id} if held else {"price": price}
    row |= {"deleted": True} if seats == 0 else {"quantity": seats}
    shop.api.subscriptions.update(subscription, {"items": [row], **more})
    return True


def all_lines(shop: Shop) -> list[Any]:
    invoices = shop.api.invoices.list({"customer": shop.customer.id, "limit": 100}).auto_paging_iter()
    return [line for i in invoices for line in shop.api.invoices.line_items.list(i.id, {"limit": 100}).data]


@settings(max_examples=40, deadline=None)
@given(changes=st.lists(CHANGES, max_size=8).map(sorted))
def test_what_is_billed_is_what_the_time_was_worth(changes: list[tuple[int, int, int, str]]) -> None:
    """The sum of all lines = the integral of price × seats over time, but for a cent a line."""
    shop = new_shop(InProcess().client())
    shop.card()
    prices = [shop.price(amount, name=f"Module {n}") for n, amount in enumerate(MODULES)]
    subscription = shop.subscribe(prices[0], quantity=2).id
    seats = [2, 0, 0]
    history = [(APRIL, tuple(seats))]
    now = APRIL
    for offset, module, wanted, behavior in changes:
        if APRIL + offset > now:
            now = APRIL + offset
            shop.until(now)
        if set_seats(shop, subscription, prices[module], wanted, proration_behavior=behavior):
            seats[module] = wanted
            history.append((now, tuple(seats)))
    shop.until(LAST)
    worth = Fraction(0)
    ends = [boundary(APRIL, "month", 1, n) for n in range(PERIODS + 1)]
    for start, end in itertools.pairwise(ends):
        for (since, held), (until, _) in zip(history, [*history[1:], (LAST, ())], strict=False):
            seconds = max(0, min(until, end) - max(since, start))
            rate = sum(amount * count for amount, count in zip(MODULES, held, strict=True))
            worth += Fraction(rate * seconds, end - start)
    billed = [line for line in all_lines(shop) if line.period.start < LAST]
    assert abs(sum(line.amount for line in billed) - worth) <= len(billed)


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["seats", "module", "good card", "bad card", "cancel", "keep", "pay", "time"]),
            st.integers(0, 6),
            st.integers(1, 20),
        ),
        max_size=12,
    )
)
def test_the_books_add_up(steps: list[tuple[str, int, int]]) -> None:
    """After any history: invoices add up, what was charged is what is paid, the balance is the sum of its entries."""
    shop = new_shop(InProcess().client())
    shop.card()
    prices = [shop.price(amount, name=f"Module {n}") for n, amount in enumerate(MODULES)]
    subscription = shop.subscribe(prices[0], quantity=2).id
    now = APRIL
    for what, number, days in steps:
        with contextlib.suppress(stripe.CardError, stripe.InvalidRequestError):
            if what == "seats":
                set_seats(shop, subscription, prices[0], number + 1, proration_behavior="always_invoice")
            elif what == "module":
                set_seats(shop, subscription, prices[1 + number % 2], number)
            elif what in ("good card", "bad card"):
                shop.card("pm_card_visa" if what == "good card" else "pm_card_chargeCustomerFail")
            elif what in ("cancel", "keep"):
                shop.api.subscriptions.update(subscription, {"cancel_at_period_end": what == "cancel"})
            elif what == "pay":
                for open_one in shop.api.invoices.list({"customer": shop.customer.id, "status": "open"}).data:
                    shop.api.invoices.pay(open_one.id)
            else:
                now += days * DAY
                shop.until(now)
        check_books(shop, subscription)


def check_books(shop: Shop, subscription: str) -> None:
    api, customer = shop.api, shop.customer.id
    invoices = list(api.invoices.list({"customer": customer, "limit": 100}).auto_paging_iter())
    for invoice in invoices:
        assert invoice.subtotal == sum(line.amount for line in invoice.lines.data) or invoice.lines.has_more
        if invoice.status == "paid":
            assert (invoice.amount_paid, invoice.amount_remaining) == (invoice.amount_due, 0)
        if invoice.status != "draft":
            assert invoice.amount_due == max(0, invoice.total + invoice.starting_balance)
    charges = api.charges.list({"customer": customer, "limit": 100}).auto_paging_iter()
    assert sum(c.amount for c in charges if c.paid) == sum(i.amount_paid for i in invoices)
    billed = [i for i in invoices if i.status != "draft"]
    balance = api.customers.retrieve(customer).balance
    assert sum(i.total for i in billed) == sum(i.amount_due for i in billed) + balance, "no credit is lost"
    entries = api.customers.balance_transactions.list(customer, {"limit": 100}).auto_paging_iter()
    assert sum(e.amount for e in entries) == balance
    seen = api.subscriptions.retrieve(subscription, {"expand": ["latest_invoice"]})
    if seen.status == "active":
        assert seen.latest_invoice.status in ("draft", "paid")
    if seen.status in ("past_due", "unpaid"):
        assert seen.latest_invoice.status in ("open", "draft")
