"""Lives of subscriptions, told by moving a test clock."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.billing.simulator.conftest import APRIL, DAY, Shop, error_of, item_of, start

HOUR = 3_600


def test_trial_paid_failed_retried_past_due_paid(shop: Shop) -> None:
    """The whole of dunning: trial → first payment → renewal fails → retries on day 3 and 7 → a new card restores."""
    shop.card()
    subscription = shop.subscribe(shop.price(2_000), quantity=3, trial_period_days=14)
    assert subscription.status == "trialing"
    assert shop.see(subscription).latest_invoice.status == "paid"
    shop.until(APRIL + 11 * DAY)
    assert shop.types()[-1] == "customer.subscription.trial_will_end"

    shop.until(APRIL + 14 * DAY)
    seen = shop.see(subscription)
    assert (seen.status, seen.latest_invoice.status, seen.latest_invoice.total) == ("active", "draft", 6_000)
    shop.until(APRIL + 14 * DAY + HOUR)
    seen = shop.see(subscription)
    assert (seen.latest_invoice.status, seen.latest_invoice.billing_reason) == ("paid", "subscription_cycle")
    assert seen.latest_invoice.payments.data[0].status == "paid"
    assert item_of(seen).current_period_end == APRIL + 44 * DAY

    shop.card("pm_card_chargeCustomerFail")
    since = APRIL + 44 * DAY
    shop.until(since + HOUR)
    seen = shop.see(subscription)
    failed_at = since + HOUR
    assert (seen.status, seen.latest_invoice.status, seen.latest_invoice.attempt_count) == ("past_due", "open", 1)
    assert seen.latest_invoice.next_payment_attempt == failed_at + 3 * DAY
    assert shop.api.customers.retrieve(shop.customer.id).delinquent
    shop.until(failed_at + 7 * DAY)
    seen = shop.see(subscription)
    assert (seen.latest_invoice.attempt_count, seen.latest_invoice.next_payment_attempt) == (3, failed_at + 14 * DAY)
    assert seen.status == "past_due"

    shop.card()
    paid = shop.api.invoices.pay(seen.latest_invoice.id)
    assert paid.status == "paid"
    assert shop.see(subscription).status == "active"
    assert not shop.api.customers.retrieve(shop.customer.id).delinquent
    story = shop.types(since)
    for earlier, later in [
        ("invoice.created", "invoice.finalized"),
        ("invoice.finalized", "invoice.payment_failed"),
        ("invoice.payment_failed", "invoice.paid"),
    ]:
        assert story.index(earlier) < story.index(later)
    assert story.count("invoice.payment_failed") == 3


@pytest.mark.parametrize(
    ("setting", "status"), [("unpaid", "unpaid"), ("cancel", "canceled"), ("past_due", "past_due")]
)
def test_when_all_retries_have_failed(setting: str, status: str) -> None:
    running = start("--after-retries", setting, "--retries", "1,2")
    try:
        from tests.billing.simulator.conftest import new_shop

        shop = new_shop(running.client())
        shop.card("pm_card_visa")
        subscription = shop.subscribe(shop.price(2_000))
        shop.card("pm_card_chargeCustomerFail")
        shop.until(APRIL + 34 * DAY)
        seen = shop.see(subscription)
        assert (seen.status, seen.latest_invoice.attempt_count) == (status, 3)
        assert seen.latest_invoice.next_payment_attempt is None
        if status == "canceled":
            assert seen.cancellation_details.reason == "payment_failed"
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("wish", "status"), [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]
)
def test_a_trial_without_card_ends_as_its_settings_say(shop: Shop, wish: str, status: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": wish}}
    subscription = shop.subscribe(shop.price(1_000), trial_period_days=7, trial_settings=settings)
    shop.until(APRIL + 8 * DAY)
    assert shop.see(subscription).status == status


def test_a_paused_trial_goes_on_with_a_card(shop: Shop) -> None:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = shop.subscribe(shop.price(1_000), trial_period_days=7, trial_settings=settings)
    shop.until(APRIL + 20 * DAY)
    shop.card()
    resumed = shop.api.subscriptions.resume(subscription.id, {"expand": ["latest_invoice"]})
    assert (resumed.status, resumed.latest_invoice.status, resumed.latest_invoice.total) == ("active", "paid", 1_000)
    assert resumed.billing_cycle_anchor == APRIL + 20 * DAY


def test_first_payment_refused_then_expired_after_23_hours(shop: Shop) -> None:
    shop.card("pm_card_chargeCustomerFail")
    subscription = shop.subscribe(shop.price(1_000))
    assert subscription.status == "incomplete"
    shop.until(APRIL + 23 * HOUR)
    seen = shop.see(subscription)
    assert (seen.status, seen.latest_invoice.status) == ("incomplete_expired", "void")


def test_first_payment_refused_with_error_if_incomplete_leaves_nothing(shop: Shop) -> None:
    shop.card("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as refused:
        shop.subscribe(shop.price(1_000), payment_behavior="error_if_incomplete")
    assert refused.value.http_status == 402
    assert error_of(refused)["decline_code"] == "generic_decline"
    assert shop.api.subscriptions.list({"customer": shop.customer.id, "status": "all"}).data == []
    assert shop.api.invoices.list({"customer": shop.customer.id}).data == []


def test_cancel_at_period_end_and_the_change_of_mind(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_000))
    ending = shop.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at) == ("active", APRIL + 30 * DAY)
    kept = shop.api.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (kept.cancel_at, kept.canceled_at) == (None, None)
    shop.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    shop.until(APRIL + 30 * DAY)
    seen = shop.see(subscription)
    assert (seen.status, seen.ended_at) == ("canceled", APRIL + 30 * DAY)
    assert seen.latest_invoice.id == subscription.latest_invoice, "no renewal is billed"


def test_cancelled_at_once_with_credit(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(3_000))
    shop.until(APRIL + 10 * DAY)
    gone = shop.api.subscriptions.cancel(subscription.id, {"prorate": True, "invoice_now": True})
    assert gone.status == "canceled"
    assert shop.api.customers.retrieve(shop.customer.id).balance == -2_000


def test_a_schedule_drops_a_module_at_the_end_of_the_period(shop: Shop) -> None:
    shop.card()
    crm, production = shop.price(3_000), shop.price(6_000, name="Production")
    subscription = shop.subscribe(crm, production, quantity=2)
    schedule = shop.api.subscription_schedules.create({"from_subscription": subscription.id})
    current = schedule.phases[0]
    kept = [{"price": row.price, "quantity": row.quantity} for row in current["items"]]
    shop.api.subscription_schedules.update(
        schedule.id,
        {
            "end_behavior": "release",
            "phases": [
                {"items": kept, "start_date": current.start_date, "end_date": current.end_date},
                {"items": [{"price": crm, "quantity": 2}], "iterations": 1},
            ],
        },
    )
    assert len(shop.see(subscription)["items"].data) == 2
    shop.until(APRIL + 30 * DAY + HOUR)
    seen = shop.see(subscription)
    assert [i.price.id for i in seen["items"].data] == [crm]
    assert [line.amount for line in seen.latest_invoice.lines.data] == [6_000], "no proration at the boundary"
    assert seen.latest_invoice.status == "paid"
    shop.until(APRIL + 62 * DAY)
    assert shop.api.subscription_schedules.retrieve(schedule.id).status == "released"
    assert shop.see(subscription).schedule is None
    assert shop.see(subscription).status == "active"


def test_a_planned_start_without_a_card_is_incomplete_and_time_goes_on(shop: Shop) -> None:
    plan = {
        "customer": shop.customer.id,
        "start_date": APRIL + 5 * DAY,
        "phases": [{"items": [{"price": shop.price(1_000)}], "iterations": 1}],
    }
    schedule = shop.api.subscription_schedules.create(plan)
    assert schedule.status == "not_started"
    shop.until(APRIL + 5 * DAY)
    [subscription] = shop.api.subscriptions.list({"customer": shop.customer.id}).data
    assert (subscription.status, subscription.start_date) == ("incomplete", APRIL + 5 * DAY)
    shop.until(APRIL + 90 * DAY)
    assert shop.see(subscription).status == "incomplete_expired"
    assert shop.api.subscription_schedules.retrieve(schedule.id).status == "canceled"


def test_paid_by_bank_transfer_within_its_days(shop: Shop) -> None:
    """send_invoice: an open invoice with a due date; overdue it makes the subscription past due; paid it restores."""
    subscription = shop.subscribe(shop.price(5_000), collection_method="send_invoice", days_until_due=14)
    assert subscription.status == "active"
    shop.until(APRIL + HOUR)
    invoice = shop.see(subscription).latest_invoice
    assert (invoice.status, invoice.due_date) == ("open", APRIL + HOUR + 14 * DAY)
    shop.until(APRIL + 15 * DAY)
    assert shop.see(subscription).status == "past_due"
    assert "invoice.overdue" in shop.types()
    paid = shop.api.invoices.pay(invoice.id, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_remaining) == ("paid", 0)
    assert shop.see(subscription).status == "active"


def test_authentication_is_asked_for_off_session_and_given_on_the_page(shop: Shop, browser: Any) -> None:
    shop.card("pm_card_authenticationRequired")
    subscription = shop.subscribe(shop.price(1_000))
    assert subscription.status == "incomplete"
    seen = shop.see(subscription)
    intent = shop.api.payment_intents.retrieve(seen.latest_invoice.payments.data[0].payment.payment_intent)
    assert intent.status == "requires_action"
    page = browser.get(intent.next_action.redirect_to_url.url)
    assert "Confirm that it is you" in page.text
    browser.post(intent.next_action.redirect_to_url.url, data={"action": "complete"})
    assert shop.see(subscription).status == "active"


def test_coupons_of_one_invoice_of_some_months_and_for_ever(shop: Shop) -> None:
    shop.card()
    once = shop.api.coupons.create({"amount_off": 300, "currency": "usd", "duration": "once"})
    two = shop.api.coupons.create({"percent_off": 10, "duration": "repeating", "duration_in_months": 2})
    subscription = shop.subscribe(shop.price(1_000), discounts=[{"coupon": once.id}, {"coupon": two.id}])
    totals = [shop.see(subscription).latest_invoice.total]
    for month in (30, 61, 91):  # 1 May, 1 June, 1 July
        shop.until(APRIL + month * DAY + HOUR)
        totals.append(shop.see(subscription).latest_invoice.total)
    # 1,000 − 300 = 700, less 10 % = 630; then 900; the two months are over on 1 June
    assert totals == [630, 900, 1_000, 1_000]


def test_pause_collection_voids_what_falls_due(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_000))
    shop.api.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    shop.until(APRIL + 31 * DAY)
    seen = shop.see(subscription)
    assert (seen.status, seen.latest_invoice.status) == ("active", "void")


def test_prices_in_several_currencies_and_whole_ones(shop: Shop) -> None:
    shop.card()
    options = {"cny": {"unit_amount": 13_800}, "jpy": {"unit_amount": 2_900}}
    price = shop.price(1_900, currency_options=options)
    subscription = shop.subscribe(price, quantity=3, currency="jpy")
    assert shop.see(subscription).latest_invoice.total == 8_700
    shown = shop.api.prices.retrieve(price, {"expand": ["currency_options"]})
    assert shown.currency_options["cny"].unit_amount == 13_800
    with pytest.raises(stripe.InvalidRequestError, match="only supports `usd`"):
        shop.subscribe(shop.price(5), currency="jpy")
