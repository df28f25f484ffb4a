"""Webhooks as they really come: twice, out of order, some never, some forged. What counts is what Stripe says now."""

from __future__ import annotations

import json
import os
import random
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import gateway
from billing.errors import BillingUnavailable
from billing.models import BillingAccount, StripeEvent
from billing.services.events import events_forget, events_replay
from billing.services.reviewing import reconcile
from billing.simulator.webhooks import signature
from tenants import selectors
from tenants.models import CompanyLog, Entitlement, Tenant
from tenon.tenancy.context import outside
from tests.billing.conftest import account_in, post
from tests.billing.local import Local
from tests.billing.simulator.inprocess import SECRET
from tests.billing.truth import PAYING, forged, rights, truth

EXAMPLES = int(os.environ.get("TENON_BILLING_HISTORIES", "8"))
MODULES = ("crm", "inventory", "production", "finance")


@pytest.fixture(autouse=True)
def secrets(settings: Any, db: None) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_the_next_one", SECRET]


steps = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(MODULES)),
    st.tuples(st.just("drop"), st.sampled_from(MODULES)),
    st.tuples(st.just("seats"), st.integers(1, 9)),
    st.tuples(st.just("days"), st.integers(1, 40)),
    st.tuples(st.just("card"), st.sampled_from(["pm_card_visa", "pm_card_chargeCustomerFail"])),
    st.tuples(st.just("cancel"), st.booleans()),
)


def live(local: Local, account: BillingAccount) -> Any:
    found = local.api.subscriptions.list({"customer": account.customer_id}).data
    return next((s for s in found if s.status in PAYING), None)


def do(local: Local, account: BillingAccount, step: tuple[str, Any]) -> None:
    """One thing that may happen at Stripe."""
    import stripe as sdk

    what, value = step
    if what == "days":
        local.move(days=value)
        return
    if what == "card":
        local.card(account.customer_id, value)
        return
    now = live(local, account)
    try:
        if now is None:
            if what == "add":
                local.subscribe(account, value, seats=2)
        elif what == "cancel" and value:
            local.api.subscriptions.cancel(now.id)
        elif what == "cancel":
            local.api.subscriptions.update(now.id, {"cancel_at_period_end": True})
        elif what == "seats":
            rows = [{"id": i.id, "quantity": value} for i in now["items"].data]
            local.api.subscriptions.update(now.id, {"items": rows})
        else:
            items = {i.price.product.removeprefix("tenon_"): i for i in now["items"].data}
            if what == "add" and value not in items:
                interval = items[next(iter(items))].price.recurring.interval
                found = local.api.prices.list({"lookup_keys": [f"tenon_{value}_{interval}"]}).data
                local.api.subscriptions.update(now.id, {"items": [{"price": found[0].id}]})
            elif what == "drop" and value in items and len(items) > 1:
                local.api.subscriptions.update(now.id, {"items": [{"id": items[value].id, "deleted": True}]})
    except sdk.CardError:
        pass  # refused: it has not happened


