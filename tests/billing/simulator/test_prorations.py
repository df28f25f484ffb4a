"""Changes in the middle of a period, in figures worked out by hand."""

from __future__ import annotations

from typing import Any

from tests.billing.simulator.conftest import APRIL, DAY, Shop, amounts, item_of, new_shop


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
