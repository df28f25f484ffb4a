"""A recorded year, delivered as badly as it can be: twice, out of order, late, never, forged. In the end our books are
Stripe's."""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from billing import clock, gateway
from billing.models import BillingAccount, StripeEvent
from billing.services import paying
from billing.services.accounts import account_of
from billing.services.reviewing import reconcile, review_due
from billing.simulator.webhooks import signature
from billing.simulator.world import Options
from tenants.models import Entitlement, Tenant
from tenon.access.actor import Actor
from tenon.registry.registry import registry
from tenon.tenancy.context import Company as TenantCompany
from tenon.tenancy.context import outside, serving
from tests.billing.conftest import account_in, post
from tests.billing.local import with_catalogue
from tests.billing.simulator.inprocess import SECRET, InProcess
from tests.billing.truth import PAYING, forged, rights, subscriptions, truth
from tests.billing.year import (
    BASE_URL,
    END,
    EVENTS,
    WORLD,
    YEAR,
    Company,
    lived,
    record,
    recorded_events,
    recorded_world,
    stamp,
    told_of,
)

SEEDS = range(int(os.environ.get("TENON_BILLING_YEARS", "1")))
Deliveries = list[tuple[bytes, str, int]]


def new_world() -> InProcess:
    return InProcess(Options(base_url=BASE_URL), image=with_catalogue())


