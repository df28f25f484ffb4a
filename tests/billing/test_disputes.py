"""A payment that the bank took back is owed again: banner, mail, the clock of dunning; paid or won, all is well."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from billing.errors import PaymentRefused
from billing.models import Dispute, StripeEvent
from billing.services import paying
from billing.services.accounts import account_sync
from billing.services.mails import tell_dispute
from billing.services.reviewing import reconcile, review_due
from tenants.models import CompanyLog, Tenant
from tenon.access.actor import Actor
from tenon.tenancy.context import Company, outside, serving
from tests.billing.conftest import account_in, post
from tests.billing.local import Local
from tests.billing.simulator.inprocess import SECRET
from tests.tenants.conftest import Web


@pytest.fixture
def local(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Local:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    return Local(monkeypatch)


@pytest.fixture
def taken(on_trial: Tenant, local: Local) -> str:
    """Two seats of CRM were paid, and ten days later the bank took the payment back. Nobody has told us yet."""
    account = local.customer(on_trial)
    local.subscribe(account, "crm", seats=2)
    account_sync(account.pk)
    local.move(days=10)
    charge = local.api.charges.list({"customer": account.customer_id}).data[0]
    return str(local.stripe.ask("/simulator/disputes", f"charge={charge.id}")["id"])


def deliver(local: Local, kind: str) -> None:
    for body, header in local.stripe.deliveries():
        if json.loads(body)["type"].startswith(kind):
            assert post(body, header).status_code == 200


def standing(tenant: Tenant) -> str:
    return account_in(tenant).standing


def notes(tenant: Tenant) -> list[str]:
    with outside():
        rows = CompanyLog.objects.filter(tenant=tenant, what__startswith="dispute").order_by("id")
        return list(rows.values_list("what", flat=True))


def pay(company: Company, actor: Actor) -> int:
    with serving(company):
        return paying.pay_open(actor=actor)


def test_it_is_owed_again_and_told_once(
    on_trial: Tenant, local: Local, taken: str, owner_web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dispute names its charge, no customer: found all the same, however often it is delivered."""
    failures: list[str] = []
    monkeypatch.setattr("billing.services.standing._on_commit_tell", lambda _pk, said: failures.append(said))
    assert standing(on_trial) == "active"
    deliver(local, "charge.dispute.")
    deliver(local, "charge.dispute.")
    assert (standing(on_trial), notes(on_trial)) == ("past_due", ["dispute"])
    status = owner_web.get("/api/v1/billing/status/").json()
    [shown] = status["disputes"]
    assert (shown["amount"], shown["currency"], shown["lost"]) == ("198.00", "CNY", False)
    assert account_in(on_trial).status == "active", "at Stripe all is as it was"
    assert failures == [], "no payment has failed: they hear of this one thing once"
    assert tell_dispute(taken, "dispute") == 1
    assert "taken back by the bank" in mail.outbox[-1].subject
    assert "198.00 CNY" in mail.outbox[-1].body


def test_its_clock_runs_to_read_only_and_paying_restores_at_once(
    on_trial: Tenant, acme: Company, actor: Actor, local: Local, taken: str
) -> None:
    deliver(local, "charge.dispute.")
    seen = []
    for days in (13, 2, 7):
        local.move(days=days)
        review_due()
        seen.append(standing(on_trial))
    assert seen == ["past_due", "grace", "read_only"]
    local.card(account_in(on_trial).customer_id, "pm_card_chargeCustomerFail")
    with pytest.raises(PaymentRefused):
        pay(acme, actor)
    assert standing(on_trial) == "read_only"
    local.card(account_in(on_trial).customer_id, "pm_card_visa")
    pay(acme, actor)
    assert standing(on_trial) == "active"
    with serving(acme):
        bills = [b for b in paying.invoices(actor=actor) if b["status"] == "paid"]
    assert [b["total"] for b in bills].count(Decimal("198.00")) >= 2, "asked for once, by one invoice"
    assert pay(acme, actor) == 0
    assert local.api.disputes.retrieve(taken).status == "lost", "nobody answered the bank in time"
    deliver(local, "charge.dispute.")
    assert (standing(on_trial), notes(on_trial)) == ("active", ["dispute"]), "it has been paid again"


def test_won_it_is_as_if_nothing_had_been(on_trial: Tenant, local: Local, taken: str) -> None:
    deliver(local, "charge.dispute.")
    local.api.disputes.update(taken, {"evidence": {"uncategorized_text": "winning_evidence"}})
    deliver(local, "charge.dispute.")
    assert (standing(on_trial), notes(on_trial)) == ("active", ["dispute", "dispute_won"])
    assert tell_dispute(taken, "dispute_won") == 1
    assert "has come back" in mail.outbox[-1].subject


def test_won_after_it_was_paid_again_it_is_credited_once(
    on_trial: Tenant, acme: Company, actor: Actor, local: Local, taken: str
) -> None:
    deliver(local, "charge.dispute.")
    assert pay(acme, actor) == 1
    local.api.disputes.update(taken, {"evidence": {"uncategorized_text": "winning_evidence"}})
    for _ in range(2):
        deliver(local, "charge.dispute.")
        account_sync(account_in(on_trial).pk)
    assert local.api.customers.retrieve(account_in(on_trial).customer_id).balance == -19_800


def test_what_no_event_told_the_night_finds(on_trial: Tenant, local: Local, taken: str) -> None:
    assert reconcile().repaired == ["acme"]
    assert standing(on_trial) == "past_due"
    assert reconcile().repaired == []
    local.api.disputes.update(taken, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert reconcile().repaired == ["acme"]
    assert standing(on_trial) == "active"
    with outside():
        assert not StripeEvent.objects.exists()
        assert Dispute.objects.get().status == "won"


def test_a_question_of_the_bank_is_no_debt(on_trial: Tenant, local: Local) -> None:
    account = local.customer(on_trial, "pm_card_createDisputeInquiry")
    local.subscribe(account, "crm")
    deliver(local, "charge.dispute.")
    with outside():
        assert Dispute.objects.get().status == "warning_needs_response"
    assert (standing(on_trial), notes(on_trial)) == ("active", [])
