"""The one place where a subscription takes effect: entitlement rows, what the company may use, read or no longer see,
its limits, read-only, suspended.

What is on = entitled ∩ switched on, so a lapsed function is off everywhere at the next request, and back with its
switches as they were when it is paid for again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q

from billing import clock
from billing.catalogue import catalogue, limits
from billing.models import BillingAccount, LimitException
from billing.rules import dunning
from billing.rules.changes import Plan
from billing.rules.dunning import ENDED, FULL, OWING, Facts, Standing, Terms, Verdict
from tenants import selectors
from tenants.models import CompanyLog, Entitlement, Tenant
from tenon.realtime.notify import bootstrap_changed
from tenon.registry.registry import registry
from tenon.tenancy.context import outside

PAYING = frozenset({"active", "trialing", "past_due", "unpaid"})
# The company's own state follows; one that is being deleted or is not ready yet keeps its own.
STATES = {
    Standing.READ_ONLY: Tenant.State.READ_ONLY,
    Standing.SUSPENDED: Tenant.State.SUSPENDED,
    Standing.CLOSED: Tenant.State.SUSPENDED,
}
OURS = (Tenant.State.READY, Tenant.State.READ_ONLY, Tenant.State.SUSPENDED)
SOURCES = (Entitlement.Source.PLAN, Entitlement.Source.ADD_ON)


def terms() -> Terms:
    return Terms(**settings.BILLING_TERMS)


def dropped_time() -> timedelta:
    """How long what was dropped can still be read before it goes out of sight."""
    return timedelta(days=settings.BILLING_DROPPED_READ_ONLY_DAYS)


def plan_of(account: BillingAccount) -> Plan | None:
    """What is subscribed to now; None without a running subscription."""
    if not account.subscription_id or account.status in ENDED or account.status == "incomplete":
        return None
    with outside():
        items = list(account.items.order_by("pk"))
    if not items:
        return None
    seats = max(i.quantity for i in items)
    return Plan(frozenset(i.key for i in items), seats, "year" if account.interval == "year" else "month")


def facts_of(account: BillingAccount, tenant: Tenant) -> Facts:
    owed = [d.opened_at for d in account.disputes.all() if d.owed]
    return Facts(account.status, account.owing_since, account.ended_at, tenant.trial_until, min(owed, default=None))


def account_apply(account: BillingAccount) -> Verdict:
    """Makes the company equal to its account, which the caller has locked; saves the account. Nothing changes when
    nothing has changed."""
    now = clock.now()
    tenant = Tenant.objects.select_for_update().get(pk=account.tenant_id)
    facts = facts_of(account, tenant)
    verdict = dunning.verdict(facts, now, terms())
    newly = _entitle(account, tenant, now)
    before = account.standing
    if before != verdict.standing or account.standing_since is None:
        account.standing, account.standing_since, account.reminded_at = str(verdict.standing), now, None
    account.review_at = _review_at(account, tenant, verdict, now)
    account.save()
    if _write_tenant(account, tenant, verdict, now, before):
        company = tenant.company()
        transaction.on_commit(lambda: bootstrap_changed(company), robust=True)
    # Of a payment that was taken back they are told by itself: nothing has failed, and nothing is tried again.
    taken_back = verdict.standing == Standing.PAST_DUE and account.status not in OWING
    if before != verdict.standing and account.reminded_at is None and not taken_back:
        _on_commit_tell(account.pk, str(verdict.standing))
    if newly:
        _on_commit_open(account.tenant_id, newly)
    return verdict


def stand_anew(sender: Any, tenant_id: int, **_more: Any) -> None:
    """A company is let in again (a deletion taken back, a suspension lifted): how it stands is said once more."""
    account = BillingAccount.objects.select_for_update().filter(tenant_id=tenant_id).first()
    if account is not None:
        account_apply(account)


def _on_commit_tell(account_id: int, standing: str) -> None:
    from billing.tasks import standing_told

    if standing in (Standing.PAST_DUE, Standing.GRACE, Standing.READ_ONLY, Standing.SUSPENDED, Standing.CLOSED):
        transaction.on_commit(lambda: standing_told.apply_async([account_id, standing], retry=False), robust=True)


def _on_commit_open(tenant_id: int, modules: list[str]) -> None:
    from billing.tasks import modules_open

    transaction.on_commit(lambda: modules_open.apply_async([tenant_id, modules], retry=False), robust=True)


def _review_at(account: BillingAccount, tenant: Tenant, verdict: Verdict, now: datetime) -> datetime | None:
    """The next moment at which something changes without anybody doing anything: the standing, or a right that ends."""
    moments = [verdict.until] if verdict.until else []
    rows = Entitlement.objects.filter(tenant=tenant)
    ends = rows.filter(until__gt=now).order_by("until").values_list("until", flat=True).first()
    read = rows.exclude(source=Entitlement.Source.TRIAL).filter(until__gt=now - dropped_time(), until__lte=now)
    first = read.order_by("until").values_list("until", flat=True).first()
    starts = rows.filter(since__gt=now).order_by("since").values_list("since", flat=True).first()
    raised = LimitException.objects.filter(tenant=tenant, until__gt=now).order_by("until")
    moments += [m for m in (ends, starts, raised.values_list("until", flat=True).first()) if m]
    if first is not None:
        moments.append(first + dropped_time())
    return min(moments, default=None)


# --- entitlement rows -------------------------------------------------------------------------------------------------


def _bought(account: BillingAccount) -> dict[str, str]:
    """Feature → source, for what the subscription gives now. A bundle is the plan, a single module an add-on."""
    found: dict[str, str] = {}
    if account.status not in PAYING:
        return found
    for item in account.items.all():
        offer = catalogue().offers.get(item.key)
        if offer is None:
            continue  # no longer sold here, said in the log when it was fetched
        source = Entitlement.Source.PLAN if offer.is_bundle else Entitlement.Source.ADD_ON
        for feature in offer.features:
            if found.get(feature) != Entitlement.Source.PLAN:
                found[feature] = source
    return found


def _entitle(account: BillingAccount, tenant: Tenant, now: datetime) -> list[str]:
    """Opens and ends the rows. Returns the modules that were bought newly."""
    bought = _bought(account)
    rows = {(r.feature, r.source): r for r in Entitlement.objects.filter(tenant=tenant, source__in=SOURCES)}
    was = {feature for (feature, _), row in rows.items() if row.until is None}
    end = account.ended_at if account.status == "canceled" and account.ended_at else now
    for (feature, source), row in rows.items():
        if bought.get(feature) == source:
            if row.until is not None:
                Entitlement.objects.filter(pk=row.pk).update(since=now, until=None, reason="")
        elif row.until is None:
            Entitlement.objects.filter(pk=row.pk).update(until=max(end, row.since), reason="subscription changed")
    Entitlement.objects.bulk_create(
        Entitlement(tenant=tenant, feature=f, source=s, since=account.started_at or now, granted_by="subscription")
        for f, s in bought.items()
        if (f, s) not in rows
    )
    _trial(account, tenant)
    return sorted({f.partition(".")[0] for f in set(bought) - was})


def _trial(account: BillingAccount, tenant: Tenant) -> None:
    """What is paid for takes the trial's place; a subscription that begins after the trial leaves it."""
    until = tenant.trial_until
    if until is None:
        return
    if account.status in PAYING and account.status != "trialing" and account.started_at is not None:
        paid_from = max(account.started_at, account.trial_end) if account.trial_end else account.started_at
        until = min(until, paid_from)
    Entitlement.objects.filter(tenant=tenant, source=Entitlement.Source.TRIAL).exclude(until=until).update(until=until)


