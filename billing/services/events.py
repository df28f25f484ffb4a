"""Stripe's webhooks: at least once, in any order, sometimes never. Each event is stored in the transaction of its
effect, and its effect is to fetch what it is about."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import stripe as sdk
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing import clock, gateway
from billing.models import BillingAccount, StripeEvent
from billing.services.accounts import account_sync
from tenon.problems import Invalid
from tenon.tenancy.context import outside

log = logging.getLogger(__name__)
# What says nothing about a subscription is stored and has no effect.
ABOUT = (
    "checkout.session.", "customer.subscription.", "invoice.", "subscription_schedule.", "charge.dispute.",
    "payment_method.", "customer.source.",
)  # fmt: skip


class Forged(Invalid):
    type, title = "signature", _("This was not signed by the payment service")


def event_receive(body: bytes, signature: str) -> bool:
    """Takes a delivery; True when it is new. Raises Forged; whatever else goes wrong is kept as a dead letter and
    raised, so that Stripe delivers it again."""
    event = _verified(body, signature)
    with outside():
        try:
            return _once(event)
        except Exception as error:
            _keep(event, error)
            raise


def _verified(body: bytes, signature: str) -> dict[str, Any]:
    """Any of the secrets may have signed: while one is replaced there are two."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            sdk.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=300)
        except (sdk.SignatureVerificationError, UnicodeDecodeError):
            continue
        event: dict[str, Any] = json.loads(body)
        return event
    raise Forged


def _row(event: dict[str, Any]) -> list[Any]:
    return [event["id"], event["type"], clock.moment(event["created"]), json.dumps(event)]


def _insert(event: dict[str, Any]) -> None:
    """A second delivery at the same time waits here for the first one's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into billing_stripeevent (id, type, created, payload, received_at, attempts, error)
               values (%s, %s, %s, %s, clock_timestamp(), 0, '') on conflict (id) do nothing""",
            _row(event),
        )


def _once(event: dict[str, Any]) -> bool:
    with transaction.atomic():
        _insert(event)
        row = StripeEvent.objects.select_for_update().get(pk=event["id"])
        if row.processed_at is not None:
            return False
        row.account = _effect(row.payload)
        row.processed_at, row.error, row.attempts = timezone.now(), "", row.attempts + 1
        row.save()
        return True


def _keep(event: dict[str, Any], error: Exception) -> None:
    log.warning("event %s (%s) failed: %s", event["id"], event["type"], error)
    with transaction.atomic():
        _insert(event)
        StripeEvent.objects.filter(pk=event["id"], processed_at=None).update(
            error=repr(error)[:4000], attempts=F("attempts") + 1
        )


def _effect(event: dict[str, Any]) -> BillingAccount | None:
    """Whose account this is about, brought up to date. None: about nobody we know, or nothing we care for."""
    if not event["type"].startswith(ABOUT) and not _changes_the_card(event):
        return None
    thing = event["data"]["object"]
    disputed = event["type"].startswith("charge.dispute.")
    customer = _customer_of_charge(thing) if disputed else thing.get("customer")
    if thing.get("object") == "customer":
        customer = thing["id"]
    customer = customer["id"] if isinstance(customer, dict) else customer
    account = BillingAccount.objects.filter(customer_id=customer).first() if customer else None
    if account is None:
        return None
    if event["type"] == "checkout.session.completed":
        _keep_card(thing)
    return account_sync(account.pk, disputes=[thing["id"]] if disputed else ())


def _changes_the_card(event: dict[str, Any]) -> bool:
    """Of all that changes about a customer only the card that is charged is ours."""
    before = event["data"].get("previous_attributes") or {}
    return event["type"] == "customer.updated" and "invoice_settings" in before


def _customer_of_charge(dispute: dict[str, Any]) -> Any:
    """A dispute names its charge only."""
    charge = dispute.get("charge")
    if isinstance(charge, dict):
        return charge.get("customer")
    with gateway.asking() as stripe:
        return stripe.charges.retrieve(charge).to_dict()["customer"] if charge else None


def _keep_card(session: dict[str, Any]) -> None:
    """The card typed on the page becomes the customer's: changed later in the portal, it is changed everywhere."""
    if not session.get("subscription"):
        return
    with gateway.asking() as stripe:
        subscription = stripe.subscriptions.retrieve(session["subscription"]).to_dict()
        card = subscription["default_payment_method"]
        if card and subscription["status"] != "canceled":
            stripe.customers.update(session["customer"], {"invoice_settings": {"default_payment_method": card}})
            stripe.subscriptions.update(subscription["id"], {"default_payment_method": ""})


def dead_letters(most_attempts: int | None = None) -> list[StripeEvent]:
    with outside():
        found = StripeEvent.objects.filter(processed_at=None).order_by("created", "id")
        return list(found.filter(attempts__lt=most_attempts) if most_attempts else found)


def events_replay(most_attempts: int | None = None) -> int:
    """Tries events that failed once more. Returns how many are done now."""
    return sum(event_replay(row) for row in dead_letters(most_attempts))


def event_replay(row: StripeEvent) -> bool:
    """Tries one event once more; whether it is done now. What fails stays a dead letter."""
    with outside():
        try:
            return _once(row.payload)
        except Exception as error:  # the others get their turn
            _keep(row.payload, error)
            return False


def events_forget(days: int = 90) -> int:
    """Removes events that were dealt with long ago; Stripe delivers none again after so long. Returns how many."""
    before = timezone.now() - timedelta(days=days)
    with outside():
        return StripeEvent.objects.filter(processed_at__lt=before).delete()[0]
