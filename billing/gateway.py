"""The one door to Stripe: the client, and Stripe's refusals in our words.

With STRIPE_API_BASE the same SDK speaks to the simulator; nothing else changes."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from billing.errors import BillingUnavailable, PaymentRefused
from tenon.problems import Invalid

log = logging.getLogger(__name__)
TIMEOUT = 20  # seconds
_clients: dict[tuple[str, str], Any] = {}


def client() -> Any:
    """Raises BillingUnavailable when no key is set."""
    key, base = settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE
    if not key:
        raise BillingUnavailable(_("Subscribing is not set up on this installation"))
    if (key, base) not in _clients:
        options: dict[str, Any] = {"base_addresses": {"api": base}} if base else {}
        _clients[(key, base)] = stripe.StripeClient(
            key, max_network_retries=2, http_client=stripe.RequestsClient(timeout=TIMEOUT), **options
        ).v1
    return _clients[(key, base)]


@contextmanager
def asking() -> Iterator[Any]:
    """The client; what Stripe refuses becomes a problem. Raises PaymentRefused, Invalid, BillingUnavailable."""
    try:
        yield client()
    except stripe.CardError as error:
        raise PaymentRefused(error.user_message or "", code=error.code or "", decline_code=_decline(error)) from error
    except stripe.InvalidRequestError as error:
        where = (error.param or "").partition("[")[0]
        if where in ("discounts", "promotion_code", "coupon"):
            raise Invalid.field("coupon", _("This code cannot be used"), "coupon") from error
        log.exception("Stripe refused a request of ours")
        raise BillingUnavailable(_("The payment service refused this; it has been noted")) from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError, stripe.AuthenticationError) as error:
        log.warning("Stripe: %s", error)
        raise BillingUnavailable from error


def _decline(error: stripe.CardError) -> str:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    return str(body.get("error", {}).get("decline_code") or "")


def once(*parts: Any) -> dict[str, Any]:
    """Request options with an idempotency key made of what is asked: asked twice, done once."""
    said = json.dumps([settings.STRIPE_IDEMPOTENCY_PREFIX, *parts], sort_keys=True, default=str)
    return {"idempotency_key": f"tenon-{hashlib.sha256(said.encode()).hexdigest()[:48]}"}
