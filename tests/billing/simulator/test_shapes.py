"""Every object the simulator returns has the fields and types of Stripe's own examples (objects.json)."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.billing.simulator.conftest import APRIL, DAY, Running, item_of, new_shop

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "objects.json").read_text())
# Not simulated (see the simulator's README).
ABSENT = {"credit_note", "entitlements.active_entitlement", "entitlements.feature"}
# What a key stands for is free: metadata and the like.
OPEN = {"metadata", "fraud_details", "payment_method_options"}
SDK = {
    "account": stripe.Account,
    "balance_transaction": stripe.BalanceTransaction,
    "billing_portal.configuration": stripe.billing_portal.Configuration,
    "billing_portal.session": stripe.billing_portal.Session,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "coupon": stripe.Coupon,
    "customer": stripe.Customer,
    "customer_balance_transaction": stripe.CustomerBalanceTransaction,
    "discount": stripe.Discount,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "invoiceitem": stripe.InvoiceItem,
    "item": stripe.LineItem,
    "line_item": stripe.InvoiceLineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "price": stripe.Price,
    "product": stripe.Product,
    "promotion_code": stripe.PromotionCode,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "subscription_schedule": stripe.SubscriptionSchedule,
    "tax_id": stripe.TaxId,
    "tax_rate": stripe.TaxRate,
    "test_helpers.test_clock": stripe.test_helpers.TestClock,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


def kind_of(value: Any) -> str:
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def differences(example: Any, ours: Any, path: str, sdk: Any) -> list[str]:
    """Where ours is not shaped like the example. `sdk` is the annotation that says whether null is allowed."""
    optional, inner = nullable(sdk)
    if ours is None:
        return [] if example is None or optional else [f"{path}: null"]
    if example is None:
        return []
    if isinstance(example, str) and isinstance(ours, dict) and "id" in ours:
        return []  # expanded
    if kind_of(example) != kind_of(ours):
        return [f"{path}: {kind_of(ours)} for {kind_of(example)}"]
    found: list[str] = []
    if isinstance(example, dict):
        if path.rpartition(".")[2] in OPEN or path == "event.data.object" or not example:
            return []
        for key, value in example.items():
            if key not in ours:
                found.append(f"{path}.{key}: missing")
            else:
                found += differences(value, ours[key], f"{path}.{key}", field(inner, key))
    elif isinstance(example, list) and example and ours:
        part = typing.get_args(inner)[0] if typing.get_args(inner) else None
        for i, entry in enumerate(ours):
            found += differences(example[0], entry, f"{path}[{i}]", part)
    return found


def nullable(sdk: Any) -> tuple[bool, Any]:
    """(may be null, what it is otherwise). What the SDK does not annotate may be."""
    if sdk is None:
        return True, None
    parts = typing.get_args(sdk)
    if type(None) in parts:
        rest = [part for part in parts if part is not type(None)]
        return True, rest[0] if len(rest) == 1 else None
    return False, sdk


def field(sdk: Any, key: str) -> Any:
    hints = getattr(sdk, "__annotations__", {})
    value = hints.get(key)
    if isinstance(value, (str, typing.ForwardRef)):
        return None
    return value


@pytest.fixture(scope="module")
def answers(simulator: Running) -> dict[str, list[dict[str, Any]]]:
    """A world with everything in it, and every object of it that a request or an event has returned."""
    api = simulator.client()
    seen: dict[str, list[dict[str, Any]]] = {}

    def note(thing: Any) -> Any:
        def walk(value: Any) -> None:
            if isinstance(value, dict):
                kind = value.get("object")
                if isinstance(kind, str) and kind != "list" and not value.get("deleted"):
                    seen.setdefault(kind, []).append(value)
                for child in value.values():
                    walk(child)
            elif isinstance(value, list):
                for child in value:
                    walk(child)

        walk(json.loads(str(thing)))
        return thing

    shop = new_shop(api)
    for part in (shop.clock, shop.customer, note(stripe_account(api))):
        note(part)
    rate = note(api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False, "country": "DE"}))
    coupon = note(api.coupons.create({"percent_off": 25.5, "duration": "repeating", "duration_in_months": 3}))
    code = note(api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}}))
    note(api.customers.tax_ids.create(shop.customer.id, {"type": "eu_vat", "value": "DE123456789"}))
    shop.card()
    price = shop.price(2_000, currency_options={"cny": {"unit_amount": 14_000}})
    note(api.prices.retrieve(price, {"expand": ["product", "currency_options"]}))
    subscription = note(
        shop.subscribe(
            price,
            quantity=3,
            discounts=[{"promotion_code": code.id}],
            default_tax_rates=[rate.id],
            expand=["latest_invoice.payments", "discounts", "default_payment_method", "customer"],
        )
    )
    shop.until(APRIL + 10 * DAY)
    change = [{"id": item_of(subscription).id, "quantity": 4}, {"price": shop.price(900), "quantity": 1}]
    note(api.invoices.create_preview({"subscription": subscription.id, "subscription_details": {"items": change}}))
    note(api.subscriptions.update(subscription.id, {"items": change, "expand": ["latest_invoice"]}))
    note(api.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}}))
    note(api.subscriptions.update(subscription.id, {"pause_collection": ""}))
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})
    note(schedule)
    note(api.subscription_schedules.release(schedule.id))
    shop.card("pm_card_chargeCustomerFail")
    shop.until(APRIL + 40 * DAY)
    note(api.invoices.retrieve(shop.see(subscription).latest_invoice.id, {"expand": ["payments"]}))
    shop.subscribe(shop.price(100), collection_method="send_invoice", days_until_due=10)
    shop.subscribe(shop.price(100), trial_period_days=10)
    intent = note(
        api.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "customer": shop.customer.id,
                "payment_method": "pm_card_visa",
                "confirm": True,
                "expand": ["latest_charge.balance_transaction", "latest_charge.refunds"],
            }
        )
    )
    note(api.refunds.create({"payment_intent": intent.id, "amount": 100}))
    taken = {"amount": 700, "currency": "usd", "customer": shop.customer.id, "confirm": True}
    disputed = api.payment_intents.create({**taken, "payment_method": "pm_card_createDispute"})
    [dispute] = api.disputes.list({"payment_intent": disputed.id}).data
    note(api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}}))
    note(api.setup_intents.create({"customer": shop.customer.id, "payment_method": "pm_card_visa", "confirm": True}))
    note(api.setup_intents.create({"payment_method": "pm_card_authenticationRequired", "confirm": True}))
    note(api.customers.balance_transactions.create(shop.customer.id, {"amount": -5, "currency": "usd"}))
    session = {
        "mode": "subscription",
        "success_url": "https://example.com/done",
        "cancel_url": "https://example.com/back",
        "line_items": [{"price": price, "quantity": 2}],
        "expand": ["line_items"],
    }
    note(api.checkout.sessions.create(session))
    note(api.billing_portal.sessions.create({"customer": shop.customer.id, "expand": ["configuration"]}))
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription.id}}
    note(api.billing_portal.sessions.create({"customer": shop.customer.id, "flow_data": flow}))
    note(api.webhook_endpoints.list({}))
    for kind in ("charges", "payment_intents", "invoices", "invoice_items", "payment_methods"):
        note(getattr(api, kind).list({"customer": shop.customer.id, "limit": 100}))
    for event in api.events.list({"limit": 100}).auto_paging_iter():
        note(event)
        if event.type == "test_helpers.test_clock.created" and event.data.object.id == shop.clock.id:
            break
    return seen


def stripe_account(api: Any) -> Any:
    return api.accounts.retrieve_current()


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES) - ABSENT))
def test_shaped_like_the_example(kind: str, answers: dict[str, list[dict[str, Any]]]) -> None:
    assert answers.get(kind), "none was returned"
    found = set()
    for ours in answers[kind]:
        found |= set(differences(EXAMPLES[kind], ours, kind, SDK[kind]))
        if kind == "invoice" and str(ours.get("id", "")).startswith("upcoming_"):
            assert ours["lines"]["data"], "a preview has its lines"
    # invoice.upcoming has no id, as at Stripe.
    assert found - ({"invoice.id: missing"} if kind == "invoice" else set()) == set()


def test_what_has_no_example_has_the_fields_of_the_sdk(answers: dict[str, list[dict[str, Any]]]) -> None:
    for kind in ("tax_id", "invoice_payment", "customer_balance_transaction", "discount", "dispute"):
        needed = {
            name
            for name, hint in SDK[kind].__annotations__.items()
            if type(None) not in typing.get_args(hint) and name.islower() and not name.startswith("_")
        }
        assert answers[kind], kind
        for ours in answers[kind]:
            assert needed <= set(ours), (kind, needed - set(ours))


def test_the_simulator_speaks_the_version_of_the_sdk() -> None:
    from billing.simulator.world import API_VERSION

    assert stripe.api_version == API_VERSION


def test_nothing_of_the_simulators_own_is_shown(answers: dict[str, list[dict[str, Any]]]) -> None:
    for kind, things in answers.items():
        for thing in things:
            assert not [key for key in thing if key.startswith("_")], kind
            assert "discounts_ids" not in json.dumps(thing)


def test_a_wrong_shape_is_noticed() -> None:
    """The check itself: a missing field, another type, a null that may not be."""
    good = {**EXAMPLES["price"]}
    assert differences(EXAMPLES["price"], good, "price", stripe.Price) == []
    without = {key: value for key, value in good.items() if key != "billing_scheme"}
    assert differences(EXAMPLES["price"], without, "price", stripe.Price) == ["price.billing_scheme: missing"]
    assert differences(EXAMPLES["price"], {**good, "unit_amount": "2000"}, "price", stripe.Price) == [
        "price.unit_amount: str for number"
    ]
    assert differences(EXAMPLES["price"], {**good, "active": None}, "price", stripe.Price) == ["price.active: null"]