def rights(tenant: Tenant, verdict: Verdict, now: datetime) -> dict[str, list[str]]:
    """`entitled`: all features with a right in force, and what was dropped of late, which `read_only_features` names:
    what was only on trial goes at once. Read-only companies still see what they had when writing ended."""
    every = Entitlement.objects.filter(tenant=tenant, since__lte=now)
    rows = every.exclude(source=Entitlement.Source.DENY)
    if not rows.exists():  # let in by whoever runs Tenon, who wrote the list itself
        return {"entitled": list(tenant.entitled), "read_only_features": []}
    open_ = Q(until=None) | Q(until__gt=now)
    denied = set(every.filter(open_, source=Entitlement.Source.DENY).values_list("feature", flat=True))
    if verdict.standing not in FULL and verdict.locked_since is not None:
        lapsed, since = rows.filter(until__lte=now), verdict.locked_since
        # Nothing is subscribed to and nothing ended just then: what ended last.
        if not lapsed.filter(until__gte=since).exists() and not rows.filter(open_, source__in=SOURCES).exists():
            since = lapsed.aggregate(at=Max("until"))["at"] or since
        open_ |= Q(until__gte=since)
    of_late = rows.exclude(source=Entitlement.Source.TRIAL).filter(until__gt=now - dropped_time(), until__lte=now)
    found = set(rows.filter(open_).values_list("feature", flat=True)) | selectors.always_on_features()
    dropped = set(of_late.values_list("feature", flat=True)) - found
    graph = selectors.feature_graph()
    found, dropped = ({f for f in some if not graph.with_needs([f]) & denied} for some in (found, dropped))
    return {"entitled": graph.sorted(found | dropped), "read_only_features": graph.sorted(dropped)}


