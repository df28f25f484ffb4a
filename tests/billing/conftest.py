"""A company on trial, the simulator over HTTP, and webhooks handed to the real endpoint when a test says so."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from billing import clock
from billing.models import BillingAccount
from billing.services.catalogue_sync import catalogue_sync
from tenants.models import Entitlement, Person, Tenant
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside
from tests.billing.simulator.conftest import SECRET, Receiver, Running, serving_receiver, start
from tests.tenants.conftest import Web

WEBHOOK = "/api/v1/billing/stripe/webhook/"
GOOD, REFUSED = "4242424242424242", "4000000000000341"  # the second is kept, and refused when charged


@dataclass
class Stripe:
    """The simulator with its webhooks: kept until `deliver`, which posts them to the endpoint."""

    running: Running
    receiver: Receiver
    at: int = 0
    moved: timedelta = field(default_factory=timedelta)

    @property
    def api(self) -> Any:
        return self.running.client()

    def move(self, **by: float) -> None:
        """Time goes on, at Stripe and here."""
        step = timedelta(**by)
        self.moved += step
        seconds = str(int(step.total_seconds()))
        self.ask("post", "/simulator/time", {"advance": seconds})

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        """The simulator's own addresses."""
        headers = {"Authorization": "Bearer sk_test_of_the_tests"}
        options = {"data": data} if data else {}
        answer = httpx.request(
            method,
            self.running.url + path,
            headers=headers,
            trust_env=False,
            timeout=60,
            **options,  # type: ignore[arg-type]
        )
        answer.raise_for_status()
        return answer

    def now(self) -> datetime:
        return timezone.now() + self.moved

    def waiting(self) -> list[tuple[bytes, str]]:
        """Deliveries that nobody has looked at yet, once the simulator has none left."""
        until = time.monotonic() + 30
        while self.ask("get", "/simulator").json()["deliveries"]:
            assert time.monotonic() < until, "the simulator does not get rid of its webhooks"
            time.sleep(0.02)
        found = self.receiver.taken[self.at :]
        self.at = len(self.receiver.taken)
        return found

    def deliver(self) -> int:
        """Posts what is waiting to our endpoint. Returns how many there were."""
        found = self.waiting()
        for body, signature in found:
            answer = post(body, signature)
            assert answer.status_code == 200, answer.content
        return len(found)

    def type_card(self, url: str, number: str = GOOD) -> None:
        """What a customer does on the payment page."""
        with httpx.Client(trust_env=False, headers={"Accept-Language": "en"}) as browser:
            done = browser.post(
                url,
                data={"action": "pay", "number": number, "expiry": "12 / 39", "cvc": "123", "name": "Accountant",
                      "email": "owner@acme.example", "country": "CN"},
            )  # fmt: skip
            assert done.status_code == 303, re.sub(r"<[^>]+>|\s+", " ", done.text)

    def card(self, customer: str, token: str) -> None:
        """The customer's card from now on, as left on the portal."""
        method = self.api.payment_methods.attach(token, {"customer": customer})
        self.api.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})


@cache
def _courier() -> Client:
    """One for all deliveries: Stripe has no session, and a client's first request builds the whole chain of doors."""
    return Client(headers={"host": "localhost"})


def post(body: bytes, signature: str) -> Any:
    return _courier().post(WEBHOOK, body, content_type="application/json", headers={"Stripe-Signature": signature})


@pytest.fixture
def stripe(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Stripe]:
    """A simulator of this test's own (its time moves), with our catalogue in it."""
    with serving_receiver() as receiver:
        running = start("--webhook", receiver.url, "--secret", SECRET)
        made = Stripe(running, receiver)
        settings.STRIPE_SECRET_KEY = "sk_test_of_the_tests"
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        settings.STRIPE_IDEMPOTENCY_PREFIX = running.url
        monkeypatch.setattr(clock, "now", made.now)
        catalogue_sync()
        yield made
        # How the simulator ends is for its own tests; here it only has to be gone.
        running.process.terminate()
        running.process.wait(15)


@pytest.fixture
def on_trial(acme: Company) -> Tenant:
    """Acme as sign-up leaves it: everything for fifteen days."""
    now = timezone.now()
    until = now + timedelta(days=15)
    with outside():
        Entitlement.objects.bulk_create(
            Entitlement(tenant_id=acme.id, feature=f, source="trial", since=now, until=until)
            for f in registry().features
        )
        Tenant.objects.filter(pk=acme.id).update(trial_until=until)
        return Tenant.objects.get(pk=acme.id)


@pytest.fixture
def owner_web(on_trial: Tenant) -> Web:
    with outside():
        return Web("acme.localhost", Person.objects.get(email="owner@acme.example"))


def account_in(tenant: Tenant) -> BillingAccount:
    with outside():
        return BillingAccount.objects.get(tenant=tenant)


def features_of(tenant: Tenant) -> set[str]:
    with outside():
        tenant.refresh_from_db()
        return set(tenant.company().features)
