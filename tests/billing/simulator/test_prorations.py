"""Changes in the middle of a period, in figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.billing.simulator.conftest import APRIL, DAY, Shop, amounts, item_of, new_shop
from tests.billing.simulator.inprocess import InProcess


def change(shop: Shop, subscription: Any, items: list[Any], **more: Any) -> Any:
    return shop.api.subscriptions.update(subscription.id, {"items": items, "expand": ["latest_invoice"], **more})


def test_upgrade_on_day_ten_of_thirty(shop: Shop) -> None:
    """100 → 300 after a third of the month: −66.67 + 200.00 = 133.33."""
    shop.card()
    subscription = shop.subscribe(shop.price(10_000))
    shop.until(APRIL + 10 * DAY)
    new = shop.price(30_000, name="CRM Plus")
    after = change(
        shop, subscription, [{"id": item_of(subscription).id, "price": new}], proration_behavior="always_invoice"
    )
    assert amounts(after.latest_invoice) == [
        ("Unused time on CRM after 11 Apr 2026", -6_667),
        ("Remaining time on CRM Plus after 11 Apr 2026", 20_000),
    ]
    assert after.latest_invoice.total == 13_333
    assert after.latest_invoice.status == "paid"
    assert after.latest_invoice.billing_reason == "subscription_update"
    assert item_of(after).current_period_end == APRIL + 30 * DAY


def test_to_the_second(shop: Shop) -> None:
    """One cent a second (2,592,000 cents in 30 days): every second counts exactly one cent, then two."""
    shop.card()
    subscription = shop.subscribe(shop.price(2_592_000))
    double = shop.price(5_184_000)
    left = 2_592_000 - 12_345
    shop.until(APRIL + 12_345)
    after = change(
        shop, subscription, [{"id": item_of(subscription).id, "price": double}], proration_behavior="always_invoice"
    )
    assert [line.amount for line in after.latest_invoice.lines.data] == [-left, 2 * left]
    credit, charge = after.latest_invoice.lines.data
    assert (credit.period.start, credit.period.end) == (APRIL + 12_345, APRIL + 30 * DAY)
    details = credit.parent.subscription_item_details
    assert details.proration
    assert details.subscription_item == item_of(subscription).id
    first = shop.api.invoices.retrieve(subscription.latest_invoice)
    assert details.proration_details.credited_items.invoice == first.id
    assert details.proration_details.credited_items.invoice_line_items == [first.lines.data[0].id]
    assert charge.parent.subscription_item_details.proration_details.credited_items is None


def test_proration_date_in_the_past_of_the_period(shop: Shop) -> None:
    """It counts from the given second, not from now."""
    shop.card()
    subscription = shop.subscribe(shop.price(2_592_000))
    shop.until(APRIL + 5 * DAY)
    after = change(
        shop,
        subscription,
        [{"id": item_of(subscription).id, "quantity": 3}],
        proration_behavior="always_invoice",
        proration_date=APRIL + 4 * DAY,
    )
    left = 26 * DAY
    assert [line.amount for line in after.latest_invoice.lines.data] == [-left, 3 * left]


def test_seats_and_a_module_are_added_and_billed_at_renewal(shop: Shop) -> None:
    """create_prorations: the lines wait. Day 15 of 30: half of 2 → 5 seats at 19.00, half of a module at 49.00."""
    shop.card()
    crm, stock = shop.price(1_900), shop.price(4_900, name="Inventory")
    subscription = shop.subscribe(crm, quantity=2)
    shop.until(APRIL + 15 * DAY)
    change(shop, subscription, [{"id": item_of(subscription).id, "quantity": 5}, {"price": stock, "quantity": 1}])
    waiting = shop.api.invoice_items.list({"customer": shop.customer.id, "pending": True}).data[::-1]
    assert [item.amount for item in waiting] == [-1_900, 4_750, 2_450]
    assert all(item.proration for item in waiting)
    shop.until(APRIL + 30 * DAY + 3_601)
    invoice = shop.see(subscription).latest_invoice
    assert [line.amount for line in invoice.lines.data] == [-1_900, 4_750, 2_450, 9_500, 4_900]
    assert invoice.total == 19_700
    assert invoice.status == "paid"
    assert not shop.api.invoice_items.list({"customer": shop.customer.id, "pending": True}).data


def test_removing_a_module_leaves_credit_for_the_next_invoice(shop: Shop) -> None:
    """Nothing is refunded: the credit lowers the balance, and the balance pays the renewal."""
    shop.card()
    subscription = shop.subscribe(shop.price(3_000), shop.price(6_000, name="Production"))
    shop.until(APRIL + 20 * DAY)
    gone = next(i for i in subscription["items"].data if i.price.unit_amount == 6_000)
    after = change(shop, subscription, [{"id": gone.id, "deleted": True}], proration_behavior="always_invoice")
    assert after.latest_invoice.total == -2_000
    assert after.latest_invoice.amount_due == 0
    assert after.latest_invoice.status == "paid"
    assert after.latest_invoice.ending_balance == -2_000
    assert shop.api.customers.retrieve(shop.customer.id).balance == -2_000
    shop.until(APRIL + 31 * DAY)
    renewal = shop.see(subscription).latest_invoice
    assert (renewal.total, renewal.starting_balance, renewal.amount_due, renewal.amount_paid) == (
        3_000,
        -2_000,
        1_000,
        1_000,
    )
    assert shop.api.customers.retrieve(shop.customer.id).balance == 0


def test_without_prorations_nothing_is_billed_before_the_renewal(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_000))
    shop.until(APRIL + 10 * DAY)
    after = change(shop, subscription, [{"id": item_of(subscription).id, "quantity": 4}], proration_behavior="none")
    assert after.latest_invoice.id == subscription.latest_invoice
    shop.until(APRIL + 31 * DAY)
    assert [line.amount for line in shop.see(subscription).latest_invoice.lines.data] == [4_000]


def test_up_and_down_again_credits_what_was_billed(shop: Shop) -> None:
    """Two changes: each credit is a share of the charge before it, so the sum is what the days are worth."""
    shop.card()
    subscription = shop.subscribe(shop.price(9_000))
    item = item_of(subscription).id
    big, small = shop.price(30_000), shop.price(3_000)
    shop.until(APRIL + 10 * DAY)
    change(shop, subscription, [{"id": item, "price": big}])
    shop.until(APRIL + 20 * DAY)
    change(shop, subscription, [{"id": item, "price": small}])
    waiting = shop.api.invoice_items.list({"customer": shop.customer.id, "pending": True}).data[::-1]
    # −20/30 of 90, +20/30 of 300, −10/20 of those 200, +10/30 of 30
    assert [i.amount for i in waiting] == [-6_000, 20_000, -10_000, 1_000]


def test_from_monthly_to_yearly_a_new_cycle_begins(shop: Shop) -> None:
    """The rest of the month is credited, the year is billed whole from now."""
    shop.card()
    subscription = shop.subscribe(shop.price(3_000))
    yearly = shop.price(30_000, "year")
    now = APRIL + 15 * DAY
    shop.until(now)
    after = change(shop, subscription, [{"id": item_of(subscription).id, "price": yearly}])
    assert [line.amount for line in after.latest_invoice.lines.data] == [-1_500, 30_000]
    assert after.latest_invoice.total == 28_500
    assert after.billing_cycle_anchor == now
    assert item_of(after).current_period_end == now + 365 * DAY


def test_a_month_begun_on_the_31st_ends_on_the_last_day_of_short_months(api: Any) -> None:
    january_31 = 1_769_817_600  # 2026-01-31
    shop = new_shop(api, january_31)
    shop.card()
    subscription = shop.subscribe(shop.price(2_800))
    ends = [item_of(subscription).current_period_end]
    for _ in range(2):
        shop.until(ends[-1] + 3_601)
        ends.append(item_of(shop.see(subscription)).current_period_end)
    assert [(end - january_31) // DAY for end in ends] == [28, 59, 89]  # 28 Feb, 31 Mar, 30 Apr


def test_discount_and_tax_are_credited_as_they_were_charged(shop: Shop) -> None:
    """100.00 less 20 %, plus 19 %: half a month back is −40.00 and −7.60 tax, also after the coupon has gone."""
    shop.card()
    coupon = shop.api.coupons.create({"percent_off": 20, "duration": "once"})
    rate = shop.api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
    subscription = shop.subscribe(shop.price(10_000), discounts=[{"coupon": coupon.id}], default_tax_rates=[rate.id])
    first = shop.api.invoices.retrieve(subscription.latest_invoice)
    assert (first.subtotal, first.total, first.total_taxes[0].amount) == (10_000, 9_520, 1_520)
    shop.until(APRIL + 15 * DAY)
    after = change(
        shop,
        subscription,
        [{"id": item_of(subscription).id, "quantity": 2}],
        proration_behavior="always_invoice",
    )
    credit, charge = after.latest_invoice.lines.data
    assert (credit.amount, credit.taxes[0].amount) == (-4_000, -760)
    assert (charge.amount, charge.taxes[0].amount) == (10_000, 1_900)
    assert after.latest_invoice.total == 6_000 + 1_140


def test_a_trial_costs_nothing_whatever_is_changed(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(5_000), trial_period_days=14)
    after = change(
        shop,
        subscription,
        [{"id": item_of(subscription).id, "quantity": 9}],
        proration_behavior="always_invoice",
    )
    assert after.latest_invoice.id == subscription.latest_invoice
    assert after.latest_invoice.total == 0
    assert shop.api.invoice_items.list({"customer": shop.customer.id}).data == []


# --- rule 52, on paper; all in one process --------------------------------------------------------------------------


@pytest.fixture
def near() -> Shop:
    shop = new_shop(InProcess().client())
    shop.card()
    return shop


def day(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def test_a_month_that_begins_on_the_31st_is_prorated_by_its_own_length() -> None:
    """31 Jan → 28 Feb → 31 Mar: 28 days, then 31. Half of the first: 28.00 → 56.00 on 14 Feb is −14.00 + 28.00. On 10
    March 21 of 31 days are left: 56.00 for two become 31.00 for one: −37.94 + 21.00."""
    shop = new_shop(InProcess().client(), day(2026, 1, 31))
    shop.card()
    subscription = shop.subscribe(shop.price(2_800))
    item = item_of(subscription)
    assert (item.current_period_start, item.current_period_end) == (day(2026, 1, 31), day(2026, 2, 28))
    shop.until(day(2026, 2, 14))
    after = change(shop, subscription, [{"id": item.id, "quantity": 2}], proration_behavior="always_invoice")
    assert [line.amount for line in after.latest_invoice.lines.data] == [-1_400, 2_800]
    shop.until(day(2026, 3, 10))
    item = item_of(shop.see(subscription))
    assert (item.current_period_start, item.current_period_end) == (day(2026, 2, 28), day(2026, 3, 31))
    dearer = shop.price(3_100)
    after = change(shop, subscription, [{"id": item.id, "price": dearer, "quantity": 1}])
    waiting = shop.api.invoice_items.list({"customer": shop.customer.id, "pending": True}).data[::-1]
    assert [i.amount for i in waiting] == [round(-5_600 * 21 / 31), round(3_100 * 21 / 31)] == [-3_794, 2_100]
    shop.until(day(2026, 3, 31) + 3_601)
    item = item_of(shop.see(subscription))
    assert item.current_period_end == day(2026, 4, 30), "counted from the 31st, not from the 28th"


def test_from_yearly_to_monthly_the_year_left_becomes_credit(near: Shop) -> None:
    """365.00 for the year from 1 April. After 73 days 292 are left: −292.00, and a month of 40.00 from now: 252.00 of
    credit, which pays the next six months and 12.00 of the seventh."""
    yearly, monthly = near.price(36_500, "year"), near.price(4_000)
    subscription = near.subscribe(yearly)
    now = APRIL + 73 * DAY  # 13 June
    near.until(now)
    after = change(near, subscription, [{"id": item_of(subscription).id, "price": monthly}])
    assert [line.amount for line in after.latest_invoice.lines.data] == [-29_200, 4_000]
    assert (after.latest_invoice.total, after.latest_invoice.amount_due) == (-25_200, 0)
    assert near.api.customers.retrieve(near.customer.id).balance == -25_200
    assert (after.billing_cycle_anchor, item_of(after).current_period_end) == (now, day(2026, 7, 13))
    dues = []
    for month in range(7, 14):
        near.until(day(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 13) + 3_601)
        dues.append(near.see(subscription).latest_invoice.amount_due)
    assert dues == [0, 0, 0, 0, 0, 0, 2_800]


def test_a_monthly_and_a_yearly_item_each_keep_their_rhythm(near: Shop) -> None:
    """Production by the year joins CRM by the month on day 15 of April: 350 of 365 days of 730.00 are 700.00. May bills
    CRM alone; next April both."""
    crm, production = near.price(3_000), near.price(73_000, "year", name="Production")
    subscription = near.subscribe(crm)
    near.until(APRIL + 15 * DAY)
    after = change(near, subscription, [{"price": production}], proration_behavior="always_invoice")
    assert amounts(after.latest_invoice) == [("Remaining time on Production after 16 Apr 2026", 70_000)]
    ends = {i.price.id: i.current_period_end for i in after["items"].data}
    assert ends == {crm: day(2026, 5, 1), production: day(2027, 4, 1)}
    near.until(day(2026, 5, 1) + 3_601)
    assert [line.amount for line in near.see(subscription).latest_invoice.lines.data] == [3_000]
    near.until(day(2027, 4, 1) + 3_601)
    assert sorted(line.amount for line in near.see(subscription).latest_invoice.lines.data) == [3_000, 73_000]


def test_when_one_of_two_items_goes_yearly_the_other_keeps_its_month(near: Shop) -> None:
    """Day 15 of 30: CRM 30.00 gives 15.00 back and pays 350 of 365 days of 292.00, which is 280.00; the other stays."""
    crm, stock = near.price(3_000), near.price(6_000, name="Inventory")
    subscription = near.subscribe(crm, stock)
    near.until(APRIL + 15 * DAY)
    item = next(i for i in subscription["items"].data if i.price.id == crm)
    yearly = near.price(29_200, "year")
    after = change(near, subscription, [{"id": item.id, "price": yearly}], proration_behavior="always_invoice")
    assert sorted(line.amount for line in after.latest_invoice.lines.data) == [-1_500, 28_000]
    assert after.billing_cycle_anchor == APRIL
    near.until(day(2026, 5, 1) + 3_601)
    assert [line.amount for line in near.see(subscription).latest_invoice.lines.data] == [6_000]


def test_a_trial_that_ends_before_its_time_bills_a_whole_month_from_now(near: Shop) -> None:
    subscription = near.subscribe(near.price(5_000), trial_period_days=14)
    near.until(APRIL + 4 * DAY)
    after = near.api.subscriptions.update(subscription.id, {"trial_end": "now", "expand": ["latest_invoice"]})
    assert (after.status, after.latest_invoice.total, after.latest_invoice.status) == ("active", 5_000, "paid")
    assert (after.trial_end, item_of(after).current_period_end) == (APRIL + 4 * DAY, day(2026, 5, 5))


def test_a_trial_that_ends_by_itself_begins_the_month_there(near: Shop) -> None:
    """Three seats on the last day of the trial: nothing for the trial, three whole months' seats from then."""
    subscription = near.subscribe(near.price(5_000), trial_period_days=14)
    near.until(APRIL + 13 * DAY)
    change(near, subscription, [{"id": item_of(subscription).id, "quantity": 3}])
    near.until(APRIL + 14 * DAY + 3_601)
    seen = near.see(subscription)
    assert [line.amount for line in seen.latest_invoice.lines.data] == [15_000]
    assert item_of(seen).current_period_end == day(2026, 5, 15)


