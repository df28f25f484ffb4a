"""What each of Stripe's test cards does."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.billing.simulator.conftest import APRIL, DAY, Shop, error_of

REFUSED = [
    ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
]


@pytest.mark.parametrize(("token", "code", "decline"), REFUSED)
def test_refused_when_kept_and_when_charged(shop: Shop, token: str, code: str, decline: str | None) -> None:
    with pytest.raises(stripe.CardError) as kept:
        shop.api.payment_methods.attach(token, {"customer": shop.customer.id})
    assert (kept.value.http_status, kept.value.code) == (402, code)
    assert error_of(kept).get("decline_code") == decline
    assert shop.api.payment_methods.list({"customer": shop.customer.id}).data == []
    payment = {"amount": 100, "currency": "usd", "payment_method": token, "confirm": True}
    with pytest.raises(stripe.CardError) as charged:
        shop.api.payment_intents.create(payment)
    intent = error_of(charged)["payment_intent"]
    assert (charged.value.code, intent["status"]) == (code, "requires_payment_method")
    assert shop.api.payment_intents.retrieve(intent["id"]).last_payment_error.code == code, "the attempt is on record"


@pytest.mark.parametrize(
    ("token", "brand", "last4"),
    [
        ("pm_card_visa", "visa", "4242"),
        ("pm_card_mastercard", "mastercard", "4444"),
        ("pm_card_amex", "amex", "0005"),
        ("pm_card_unionpay", "unionpay", "0005"),
        ("pm_card_jcb", "jcb", "0505"),
    ],
)
def test_good_cards(shop: Shop, token: str, brand: str, last4: str) -> None:
    method = shop.api.payment_methods.retrieve(shop.card(token))
    assert (method.card.brand, method.card.last4, method.customer) == (brand, last4, shop.customer.id)
    assert shop.subscribe(shop.price(100)).status == "active"


def test_numbers_are_taken_too_but_no_real_ones(shop: Shop) -> None:
    made = shop.api.payment_methods.create(
        {"type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2039, "cvc": "123"}}
    )
    assert made.card.exp_year == 2039
    with pytest.raises(stripe.CardError, match="non test card"):
        shop.api.payment_methods.create({"type": "card", "card": {"number": "4111111111111111"}})


def test_always_asks_the_holder_unless_nobody_is_there(api: Any) -> None:
    payment = {
        "amount": 100,
        "currency": "usd",
        "payment_method": "pm_card_authenticationRequired",
        "confirm": True,
    }
    assert api.payment_intents.create(payment).status == "requires_action"
    with pytest.raises(stripe.CardError) as refused:
        api.payment_intents.create({**payment, "off_session": True})
    assert refused.value.code == "authentication_required"


def test_a_card_set_up_with_authentication_is_charged_alone_later(shop: Shop, browser: Any) -> None:
    setup = shop.api.setup_intents.create(
        {
            "customer": shop.customer.id,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
        }
    )
    assert setup.status == "requires_action"
    browser.post(setup.next_action.redirect_to_url.url, data={"action": "complete"})
    setup = shop.api.setup_intents.retrieve(setup.id)
    assert setup.status == "succeeded"
    subscription = shop.subscribe(shop.price(900), default_payment_method=setup.payment_method)
    assert subscription.status == "active"


def test_a_card_runs_out_between_two_renewals(shop: Shop) -> None:
    method = shop.card()
    shop.api.payment_methods.update(method, {"card": {"exp_month": 4, "exp_year": 2026}})
    subscription = shop.subscribe(shop.price(900))
    assert subscription.status == "active"
    shop.until(APRIL + 31 * DAY)
    seen = shop.see(subscription)
    intent = shop.api.payment_intents.retrieve(seen.latest_invoice.payments.data[0].payment.payment_intent)
    assert (seen.status, intent.last_payment_error.code) == ("past_due", "expired_card")


def test_a_refund_gives_back_no_more_than_was_taken(api: Any) -> None:
    payment = {"amount": 1_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    intent = api.payment_intents.create(payment)
    assert api.refunds.create({"payment_intent": intent.id, "amount": 400}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create({"payment_intent": intent.id, "amount": 700})
    api.refunds.create({"payment_intent": intent.id})
    charge = api.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (1_000, True)
