"""Companies from the outside: what the console's list and page of one show. A page of them costs so many queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from billing.models import BillingAccount, LimitException
from billing.services.standing import plan_limits
from console.models import StaffAction
from tenants.models import CompanyActivity, CompanyLog, Entitlement, SupportSession, Tenant
from tenants.services.support import open_grant
from tenon.events.models import Delivery, Outbox
from tenon.records.limits import shown
from tenon.registry.registry import registry


def sizes(schemas: Sequence[str]) -> dict[str, int]:
    """Bytes on the disk of each schema: one query; only for those that a page shows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select n.nspname, sum(pg_total_relation_size(c.oid))::bigint
                 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = any(%s) and c.relkind = 'r' group by 1""",
            [list(schemas)],
        )
        return dict(cursor.fetchall())


def lags(roles: Sequence[str]) -> dict[str, tuple[float, int, int]]:
    """Role → (seconds that its oldest event has waited, deliveries due, dead ones)."""
    now = timezone.now()
    found: dict[str, tuple[float, int, int]] = {}
    rows = (
        Delivery.objects.filter(role__in=roles, state__in=("due", "dead"))
        .values("role")
        .annotate(
            oldest=Min("event__created_at", filter=Q(state="due")), due=Count("pk", filter=Q(state="due")),
            dead=Count("pk", filter=Q(state="dead")),
        )
    )  # fmt: skip
    for row in rows:
        waited = (now - row["oldest"]).total_seconds() if row["oldest"] else 0.0
        found[row["role"]] = (waited, row["due"], row["dead"])
    unspread = Outbox.objects.filter(spread_at=None, role__in=roles).values_list("role").annotate(Min("created_at"))
    for role, oldest in unspread:
        waited, due, dead = found.get(role, (0.0, 0, 0))
        found[role] = (max(waited, (now - oldest).total_seconds()), due, dead)
    return found


def facts_of(tenants: Sequence[Tenant]) -> dict[int, dict[str, Any]]:
    """What stands beside each company of a page: five queries, however many companies."""
    ids = [t.pk for t in tenants]
    size = sizes([t.schema_name for t in tenants])
    waiting = lags([f"tr_{t.slot_id}" for t in tenants])
    active: dict[int, datetime] = dict(CompanyActivity.objects.filter(pk__in=ids).values_list("pk", "at"))
    accounts = {a.tenant_id: a for a in BillingAccount.objects.filter(tenant_id__in=ids).prefetch_related("items")}
    found: dict[int, dict[str, Any]] = {}
    for tenant in tenants:
        account = accounts.get(tenant.pk)
        lag, due, dead = waiting.get(f"tr_{tenant.slot_id}", (0.0, 0, 0))
        found[tenant.pk] = {
            "size": size.get(tenant.schema_name, 0),
            "lag": lag,
            "due": due,
            "dead": dead,
            "active_at": active.get(tenant.pk),
            "standing": account.standing if account else "",
            "plan": ", ".join(f"{i.key} × {i.quantity}" for i in account.items.all()) if account else "",
        }
    return found


def _is_exception(row: Entitlement) -> bool:
    """Given or taken by somebody; not what a company was let in with."""
    return row.source in (Entitlement.Source.GRANT, Entitlement.Source.DENY) and row.granted_by != ""


def limits_of(tenant: Tenant, account: BillingAccount | None) -> list[dict[str, Any]]:
    """Each limit that the company has: what its plan gives, what is in force, and what was raised."""
    if account is None:
        return []
    given = plan_limits(account, tenant)
    raised = {row.key: row for row in LimitException.objects.filter(tenant=tenant)}
    now = timezone.now()
    return [
        {
            "key": key, "title": limit.title, "bytes": limit.unit == "bytes", "given": shown(key, given[key]),
            "most": shown(key, tenant.limits.get(key, given[key])),
            "raised": row if (row := raised.get(key)) and (row.until is None or row.until > now) else None,
        }
        for key, limit in registry().limits.items()
        if key in given
    ]  # fmt: skip


def page_of(tenant: Tenant) -> dict[str, Any]:
    """Everything that the page of one company shows."""
    account = BillingAccount.objects.filter(tenant=tenant).first()
    rows = list(Entitlement.objects.filter(tenant=tenant).order_by("feature", "source"))
    now = timezone.now()
    return {
        "facts": facts_of([tenant])[tenant.pk],
        "account": account,
        "overrides": [r for r in rows if _is_exception(r) and (r.until is None or r.until > now)],
        "limits": limits_of(tenant, account),
        "entitled": len(tenant.entitled),
        "features": [(f.key, str(f.title) or f.key, f.key in tenant.entitled) for f in registry().features.values()],
        "grant": open_grant(tenant.pk),
        "visits": list(SupportSession.objects.filter(tenant=tenant).select_related("grant").order_by("-id")[:5]),
        "log": list(CompanyLog.objects.filter(tenant=tenant).order_by("-id")[:15]),
        "actions": list(StaffAction.objects.filter(company_id=tenant.pk).order_by("-id")[:15]),
    }
