"""Cards, and the intents to keep or charge them; charges and refunds."""

from __future__ import annotations

from billing.simulator.api.routing import endpoint, listed, page, retrieved
from billing.simulator.cards import card_named, card_numbered
from billing.simulator.engine import invoices, payments
from billing.simulator.engine.customers import living, read_address
from billing.simulator.engine.payments import attach_named, method_named
from billing.simulator.params import Params
from billing.simulator.problems import declined, invalid, no_such
from billing.simulator.store import Doc
from billing.simulator.world import World

NOT_A_TEST_CARD = (
    "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, "
    "visit: https://stripe.com/docs/testing."
)


def _billing_details(p: Params) -> Doc | None:
    given = p.map("billing_details")
    if given is None:
        return None
    details = {name: given.text(name) for name in ("email", "name", "phone", "tax_id")}
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {**details, "address": read_address(given, "address") or empty}


@endpoint("POST", "/v1/payment_methods")
def create(world: World, p: Params) -> Doc:
    p.need("type", ("card",))
    card = p.map("card")
    if card is None:
        raise invalid("Missing required param: card.", "card", "parameter_missing")
    details = _billing_details(p)
    values: Doc = {"metadata": p.metadata(), **({"billing_details": details} if details else {})}
    if token := card.text("token"):
        if (held := card_named(token)) is None:
            raise no_such("token", token, card.named("token"))
        return payments.method_of_card(world, held, **values)
    known = card_numbered(card.need("number"))
    if known is None:
        raise declined(NOT_A_TEST_CARD, "card_declined", "test_mode_live_card", keep=False)
    card.text("cvc")
    month, year = card.whole("exp_month", 12) or 12, card.whole("exp_year", 0) or 0
    return payments.method_of_card(world, known, month=month, year=year + 2000 if 0 < year < 100 else year, **values)


@endpoint("GET", "/v1/payment_methods")
def list_all(world: World, p: Params) -> Doc:
    p.text("type", choices=("card",))
    customer = p.text("customer")
    rows = world.all("payment_method", customer, newest_first=True) if customer else []
    return page(world, p, rows, "/v1/payment_methods")


@endpoint("GET", "/v1/customers/{id}/payment_methods")
def list_of_customer(world: World, p: Params, id: str) -> Doc:
    p.text("type", choices=("card",))
    rows = world.all("payment_method", living(world, id)["id"], newest_first=True)
    return page(world, p, rows, f"/v1/customers/{id}/payment_methods")


retrieved("/v1/payment_methods", "payment_method")