def test_a_trial_given_to_who_pays_already_gives_the_rest_of_the_month_back(near: Shop) -> None:
    """30.00 for April; from the 11th on free until 11 May: −20.00, which the first month after it takes along."""
    subscription = near.subscribe(near.price(3_000))
    near.until(APRIL + 10 * DAY)
    near.api.subscriptions.update(subscription.id, {"trial_end": day(2026, 5, 11)})
    waiting = near.api.invoice_items.list({"customer": near.customer.id, "pending": True}).data
    assert [i.amount for i in waiting] == [-2_000]
    near.until(day(2026, 5, 11) + 3_601)
    seen = near.see(subscription)
    assert (seen.status, sorted(line.amount for line in seen.latest_invoice.lines.data)) == ("active", [-2_000, 3_000])
    assert item_of(seen).current_period_end == day(2026, 6, 11)


def test_tax_inside_the_price_is_credited_inside(near: Shop) -> None:
    """119.00 of which 19.00 is tax, 10 % off once: 107.10 with 17.10. A third of the month back: −35.70 and
    −5.70 of tax, whatever the rate and the coupon are by then."""
    rate = near.api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": True})
    coupon = near.api.coupons.create({"percent_off": 10, "duration": "once"})
    subscription = near.subscribe(near.price(11_900), default_tax_rates=[rate.id], discounts=[{"coupon": coupon.id}])
    first = near.see(subscription).latest_invoice
    assert (first.total, first.total_taxes[0].amount) == (10_710, 1_710)
    near.until(APRIL + 20 * DAY)
    other = near.api.tax_rates.create({"display_name": "VAT", "percentage": 7, "inclusive": True})
    near.api.subscriptions.update(subscription.id, {"default_tax_rates": [other.id]})
    rows = [{"id": item_of(subscription).id, "quantity": 2}]
    credit, charge = change(near, subscription, rows, proration_behavior="always_invoice").latest_invoice.lines.data
    assert (credit.amount, credit.taxes[0].amount) == (-3_570, -570)
    # 2 × 119.00 for a third of the month, by then with 7 % inside: 238.00 / 3 = 79.33, of which 79.33 × 7 / 107 = 5.19
    assert (charge.amount, charge.taxes[0].amount) == (7_933, 519)