def test_random_histories_end_as_stripe_says(on_trial: Tenant, db: None) -> None:
    """Delivered with doubles, gaps and forgeries, in any order; after the nightly reconcile all is as Stripe says."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(steps, min_size=2, max_size=10), st.integers(0, 10**9), st.floats(0, 1))
    def check(history: list[tuple[str, Any]], seed: int, lost: float) -> None:
        chance = random.Random(seed)
        with pytest.MonkeyPatch.context() as patch:
            with outside():
                StripeEvent.objects.all().delete()
                BillingAccount.objects.filter(tenant=on_trial).delete()
                Entitlement.objects.filter(tenant=on_trial, source__in=("plan", "add_on")).delete()
            local = Local(patch)
            account = local.customer(on_trial)
            for step in [("add", "crm"), *history]:
                do(local, account, step)
            genuine = [d for d in local.stripe.deliveries() if chance.random() >= lost * 0.8]
            told = genuine + [d for d in genuine if chance.random() < 0.3]
            chance.shuffle(told)
            for body, header in told:
                assert post(body, header).status_code == 200
                if chance.random() < 0.1:
                    assert post(*chance.choice(forged(body, SECRET, int(time.time())))).status_code == 400
            with outside():
                ids = {json.loads(body)["id"] for body, _header in genuine}
                stored = StripeEvent.objects.all()
                assert {e.pk for e in stored} == ids, "each once, forgeries never"
                assert all(e.processed_at for e in stored)
            kinds = {json.loads(body)["type"] for body, _header in genuine}
            if any(k.startswith("customer.subscription.") for k in kinds):
                assert rights(on_trial) == truth(local.api, account.customer_id), "one event is enough, whichever"
            assert reconcile().failed == []
            assert rights(on_trial) == truth(local.api, account.customer_id)
            assert reconcile().repaired == [], "a second time there is nothing to repair"
            now = live(local, account)
            with outside():
                on_trial.refresh_from_db()
                if now is not None and now.status == "active":
                    assert on_trial.state == Tenant.State.READY
                    dropped = set(on_trial.read_only_features)
                    entitled = set(on_trial.entitled) - dropped - selectors.always_on_features()
                    trial = set(
                        Entitlement.objects.filter(
                            tenant=on_trial, source="trial", until__gt=local.now()
                        ).values_list("feature", flat=True)
                    )  # fmt: skip
                    assert entitled == (truth(local.api, account.customer_id) | trial)
                    assert not dropped & entitled

    check()


def test_only_what_stripe_has_signed_is_believed(on_trial: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    local = Local(monkeypatch)
    account = local.customer(on_trial)
    local.subscribe(account, "crm")
    body, header = local.stripe.deliveries()[-1]
    for bad in forged(body, SECRET, int(time.time())):
        answer = post(*bad)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("signature")
    with outside():
        assert not StripeEvent.objects.exists()
    assert post(body, header).json() == {"received": True, "new": True}
    assert post(body, header).json() == {"received": True, "new": False}
    rolled = signature(body, ["whsec_the_next_one"], int(time.time()))
    assert post(body, rolled).json()["new"] is False, "either secret is good while one is replaced"


def test_kinds_we_do_not_know_are_kept_and_do_nothing(on_trial: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    Local(monkeypatch)
    event = {"id": "evt_new", "type": "novelty.invented", "created": 1_775_001_600, "data": {"object": {"id": "x"}}}
    body = json.dumps(event).encode()
    assert post(body, signature(body, [SECRET], int(time.time()))).status_code == 200
    with outside():
        assert StripeEvent.objects.get().processed_at is not None
        assert not BillingAccount.objects.filter(tenant=on_trial).exists()


def test_events_are_forgotten_once_nobody_can_send_them_again(
    on_trial: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    Local(monkeypatch)
    for name in ("evt_old", "evt_new", "evt_failed"):
        event = {"id": name, "type": "novelty", "created": 1_775_001_600, "data": {"object": {"id": "x"}}}
        body = json.dumps(event).encode()
        post(body, signature(body, [SECRET], int(time.time())))
    with outside():
        StripeEvent.objects.filter(pk="evt_old").update(processed_at=timezone.now() - timedelta(days=91))
        StripeEvent.objects.filter(pk="evt_failed").update(processed_at=None)
    assert events_forget() == 1
    with outside():
        assert set(StripeEvent.objects.values_list("pk", flat=True)) == {"evt_new", "evt_failed"}


def test_a_failed_event_is_a_dead_letter_until_it_is_replayed(
    on_trial: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = Local(monkeypatch)
    account = local.customer(on_trial)
    local.subscribe(account, "crm")
    body, header = next(d for d in local.stripe.deliveries() if b"customer.subscription.created" in d[0])
    with monkeypatch.context() as away:

        def unreachable() -> Any:
            raise BillingUnavailable

        away.setattr(gateway, "client", unreachable)
        assert post(body, header).status_code == 503, "Stripe will deliver it again"
        assert events_replay() == 0
        with outside():
            dead = StripeEvent.objects.get()
            assert (dead.processed_at, dead.attempts) == (None, 2)
            assert "BillingUnavailable" in dead.error
        assert rights(on_trial) == set()
        assert reconcile().failed == ["acme"]
    assert events_replay() == 1
    assert rights(on_trial) == truth(local.api, account.customer_id)
    assert account_in(on_trial).status == "active"


def test_two_windows_that_pay_at_once_leave_one_subscription(on_trial: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    local = Local(monkeypatch)
    account = local.customer(on_trial)
    first, second = local.subscribe(account, "crm", seats=3), local.subscribe(account, "crm", seats=3)
    body, header = local.stripe.deliveries()[-1]
    assert post(body, header).status_code == 200
    states = {s.id: s.status for s in local.api.subscriptions.list({"status": "all"}).data}
    assert sorted(states.values()) == ["active", "canceled"]
    assert set(states) == {first.id, second.id}
    assert local.api.customers.retrieve(account.customer_id).balance == -29_700, "99 × 3 are credited"
    assert states[account_in(on_trial).subscription_id] == "active"
    with outside():
        assert CompanyLog.objects.filter(tenant=on_trial, what="second_subscription").count() == 1
