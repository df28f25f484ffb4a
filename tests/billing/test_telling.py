"""Who is told what and when: reminders of the trial, and the key that decides which Stripe it is."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.core import mail

from billing import clock, gateway
from billing.errors import BillingUnavailable
from billing.services.accounts import account_of
from billing.services.mails import tell_dispute
from billing.services.reviewing import review_due
from billing.simulator.webhooks import signature
from tenants.models import CompanyLog, Tenant
from tenon.tenancy.context import outside
from tests.billing.conftest import post
from tests.billing.local import Local
from tests.billing.simulator.inprocess import SECRET, InProcess


@pytest.fixture
def local(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Local:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return Local(monkeypatch)


def told() -> int:
    return len([m for m in mail.outbox if "trial" in m.subject])


def test_a_trial_is_called_to_mind_three_times(on_trial: Tenant, local: Local) -> None:
    account_of(on_trial.pk)
    seen = []
    for days in (7, 1.1, 0.5, 2.5, 2, 1, 0.5):  # 15 days of trial
        local.move(days=days)
        review_due()
        review_due()
        seen.append(told())
    assert seen == [0, 1, 1, 1, 2, 3, 3], "a week, three days and a day before; never twice"


def test_who_was_away_hears_the_last_one_only(on_trial: Tenant, local: Local) -> None:
    account_of(on_trial.pk)
    local.move(days=14.5)
    review_due()
    review_due()
    assert told() == 1


def test_the_key_alone_is_the_real_stripe(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "", ""
    with pytest.raises(BillingUnavailable):
        gateway.client()
    settings.STRIPE_SECRET_KEY = "sk_live_never_called"
    real = gateway.client()
    assert real._requestor.base_addresses["api"] == "https://api.stripe.com"
    assert real._requestor.api_key == "sk_live_never_called"
    settings.STRIPE_API_BASE = "http://127.0.0.1:12111"
    there = gateway.client()
    assert there._requestor.base_addresses["api"] == "http://127.0.0.1:12111"
    assert type(there) is type(real)
    assert real is not there, "each has a client of its own"


def test_the_test_clock_is_time(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    api = InProcess().client()
    monkeypatch.setattr(gateway, "client", lambda: api)
    held = api.test_helpers.test_clocks.create({"frozen_time": 1_775_001_600})
    settings.STRIPE_TEST_CLOCK = held.id
    assert clock.now().isoformat() == "2026-04-01T00:00:00+00:00"
    api.test_helpers.test_clocks.advance(held.id, {"frozen_time": 1_775_001_600 + 3 * 86_400})
    assert clock.now().isoformat() == "2026-04-04T00:00:00+00:00", "it stands until it is advanced"


def test_a_payment_that_the_bank_takes_back(
    on_trial: Tenant, local: Local, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A dispute names its charge, no customer: found all the same, and told once however often it is delivered."""
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    account = local.customer(on_trial)
    local.subscribe(account, "crm")
    charge = local.api.charges.list({"customer": account.customer_id}).data[0]
    thing = {"id": "dp_1", "object": "dispute", "charge": charge.id, "amount": charge.amount, "currency": "cny"}
    event = {"id": "evt_dp", "type": "charge.dispute.created", "created": 1_775_001_600, "data": {"object": thing}}
    body = json.dumps(event).encode()
    for _ in range(2):
        assert post(body, signature(body, [SECRET], int(time.time()))).status_code == 200
    with outside():
        assert CompanyLog.objects.filter(tenant=on_trial, what="dispute").count() == 1
    assert tell_dispute(account.pk) == 1
    assert "taken back by the bank" in mail.outbox[-1].subject