def dropped_modules(tenant: Tenant) -> list[dict[str, Any]]:
    """Modules that can only be read now, and until when."""
    if not tenant.read_only_features:
        return []
    with outside():
        rows = Entitlement.objects.filter(tenant=tenant, feature__in=tenant.read_only_features)
        ends = dict(rows.exclude(source=Entitlement.Source.TRIAL).values_list("feature").annotate(Max("until")))
    found = []
    for module in registry().modules.values():
        gone = [ends[f.key] for f in module.features if ends.get(f.key)]
        if gone and module.features[0].key in tenant.switched_on:
            found.append({"key": module.key, "title": str(module.title), "until": max(gone) + dropped_time()})
    return found


def limit_exceptions(account: BillingAccount, tenant: Tenant, now: datetime) -> dict[str, dict[str, Any]]:
    """What was raised for this company and is in force, by the limits' keys, with what the plan gives."""
    given = plan_limits(account, tenant)
    rows = LimitException.objects.filter(Q(until=None) | Q(until__gt=now), tenant=tenant, since__lte=now)
    return {
        row.key: {"given": given[row.key], "since": row.since, "until": row.until, "reason": row.reason}
        for row in rows
        if row.key in given and row.most > given[row.key]
    }


def raised(tenant_id: int, given: dict[str, int], now: datetime) -> dict[str, int]:
    """Limits with what was raised for this company. A limit that there is not cannot be raised."""
    rows = LimitException.objects.filter(Q(until=None) | Q(until__gt=now), tenant_id=tenant_id, since__lte=now)
    more = dict(rows.values_list("key", "most"))
    return {key: max(most, more.get(key, most)) for key, most in given.items()}


def plan_limits(account: BillingAccount, tenant: Tenant) -> dict[str, int]:
    """What the plan gives; on trial what a trial does; none for who was let in by whoever runs Tenon."""
    plan = plan_of(account)
    if plan is not None:
        return catalogue().limits(plan)
    if tenant.trial_until is None and not account.subscription_id:
        return {}
    return {key: most for key, most in limits.TRIAL.items() if key in registry().limits}


# --- the company ------------------------------------------------------------------------------------------------------


def _write_tenant(account: BillingAccount, tenant: Tenant, verdict: Verdict, now: datetime, before: str) -> bool:
    """Whether anything has changed."""
    wanted: dict[str, Any] = {
        **rights(tenant, verdict, now),
        "limits": raised(tenant.pk, plan_limits(account, tenant), now),
    }
    if tenant.state in OURS:
        state = STATES.get(verdict.standing, Tenant.State.READY)
        wanted["state"] = Tenant.State.SUSPENDED if tenant.suspended_at else state
    changed = {k: v for k, v in wanted.items() if v != getattr(tenant, k)}
    if not changed:
        return False
    detail = {
        "standing": [before, str(verdict.standing)],
        "gained": sorted(set(wanted["entitled"]) - set(tenant.entitled)),
        "lost": sorted(set(tenant.entitled) - set(wanted["entitled"])),
        "read_only": wanted["read_only_features"],
    }
    Tenant.objects.filter(pk=tenant.pk).update(**changed, revision=F("revision") + 1)
    CompanyLog.objects.create(
        tenant=tenant, actor="system:billing", actor_label="billing", what="subscription", detail=detail
    )
    tenant.refresh_from_db()
    return True
