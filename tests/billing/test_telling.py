"""Who is told what and when: reminders of the trial, and the key that decides which Stripe it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from billing import clock, gateway
from billing.errors import BillingUnavailable
from billing.rules.cards import SOON, good_until
from billing.services.accounts import account_of, account_sync
from billing.services.reviewing import review_due
from tenants.models import Tenant
from tests.billing.conftest import account_in
from tests.billing.local import Local
from tests.billing.simulator.inprocess import InProcess


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


def cards_told() -> list[str]:
    return [str(m.subject) for m in mail.outbox if "card" in m.subject]


def test_a_card_is_called_to_mind_before_it_runs_out_and_when_it_has(on_trial: Tenant, local: Local) -> None:
    account = local.customer(on_trial)
    method = local.api.payment_methods.list({"customer": account.customer_id}).data[0]
    then = local.now() + timedelta(days=70)
    local.api.payment_methods.update(method.id, {"card": {"exp_month": then.month, "exp_year": then.year}})
    local.subscribe(account, "crm", interval="year")
    account_sync(account.pk)
    until = good_until(then.month, then.year)
    assert account_in(on_trial).card_until == until

    local.move(seconds=(until - SOON - local.now()).total_seconds() - 60)
    review_due()
    assert cards_told() == []
    local.move(seconds=120)
    review_due()
    review_due()
    assert cards_told() == ["The card of Acme Bicycles expires soon"]
    assert "4242" in mail.outbox[-1].body
    local.move(days=20)
    review_due()
    assert len(cards_told()) == 1, "never twice"
    local.move(days=11)
    review_due()
    review_due()
    assert cards_told()[1:] == ["The card of Acme Bicycles has expired"]
    local.card(account.customer_id, "pm_card_mastercard")
    account_sync(account.pk)
    assert account_in(on_trial).card_last4 == "4444"
    review_due()
    assert len(cards_told()) == 2, "the new one is good for years"


def test_who_pays_by_transfer_hears_nothing_of_cards(on_trial: Tenant, local: Local) -> None:
    account = local.customer(on_trial)
    found = local.subscribe(account, "crm")
    local.api.subscriptions.update(found.id, {"collection_method": "send_invoice", "days_until_due": 30})
    account_sync(account.pk)
    local.move(days=365 * 6)
    review_due()
    assert cards_told() == []