class Post:
    """The way between Stripe and us: each delivery is looked at when it comes in, by the clock of that moment."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 0
        patch.setattr("stripe._webhook.time", SimpleNamespace(time=lambda: self.now))

    def bring(self, body: bytes, header: str, at: int, *, late: int = 0) -> Any:
        self.now = at + late
        return post(body, header)


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Post:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_the_next_one", SECRET]
    return Post(monkeypatch)


@pytest.fixture
def tenant(acme: TenantCompany) -> Tenant:
    """Acme on the day on which the year begins, on trial."""
    begun, over = (datetime.fromtimestamp(stamp(day, 0), UTC) for day in (YEAR[0][0], "2026-01-31"))
    with outside():
        Entitlement.objects.bulk_create(
            Entitlement(tenant_id=acme.id, feature=f, source="trial", since=begun, until=over)
            for f in registry().features
        )
        Tenant.objects.filter(pk=acme.id).update(trial_until=over)
        return Tenant.objects.get(pk=acme.id)


def at_stripe(stripe: InProcess, clock_id: str, customer: str, tenant: Tenant, settings: Any, patch: Any) -> None:
    """We speak to this Stripe, live by its clock, and are this customer."""
    api = stripe.client()
    patch.setattr(gateway, "client", lambda: api)
    settings.STRIPE_TEST_CLOCK = clock_id
    account = account_of(tenant.pk)
    with outside():
        BillingAccount.objects.filter(pk=account.pk).update(customer_id=customer)


def tortured(deliveries: Deliveries, chance: random.Random, lost: float = 0.25) -> Deliveries:
    """Some never, some twice or three times, in any order."""
    kept = [d for d in deliveries if chance.random() >= lost]
    found = kept + [d for d in kept if chance.random() < 0.3] + [d for d in kept if chance.random() < 0.1]
    chance.shuffle(found)
    return found


def unknown(about: str, at: int, number: int) -> tuple[bytes, str, int]:
    """A kind of event that was invented after us, about our customer."""
    thing = {"id": f"new_{number}", "object": "novelty", "customer": about}
    event = {"id": f"evt_new_{number}", "type": "customer.novelty.invented", "created": at, "data": {"object": thing}}
    body = json.dumps(event).encode()
    return body, signature(body, [SECRET], at), at


def bring_all(courier: Post, told: Deliveries, chance: random.Random) -> int:
    """Returns how many forgeries were turned away in between."""
    refused = 0
    for body, header, at in told:
        assert courier.bring(body, header, at, late=chance.randrange(250)).status_code == 200
        if chance.random() < 0.15:
            false, bad = chance.choice(forged(body, SECRET, at))
            assert courier.bring(false, bad, at).status_code == 400
            refused += 1
        if chance.random() < 0.1:
            assert courier.bring(body, header, at, late=301).status_code == 400, "caught on the way and played again"
            refused += 1
    return refused


def is_stripes(api: Any, customer: str, tenant: Tenant) -> None:
    """Rights, items, status and what is owed are what the simulator says."""
    account = account_in(tenant)
    assert rights(tenant) == truth(api, customer)
    running = [s for s in subscriptions(api, customer) if s.status in PAYING]
    assert len(running) <= 1
    with outside():
        held = {(i.item_id, i.price_id, i.quantity) for i in account.items.all()}
    if running:
        [s] = running
        assert (account.status, account.subscription_id) == (s.status, s.id)
        assert held == {(i.id, i.price.id, i.quantity) for i in s["items"].data}
        ends = {int(i.current_period_end) for i in s["items"].data}
        assert account.period_end
        assert int(account.period_end.timestamp()) == max(ends)
        assert account.by_invoice == (s.collection_method == "send_invoice")
    else:
        assert account.status not in PAYING


def test_the_recording_is_what_the_simulator_says_today(db: None) -> None:
    """A change of the simulator that says something else needs a new recording (TENON_RECORD=1)."""
    if os.environ.get("TENON_RECORD"):
        record(new_world())
    _company, today = lived(new_world())
    assert told_of(today) == told_of(recorded_events())
    kinds = {kind for _at, kind in told_of(today)}
    assert {
        "customer.subscription.trial_will_end", "customer.subscription.deleted", "invoice.payment_failed",
        "invoice.overdue", "invoice.paid", "subscription_schedule.released", "charge.dispute.created",
        "charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
    } <= kinds, "a year with everything in it"  # fmt: skip
    for path in (EVENTS, WORLD):
        assert path.stat().st_size < 200_000


@pytest.mark.parametrize("seed", SEEDS)
def test_the_recorded_year_delivered_badly(
    tenant: Tenant, courier: Post, settings: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    stripe, clock_id, customer = recorded_world()
    at_stripe(stripe, clock_id, customer, tenant, settings, monkeypatch)
    assert clock.now() == datetime.fromtimestamp(stamp(END), UTC)
    chance = random.Random(seed)
    told = tortured(recorded_events(), chance)
    told += [unknown(customer, told[n][2], n) for n in range(5)]
    chance.shuffle(told)
    assert bring_all(courier, told, chance) > 10
    with outside():
        stored = StripeEvent.objects.all()
        assert {e.pk for e in stored} == {json.loads(body)["id"] for body, _header, _at in told}, (
            "once; forgeries never"
        )
        assert all(e.processed_at and e.attempts == 1 for e in stored)
    is_stripes(stripe.client(), customer, tenant)
    assert reconcile().failed == []
    is_stripes(stripe.client(), customer, tenant)
    assert reconcile().repaired == [], "a second time there is nothing to repair"


def test_nothing_comes_and_the_night_repairs_it(tenant: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stripe, clock_id, customer = recorded_world()
    at_stripe(stripe, clock_id, customer, tenant, settings, monkeypatch)
    assert rights(tenant) == set()
    assert reconcile().repaired == ["acme"]
    is_stripes(stripe.client(), customer, tenant)


def test_the_year_as_it_goes_by(
    tenant: Tenant, acme: TenantCompany, actor: Actor, courier: Post, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step by step: what is told comes late and badly, and after each night our books are Stripe's of that day."""
    company = Company(new_world())
    at_stripe(company.stripe, company.clock, company.customer, tenant, settings, monkeypatch)
    chance = random.Random(52)
    late: Deliveries = []
    seen = []
    for number, (day, verb, _said) in enumerate(YEAR):
        company.step(number)
        news = company.news()
        told = tortured([*news, *late], chance, lost=0.4)
        late = [d for d in news if chance.random() < 0.1]  # comes again with the next step's, however old
        bring_all(courier, told, chance)
        assert reconcile().failed == []
        review_due()
        is_stripes(company.api, company.customer, tenant)
        seen.append((day, verb, account_in(tenant).standing))
        if (day, verb) == ("2026-11-15", "begin"):
            with serving(acme):
                paying.pay_open(actor=actor)  # what the bank took back in August
            seen.append((day, "paid again", account_in(tenant).standing))
    assert [(day, standing) for day, verb, standing in seen if standing not in ("active", "trialing")] == [
        ("2026-05-12", "past_due"),  # the card is new, the invoice not paid yet
        ("2026-07-22", "past_due"),  # the transfer has not arrived
        ("2026-08-15", "past_due"),  # the bank has taken the year back
        ("2026-09-01", "grace"),
        ("2026-10-01", "read_only"),
        ("2026-11-15", "suspended"),  # it has come back, and still owes that
        ("2026-11-20", "past_due"),  # once more; and this one is won
    ]
    assert ("2026-12-05", "answer", "active") in seen
