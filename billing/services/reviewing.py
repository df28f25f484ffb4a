"""Looking after accounts without an occasion: what changes by the clock, and what no event has told."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from billing import clock
from billing.errors import BillingUnavailable
from billing.models import BillingAccount
from billing.services.accounts import account_of, account_sync, tenants_without_account
from billing.services.mails import tell_trial_ends
from billing.services.standing import account_apply
from tenon.tenancy.context import outside

log = logging.getLogger(__name__)
REMIND = timedelta(days=3)


def review_due() -> int:
    """Applies what is due by the clock. Returns how many accounts were looked at."""
    for tenant_id in tenants_without_account():
        account_of(tenant_id)
    now = clock.now()
    with outside():
        ids = list(BillingAccount.objects.filter(review_at__lte=now).order_by("pk").values_list("pk", flat=True))
        for pk in ids:
            with transaction.atomic():
                account_apply(BillingAccount.objects.select_for_update().get(pk=pk))
        _remind(now)
    return len(ids)


def _remind(now: object) -> None:
    soon = clock.now() + REMIND
    due = BillingAccount.objects.filter(
        Q(subscription_id="") | Q(status__in=("canceled", "incomplete_expired")),
        standing="trialing", reminded_at=None, tenant__trial_until__lte=soon,
    )  # fmt: skip
    for account in due.order_by("pk"):
        if BillingAccount.objects.filter(pk=account.pk, reminded_at=None).update(reminded_at=now):
            tell_trial_ends(account.pk)


@dataclass
class Reconciled:
    """`repaired` names companies whose account did not say what Stripe says."""

    seen: int = 0
    repaired: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.repaired)


_WATCHED = ("subscription_id", "status", "standing", "interval", "period_end", "ended_at", "owing_since", "next_plan")


def _seen(account: BillingAccount) -> tuple[object, ...]:
    items = sorted((i.item_id, i.key, i.quantity, i.price_id) for i in account.items.all())
    return (*(getattr(account, name) for name in _WATCHED), items)


def reconcile() -> Reconciled:
    """Fetches every customer's subscription anew. One that fails does not keep the others."""
    done = Reconciled()
    with outside():
        accounts = list(BillingAccount.objects.exclude(customer_id=None).select_related("tenant").order_by("pk"))
        for account in accounts:
            before = _seen(account)
            try:
                after = account_sync(account.pk)
            except BillingUnavailable:
                done.failed.append(account.tenant.slug)
                continue
            done.seen += 1
            if _seen(after) != before:
                done.repaired.append(account.tenant.slug)
    if done.repaired:
        log.warning("reconcile repaired %s", ", ".join(done.repaired))
    return done
