"""Taking money from a card: attaching it, authenticating its holder, charging it, giving it back."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from billing.simulator.cards import CARDS, MESSAGES, Card, card_named
from billing.simulator.engine import disputes
from billing.simulator.problems import StripeProblem, declined, invalid
from billing.simulator.store import Doc
from billing.simulator.world import World


def method_of_card(world: World, card: Card, *, month: int = 12, year: int = 0, **values: Any) -> Doc:
    """A payment method for a test card; without a year it is valid for some more years."""
    year = year or datetime.fromtimestamp(world.real_time(), UTC).year + 4
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "unchecked"}
    return world.create(
        "payment_method",
        card={
            "brand": card.brand,
            "checks": checks,
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year,
            "fingerprint": card.fingerprint,
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        _number=card.number,
        _set_up=False,
        **values,
    )


def card_of(method: Doc) -> Card:
    return CARDS[method["_number"]]


def refusal(reason: str, **more: Any) -> StripeProblem:
    """The card error for a decline reason of cards.py."""
    code, message = MESSAGES[reason]
    bare = reason in ("expired_card", "incorrect_cvc", "processing_error", "incorrect_number")
    return declined(message, code, None if bare else reason, **more)


def attach(world: World, method: Doc, customer: Doc) -> Doc:
    """Keep a card for a customer. Raises StripeProblem when the bank refuses or it belongs to somebody else."""
    if method["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.", code="payment_method_invalid"
        )
    card = card_of(method)
    if card.attach:
        raise refusal(card.attach, param=None, keep=False)
    if method["customer"] is None:
        method["customer"], method["_clock"] = customer["id"], customer["_clock"]
        method["card"]["checks"]["cvc_check"] = "pass"
        world.save(method)
        world.emit("payment_method.attached", method)
    return method


def method_named(world: World, id: str, param: str) -> Doc:
    """A payment method by its id, or a fresh one for a name like pm_card_visa. Raises StripeProblem."""
    if card := card_named(id):
        return method_of_card(world, card)
    return world.get("payment_method", id, param)


def attach_named(world: World, id: str, customer: Doc, param: str = "id") -> Doc:
    return attach(world, method_named(world, id, param), customer)


def needs_holder(method: Doc, *, off_session: bool) -> bool:
    """Whether the bank asks the card's holder to authenticate."""
    ask = card_of(method).ask
    return ask == "always" or (ask == "setup" and not method["_set_up"]) or (ask == "on_session" and not off_session)


def has_expired(method: Doc, now: int) -> bool:
    today = datetime.fromtimestamp(now, UTC)
    return (method["card"]["exp_year"], method["card"]["exp_month"]) < (today.year, today.month)


def confirm(
    world: World,
    intent: Doc,
    method: Doc | None,
    *,
    off_session: bool = False,
    authenticated: bool = False,
    for_invoice: bool = False,
) -> Doc:
    """Try to take the money. The intent ends succeeded, requires_action or requires_payment_method (with its error)."""
    if intent["status"] in ("succeeded", "canceled"):
        raise invalid(
            f"You cannot confirm this PaymentIntent because it has already {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    if method is None:
        intent["status"] = "requires_payment_method"
        world.save(intent)
        return intent
    intent["payment_method"] = method["id"]
    card = card_of(method)
    if not authenticated and needs_holder(method, off_session=off_session):
        if off_session and not for_invoice:
            return _fail(world, intent, method, "authentication_required")
        url = f"{world.options.base_url}/3ds/{intent['id']}"
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}}
        intent["last_payment_error"] = None
        world.save(intent)
        world.emit("payment_intent.requires_action", intent)
        return intent
    if authenticated and card.ask == "setup":
        method["_set_up"] = True
        world.save(method)
    reason = card.charge or ("expired_card" if has_expired(method, world.time_of(intent)) else "")
    return _fail(world, intent, method, reason) if reason else _succeed(world, intent, method)


def _succeed(world: World, intent: Doc, method: Doc) -> Doc:
    charge = _charge(world, intent, method, "")
    fee = 0
    entry = world.create(
        "balance_transaction",
        clock=intent["_clock"],
        amount=intent["amount"],
        available_on=world.time_of(intent),
        currency=intent["currency"],
        description=intent["description"],
        fee=fee,
        net=intent["amount"] - fee,
        source=charge["id"],
    )
    charge["balance_transaction"] = entry["id"]
    world.save(charge)
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        next_action=None,
        last_payment_error=None,
    )
    world.save(intent)
    world.emit("charge.succeeded", charge)
    world.emit("payment_intent.succeeded", intent)
    disputes.after_payment(world, charge, method["_number"])
    return intent


def _fail(world: World, intent: Doc, method: Doc, reason: str) -> Doc:
    charge = _charge(world, intent, method, reason)
    intent.update(status="requires_payment_method", latest_charge=charge["id"], next_action=None)
    intent["last_payment_error"] = {
        **refusal(reason, charge=charge["id"]).error,
        "payment_method": world.render(method),
    }
    intent["payment_method"] = None
    intent["_refused"] = reason
    world.save(intent)
    world.emit("charge.failed", charge)
    world.emit("payment_intent.payment_failed", intent)
    return intent


