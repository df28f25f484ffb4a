"""Looking after accounts without an occasion: what changes by the clock, and what no event has told."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from billing import clock, gateway
from billing.errors import BillingUnavailable
from billing.models import BillingAccount
from billing.rules.cards import SOON, stage
from billing.rules.dunning import FULL
from billing.services.accounts import account_of, account_sync, tenants_without_account
from billing.services.disputes import disputes_missed
from billing.services.mails import tell_card, tell_trial_ends
from billing.services.standing import OURS, PAYING, account_apply
from tenants.models import Tenant
from tenon.tenancy.context import outside

log = logging.getLogger(__name__)
REMIND = (timedelta(days=1), timedelta(days=3), timedelta(days=7))  # before the trial ends


def review_due() -> int:
    """Applies what is due by the clock. Returns how many accounts were looked at."""
    for tenant_id in tenants_without_account():
        account_of(tenant_id)
    now = clock.now()
    with outside():
        # A deletion that was taken back opens the company as it was; what it owes by now is said again.
        reopened = Q(tenant__state=Tenant.State.READY) & ~Q(standing__in=[str(s) for s in FULL])
        due = BillingAccount.objects.filter(Q(review_at__lte=now) | reopened)
        ids = list(due.order_by("pk").values_list("pk", flat=True))
        for pk in ids:
            try:
                with transaction.atomic():
                    account_apply(BillingAccount.objects.select_for_update().get(pk=pk))
            except Exception:  # the others get their turn
                log.exception("account %s could not be reviewed", pk)
        _remind(now)
        _cards_run_out(now)
    _end_closed()
    return len(ids)


def _end_closed() -> None:
    """A company that is to be deleted pays nothing more: its subscription ends, what is left of it is credited. Should
    the company be taken back, it subscribes anew."""
    with outside():
        found = BillingAccount.objects.filter(tenant__state=Tenant.State.CLOSED, status__in=PAYING).order_by("pk")
        for account in list(found):
            try:
                with gateway.asking() as stripe:
                    stripe.subscriptions.cancel(account.subscription_id, {"prorate": True, "invoice_now": True})
                account_sync(account.pk)
            except BillingUnavailable:
                log.warning("the subscription of company %s could not be ended; tried again soon", account.tenant_id)


def _remind(now: datetime) -> None:
    """A week, three days and a day before the trial ends; who was away for one of them hears the next one only."""
    due = BillingAccount.objects.filter(
        Q(subscription_id="") | Q(status__in=("canceled", "incomplete_expired")),
        standing="trialing", tenant__trial_until__gt=now, tenant__trial_until__lte=now + max(REMIND),
    ).select_related("tenant")  # fmt: skip
    for account in due.order_by("pk"):
        end = account.tenant.trial_until
        assert end is not None
        since = max(end - before for before in REMIND if end - before <= now)
        fresh = Q(reminded_at=None) | Q(reminded_at__lt=since)
        if BillingAccount.objects.filter(fresh, pk=account.pk).update(reminded_at=now):
            tell_trial_ends(account.pk)


def _cards_run_out(now: datetime) -> None:
    """A month before the card runs out, and when it has; each once for each card."""
    due = BillingAccount.objects.filter(
        status__in=PAYING, by_invoice=False, card_until__lte=now + SOON, tenant__state__in=OURS
    )
    for account in due.order_by("pk"):
        at = stage(account.card_until, now)
        told = f"{at} {account.card_last4} {account.card_until:%Y-%m}"
        if BillingAccount.objects.filter(pk=account.pk).exclude(card_told=told).update(card_told=told):
            tell_card(account.pk, at)


@dataclass
class Reconciled:
    """`repaired` names companies whose account did not say what Stripe says."""

    seen: int = 0
    repaired: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.repaired)


_WATCHED = ("subscription_id", "status", "standing", "interval", "period_end", "ended_at", "owing_since", "next_plan",
            "card_last4", "card_until")  # fmt: skip


def _seen(account: BillingAccount) -> tuple[object, ...]:
    items = sorted((i.item_id, i.key, i.quantity, i.price_id) for i in account.items.all())
    disputes = sorted((d.pk, d.status, d.invoice_status) for d in account.disputes.all())
    return (*(getattr(account, name) for name in _WATCHED), items, disputes)


def reconcile() -> Reconciled:
    """Fetches every customer's subscription anew. One that fails does not keep the others."""
    done = Reconciled()
    try:
        missed = disputes_missed()
    except BillingUnavailable:
        missed = {}  # the accounts say below that Stripe cannot be reached
    with outside():
        accounts = list(BillingAccount.objects.exclude(customer_id=None).select_related("tenant").order_by("pk"))
        for account in accounts:
            before = _seen(account)
            try:
                after = account_sync(account.pk, disputes=missed.get(account.pk, ()))
            except BillingUnavailable:
                done.failed.append(account.tenant.slug)
                continue
            done.seen += 1
            if _seen(after) != before:
                done.repaired.append(account.tenant.slug)
    if done.repaired:
        log.warning("reconcile repaired %s", ", ".join(done.repaired))
    return done
