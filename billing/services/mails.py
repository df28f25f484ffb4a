"""Mails about the subscription, to those in the company who look after it, in their language."""

from __future__ import annotations

from datetime import timedelta

from billing.manifest import MANAGE
from billing.models import BillingAccount, Dispute
from billing.rules import dunning
from billing.rules.dunning import Standing
from billing.rules.money import from_minor
from billing.services.standing import facts_of, terms
from tenants import hosts
from tenants.mails import send
from tenants.models import Tenant
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.tenancy.context import outside, serving


def recipients(tenant: Tenant) -> list[tuple[str, str]]:
    """(address, language) of all members who may manage the subscription."""
    company = tenant.company()
    with serving(company):
        members = Member.objects.filter(is_active=True).exclude(email="").order_by("pk")
        return [(m.email, m.language or company.language) for m in members if actor_of(m).can(MANAGE)]


def _mail(account: BillingAccount, what: str, until: object, **more: object) -> int:
    tenant = account.tenant
    link = f"{hosts.company_url(tenant.slug)}/admin/subscription"
    found = recipients(tenant)
    for address, language in found:
        send(
            "billing/email/standing", address, language,
            {"company": tenant.name, "what": what, "until": until, "link": link, **more},
        )  # fmt: skip
    return len(found)


def tell_standing(account_id: int, standing: str) -> int:
    """Nobody is told what has changed again in the meantime. Returns how many were told."""
    with outside():
        account = BillingAccount.objects.select_related("tenant").get(pk=account_id)
        if account.standing != standing:
            return 0
        facts = facts_of(account, account.tenant)
        until = dunning.verdict(facts, account.standing_since or account.created_at, terms()).until
        return _mail(account, standing, until)


def tell_dispute(dispute_id: str, what: str) -> int:
    """A payment was taken back by the bank (`dispute`), or given back (`dispute_won`)."""
    with outside():
        dispute = Dispute.objects.select_related("account__tenant").get(pk=dispute_id)
        amount = f"{from_minor(dispute.amount, dispute.currency)} {dispute.currency}"
        return _mail(dispute.account, what, None, amount=amount)


def tell_card(account_id: int, stage: str) -> int:
    """The card runs out soon (`soon`), or has run out (`expired`)."""
    with outside():
        account = BillingAccount.objects.select_related("tenant").get(pk=account_id)
        until = account.card_until
        month = f"{until - timedelta(days=1):%m/%Y}" if until else ""
        return _mail(account, f"card_{stage}", None, last4=account.card_last4, month=month, charged=account.period_end)


def tell_trial_ends(account_id: int) -> int:
    with outside():
        account = BillingAccount.objects.select_related("tenant").get(pk=account_id)
        return _mail(account, str(Standing.TRIALING), account.tenant.trial_until)