@endpoint("POST", "/v1/payment_methods/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    method = world.get("payment_method", id)
    with world.changing(method, "payment_method.updated"):
        method["metadata"] = p.metadata(method["metadata"])
        if details := _billing_details(p):
            method["billing_details"] = details
        if card := p.map("card"):
            for name in ("exp_month", "exp_year"):
                if (value := card.whole(name)) is not None:
                    method["card"][name] = value
    return method


@endpoint("POST", "/v1/payment_methods/{id}/attach")
def attach(world: World, p: Params, id: str) -> Doc:
    return attach_named(world, id, living(world, p.need("customer"), "customer"))


@endpoint("POST", "/v1/payment_methods/{id}/detach")
def detach(world: World, p: Params, id: str) -> Doc:
    method = world.get("payment_method", id)
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    return release(world, method)


def release(world: World, method: Doc) -> Doc:
    """Take a card from its customer, also where it was the default."""
    customer = world.get("customer", method["customer"])
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        with world.changing(customer, "customer.updated"):
            customer["invoice_settings"]["default_payment_method"] = None
    for subscription in world.all("subscription", customer["id"]):
        if subscription["default_payment_method"] == method["id"]:
            with world.changing(subscription, "customer.subscription.updated"):
                subscription["default_payment_method"] = None
    with world.changing(method, None):
        method["customer"] = None
    world.emit("payment_method.detached", method, {"customer": customer["id"]})
    return method


# --- setup intents ----------------------------------------------------------------------------------------------------


@endpoint("POST", "/v1/setup_intents")
def create_setup(world: World, p: Params) -> Doc:
    customer = p.text("customer")
    setup = payments.new_setup(
        world,
        living(world, customer, "customer") if customer else None,
        description=p.text("description"),
        metadata=p.metadata(),
        usage=p.text("usage", "off_session", choices=("off_session", "on_session")),
    )
    p.strings("payment_method_types")
    p.map("automatic_payment_methods")
    p.text("return_url")
    method = p.text("payment_method")
    if p.flag("confirm") and method:
        return payments.confirm_setup(world, setup, method_named(world, method, "payment_method"))
    if method:
        held = method_named(world, method, "payment_method")
        setup.update(payment_method=held["id"], status="requires_confirmation")
        world.save(setup)
    return setup


listed("/v1/setup_intents", "setup_intent", owner="customer")


retrieved("/v1/setup_intents", "setup_intent")


@endpoint("POST", "/v1/setup_intents/{id}/confirm")
def confirm_setup(world: World, p: Params, id: str) -> Doc:
    setup = world.get("setup_intent", id)
    name = p.text("payment_method") or setup["payment_method"]
    p.text("return_url")
    if name is None:
        raise invalid("You cannot confirm this SetupIntent because it's missing a payment method.", "payment_method")
    return payments.confirm_setup(world, setup, method_named(world, name, "payment_method"))


@endpoint("POST", "/v1/setup_intents/{id}/cancel")
def cancel_setup(world: World, p: Params, id: str) -> Doc:
    setup = world.get("setup_intent", id)
    if setup["status"] in ("succeeded", "canceled"):
        raise invalid("You cannot cancel this SetupIntent.", code="setup_intent_unexpected_state")
    setup.update(status="canceled", cancellation_reason=p.text("cancellation_reason"), next_action=None)
    world.save(setup)
    world.emit("setup_intent.canceled", setup)
    return setup


# --- payment intents --------------------------------------------------------------------------------------------------


@endpoint("POST", "/v1/payment_intents")
def create_intent(world: World, p: Params) -> Doc:
    amount = p.whole("amount")
    if amount is None or amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    customer = p.text("customer")
    p.strings("payment_method_types")
    automatic = p.map("automatic_payment_methods")
    intent = payments.new_intent(
        world,
        living(world, customer, "customer") if customer else None,
        amount,
        p.need("currency").lower(),
        automatic_payment_methods={"enabled": automatic.flag("enabled")} if automatic else None,
        description=p.text("description"),
        metadata=p.metadata(),
        receipt_email=p.text("receipt_email"),
        setup_future_usage=p.text("setup_future_usage"),
    )
    if automatic:
        automatic.text("allow_redirects")
    name, off_session = p.text("payment_method"), bool(p.flag("off_session"))
    p.text("return_url")
    if name:
        method = method_named(world, name, "payment_method")
        if p.flag("confirm"):
            return _confirm(world, intent, method, off_session=off_session)
        intent.update(payment_method=method["id"], status="requires_confirmation")
        world.save(intent)
    return intent


def _confirm(world: World, intent: Doc, method: Doc, *, off_session: bool) -> Doc:
    """Raises StripeProblem (kept) when the card is refused."""
    invoice = world.find("invoice", intent.get("_invoice"))
    if invoice:
        if error := invoices.collect(world, invoice, method, off_session=off_session):
            if intent["status"] == "requires_action":
                return intent
            raise invoices.refuse(error, keep=True, payment_intent=world.render(intent))
        return intent
    payments.confirm(world, intent, method, off_session=off_session)
    if intent["status"] == "requires_payment_method":
        error = payments.error_of_last_attempt(intent)
        raise invoices.refuse(error, keep=True, payment_intent=world.render(intent))
    if intent["status"] == "succeeded" and intent["setup_future_usage"] and intent["customer"]:
        payments.attach(world, method, world.get("customer", intent["customer"]))
    return intent


listed("/v1/payment_intents", "payment_intent", owner="customer")


retrieved("/v1/payment_intents", "payment_intent")


@endpoint("POST", "/v1/payment_intents/{id}/confirm")
def confirm_intent(world: World, p: Params, id: str) -> Doc:
    intent = world.get("payment_intent", id)
    name = p.text("payment_method") or intent["payment_method"]
    p.text("return_url")
    if name is None:
        raise invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", "payment_method")
    off_session = bool(p.flag("off_session"))
    return _confirm(world, intent, method_named(world, name, "payment_method"), off_session=off_session)


@endpoint("POST", "/v1/payment_intents/{id}/cancel")
def cancel_intent(world: World, p: Params, id: str) -> Doc:
    intent = world.get("payment_intent", id)
    if intent["status"] in ("succeeded", "canceled"):
        raise invalid(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    reason = p.text("cancellation_reason")
    intent.update(status="canceled", canceled_at=world.time_of(intent), cancellation_reason=reason, next_action=None)
    world.save(intent)
    world.emit("payment_intent.canceled", intent)
    return intent


# --- charges and refunds ----------------------------------------------------------------------------------------------


listed("/v1/charges", "charge", owner="customer", texts=("payment_intent",))


retrieved("/v1/charges", "charge")


retrieved("/v1/balance_transactions", "balance_transaction")


@endpoint("POST", "/v1/refunds")
def create_refund(world: World, p: Params) -> Doc:
    name, intent = p.text("charge"), p.text("payment_intent")
    if intent:
        name = world.get("payment_intent", intent, "payment_intent")["latest_charge"]
    if name is None:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    charge = world.get("charge", name, "charge")
    amount = p.whole("amount", charge["amount_captured"] - charge["amount_refunded"])
    reason = p.text("reason", choices=("duplicate", "fraudulent", "requested_by_customer"))
    return payments.refund(world, charge, amount or 0, reason, p.metadata())


listed("/v1/refunds", "refund", owner="charge")


retrieved("/v1/refunds", "refund")