def test_an_amount_off_is_credited_as_it_was_spent(near: Shop) -> None:
    """60.00 less 15.00 once: 45.00 were paid. Half the month back is −22.50, not −30.00."""
    coupon = near.api.coupons.create({"amount_off": 1_500, "currency": "usd", "duration": "once"})
    subscription = near.subscribe(near.price(6_000), discounts=[{"coupon": coupon.id}])
    assert near.see(subscription).latest_invoice.total == 4_500
    near.until(APRIL + 15 * DAY)
    near.api.subscriptions.cancel(subscription.id, {"prorate": True, "invoice_now": True})
    assert near.api.customers.retrieve(near.customer.id).balance == -2_250


def test_a_phase_that_is_a_trial_costs_nothing_until_it_is_over(near: Shop) -> None:
    price = near.price(3_000)
    plan = {
        "customer": near.customer.id, "start_date": "now", "end_behavior": "release",
        "phases": [
            {"items": [{"price": price}], "end_date": day(2026, 5, 1)},
            {"items": [{"price": price}], "end_date": day(2026, 5, 15), "trial": True},
            {"items": [{"price": price}], "iterations": 1},
        ],
    }  # fmt: skip
    near.api.subscription_schedules.create(plan)
    [subscription] = near.api.subscriptions.list({"customer": near.customer.id}).data
    near.until(day(2026, 5, 1) + 3_601)
    seen = near.see(subscription)
    assert (seen.status, seen.latest_invoice.total) == ("trialing", 0)
    near.until(day(2026, 5, 15) + 3_601)
    seen = near.see(subscription)
    assert (seen.status, seen.latest_invoice.total) == ("active", 3_000)
    assert item_of(seen).current_period_end == day(2026, 6, 15)