def fail_authentication(world: World, intent: Doc) -> Doc:
    """The holder did not prove to be the holder."""
    method = world.get("payment_method", intent["payment_method"])
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    )
    intent.update(status="requires_payment_method", next_action=None, payment_method=None)
    intent["last_payment_error"] = {
        "code": "payment_intent_authentication_failure",
        "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
        "message": message,
        "payment_method": world.render(method),
        "type": "invalid_request_error",
    }
    world.save(intent)
    world.emit("payment_intent.payment_failed", intent)
    return intent


def _charge(world: World, intent: Doc, method: Doc, reason: str) -> Doc:
    code, message = MESSAGES[reason] if reason else (None, None)
    good = not reason
    return world.create(
        "charge",
        clock=intent["_clock"],
        amount=intent["amount"],
        amount_captured=intent["amount"] if good else 0,
        billing_details=method["billing_details"],
        calculated_statement_descriptor="SIMULATOR",
        captured=good,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        failure_code=code,
        failure_message=message,
        outcome={
            "advice_code": None if good else "try_again_later",
            "network_advice_code": None,
            "network_decline_code": None if good else "01",
            "network_status": "approved_by_network" if good else "declined_by_network",
            "reason": reason or None,
            "seller_message": "Payment complete." if good else "The bank did not approve this payment.",
            "type": "authorized" if good else "issuer_declined",
        },
        paid=good,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"card": _card_details(method, intent["amount"], good), "type": "card"},
        receipt_email=intent["receipt_email"],
        status="succeeded" if good else "failed",
    )


def _card_details(method: Doc, amount: int, good: bool) -> Doc:
    card = method["card"]
    return {
        "amount_authorized": amount if good else None,
        "authorization_code": None,
        "brand": card["brand"],
        "checks": card["checks"],
        "country": card["country"],
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": secrets.token_hex(8),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": None,
        "transaction_link_id": None,
        "wallet": None,
    }


def new_intent(world: World, customer: Doc | None, amount: int, currency: str, **values: Any) -> Doc:
    clock = customer["_clock"] if customer else None
    intent = world.create(
        "payment_intent",
        clock=clock,
        amount=amount,
        currency=currency,
        customer=customer["id"] if customer else None,
        **values,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(12)}"
    world.save(intent)
    world.emit("payment_intent.created", intent)
    return intent


def new_setup(world: World, customer: Doc | None, **values: Any) -> Doc:
    setup = world.create(
        "setup_intent",
        clock=customer["_clock"] if customer else None,
        customer=customer["id"] if customer else None,
        **values,
    )
    setup["client_secret"] = f"{setup['id']}_secret_{secrets.token_hex(12)}"
    world.save(setup)
    world.emit("setup_intent.created", setup)
    return setup


def confirm_setup(world: World, setup: Doc, method: Doc, *, authenticated: bool = False) -> Doc:
    """Make a card ready for later. Raises StripeProblem (kept) when the bank refuses."""
    if setup["status"] in ("succeeded", "canceled"):
        raise invalid(
            f"You cannot confirm this SetupIntent because it has already {setup['status']}.",
            code="setup_intent_unexpected_state",
        )
    setup["payment_method"] = method["id"]
    card = card_of(method)
    if card.ask and not authenticated:
        url = f"{world.options.base_url}/3ds/{setup['id']}"
        setup["status"] = "requires_action"
        setup["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}}
        world.save(setup)
        world.emit("setup_intent.requires_action", setup)
        return setup
    if card.attach:
        problem = refusal(card.attach)
        setup.update(status="requires_payment_method", payment_method=None, next_action=None)
        setup["last_setup_error"] = {**problem.error, "payment_method": world.render(method)}
        world.save(setup)
        world.emit("setup_intent.setup_failed", setup)
        problem.error["setup_intent"] = world.render(setup)
        raise problem
    if card.ask == "setup" and authenticated:
        method["_set_up"] = True
        world.save(method)
    setup.update(status="succeeded", next_action=None, last_setup_error=None)
    world.save(setup)
    if setup["customer"]:
        attach(world, method, world.get("customer", setup["customer"]))
    world.emit("setup_intent.succeeded", setup)
    return setup


def refund(world: World, charge: Doc, amount: int, reason: str | None, metadata: Doc) -> Doc:
    """Raises StripeProblem when more is asked for than is left."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    if not charge["paid"] or left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left or amount <= 0:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount")
    made = world.create(
        "refund",
        clock=charge["_clock"],
        amount=amount,
        currency=charge["currency"],
        charge=charge["id"],
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        reason=reason,
        _owner=charge["id"],
    )
    with world.changing(charge, None):
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    world.emit("refund.created", made)
    world.emit("charge.refunded", charge)
    return made


def error_of_last_attempt(intent: Doc) -> Doc:
    return dict(intent["last_payment_error"] or {"message": "Your card was declined.", "type": "card_error"})
