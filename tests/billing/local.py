"""Our services against a simulator in the same process: for many cases, and for random histories."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.utils import timezone

from billing import clock, gateway
from billing.models import BillingAccount
from billing.services.accounts import account_of
from billing.services.catalogue_sync import catalogue_sync, price_ids
from billing.services.subscribing import customer_of
from tenants.models import Tenant
from tenon.tenancy.context import outside
from tests.billing.simulator.inprocess import InProcess


@cache
def with_catalogue() -> bytes:
    """A new Stripe into which our catalogue was brought: made once, and copied for each test."""
    fresh = InProcess()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway, "client", fresh.client)
        catalogue_sync()
    return fresh.image()


class Local:
    """Stripe in this process, with our catalogue; its time and ours move together."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.stripe = InProcess(image=with_catalogue())
        self.api = self.stripe.client()
        self.moved = timedelta()
        patch.setattr(gateway, "client", lambda: self.api)
        patch.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        return timezone.now() + self.moved

    def move(self, **by: float) -> None:
        step = timedelta(**by)
        self.moved += step
        self.stripe.ask("/simulator/time", f"advance={int(step.total_seconds())}")

    def customer(self, tenant: Tenant, card: str = "pm_card_visa") -> BillingAccount:
        """The company's account with a card."""
        account = account_of(tenant.pk)
        with outside():
            customer = customer_of(account, tenant, "owner@acme.example")
        self.card(customer, card)
        return account

    def card(self, customer: str | None, token: str) -> None:
        method = self.api.payment_methods.attach(token, {"customer": customer})
        self.api.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})

    def subscribe(self, account: BillingAccount, *keys: str, seats: int = 1, interval: str = "month") -> Any:
        """What the payment page does at its end."""
        prices = price_ids(self.api, frozenset(keys), interval)
        items = [{"price": price, "quantity": seats} for price in prices.values()]
        return self.api.subscriptions.create({"customer": account.customer_id, "currency": "cny", "items": items})
