"""What the staff does about one company: its trial, its rights, letting it in or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.catalogue import limits
from billing.models import BillingAccount, LimitException
from billing.services.accounts import account_of
from billing.services.standing import account_apply, plan_limits
from console.services.log import By, note, reason_of
from tenants.models import CompanyLog, Entitlement, Tenant
from tenants.services.provisioning import UNFINISHED
from tenants.services.support import session_begin
from tenants.services.suspension import company_resume, company_suspend
from tenon.problems import Invalid, StateRefused
from tenon.records.limits import shown
from tenon.registry.registry import registry
from tenon.tenancy.context import outside

LONGEST_TRIAL = timedelta(days=180)
OVERRIDES = (Entitlement.Source.GRANT, Entitlement.Source.DENY)


def _locked(tenant_id: int) -> Tenant:
    """Raises StateRefused for a company that is not set up or is being deleted."""
    tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
    if tenant.state in (*UNFINISHED, Tenant.State.CLOSED):
        raise StateRefused(_("Not possible in the present state"), state=tenant.state)
    return tenant


def _stand(tenant: Tenant) -> None:
    """What the company has and how it stands, worked out anew: in force at its next request."""
    account = account_of(tenant.pk)
    account_apply(BillingAccount.objects.select_for_update().get(pk=account.pk))


def _written_down(tenant: Tenant) -> None:
    """A company that was let in by a list alone gets a row for each of its rights: an exception stands beside them, not
    in their place."""
    if not Entitlement.objects.filter(tenant=tenant).exists():
        Entitlement.objects.bulk_create(
            Entitlement(
                tenant=tenant, feature=f, source=Entitlement.Source.GRANT, since=tenant.created_at, reason="let in"
            )
            for f in tenant.entitled
        )  # fmt: skip


def _tell(tenant: Tenant, by: By, what: str, reason: str, **detail: object) -> None:
    """In the company's own log too: by which role, not by whose address."""
    label = by.staff.title or by.staff.get_role_display()
    CompanyLog.objects.create(
        tenant=tenant, actor=f"staff:{by.staff.pk}", actor_label=label, what=what, detail={"reason": reason, **detail}
    )
    note(by, what, tenant=tenant, reason=reason, **detail)


def trial_extend(*, by: By, tenant_id: int, days: int, reason: str) -> Tenant:
    """So many days more, from the trial's end or from now if that is over. Raises Forbidden, Invalid, StateRefused."""
    by.require("extend_trial")
    reason = reason_of(reason)
    if not 1 <= days <= LONGEST_TRIAL.days:
        raise Invalid.field("days", _("From 1 to %(n)s days") % {"n": LONGEST_TRIAL.days})
    with outside(), transaction.atomic():
        tenant = _locked(tenant_id)
        now = timezone.now()
        before = tenant.trial_until
        until = max(before or now, now) + timedelta(days=days)
        if until > now + LONGEST_TRIAL:
            raise Invalid.field("days", _("A trial may not reach further than %(n)s days") % {"n": LONGEST_TRIAL.days})
        Tenant.objects.filter(pk=tenant.pk).update(trial_until=until)
        rows = Entitlement.objects.filter(tenant=tenant, source=Entitlement.Source.TRIAL)
        rows.update(until=until)
        if not rows.exists():
            Entitlement.objects.bulk_create(
                Entitlement(tenant=tenant, feature=f, source=Entitlement.Source.TRIAL, since=now, until=until)
                for f in registry().features
            )
        tenant.refresh_from_db()
        _tell(tenant, by, "trial_extended", reason, days=days, until=until.isoformat())
        _stand(tenant)
        tenant.refresh_from_db()
        return tenant


def feature_override(*, by: By, tenant_id: int, feature: str, give: bool, until: datetime | None, reason: str) -> None:
    """Gives a feature that was not paid for, or takes one away that was, until a moment or for good. A new word on the
    same feature takes the old one's place. Raises Forbidden, Invalid, StateRefused."""
    by.require("grant" if give else "deny")
    reason = reason_of(reason)
    if feature not in registry().features:
        raise Invalid.field("feature", _("There is no such function"), "invalid_choice")
    if until is not None and until <= timezone.now():
        raise Invalid.field("until", _("This moment has passed"))
    with outside(), transaction.atomic():
        tenant = _locked(tenant_id)
        _written_down(tenant)
        rows = Entitlement.objects.filter(tenant=tenant, feature=feature)
        rows.filter(source=Entitlement.Source.DENY).delete()
        # Who was let in by a list keeps what the list gave; a denial stands beside it.
        if not (give and rows.filter(source=Entitlement.Source.GRANT, granted_by="").exists()):
            source = Entitlement.Source.GRANT if give else Entitlement.Source.DENY
            said = {"since": timezone.now(), "until": until, "reason": reason[:200], "granted_by": by.name[:120]}
            Entitlement.objects.update_or_create(tenant=tenant, feature=feature, source=source, defaults=said)
        what = "feature_granted" if give else "feature_denied"
        _tell(tenant, by, what, reason, feature=feature, until=until.isoformat() if until else None)
        _stand(tenant)


def override_lift(*, by: By, tenant_id: int, feature: str, reason: str) -> None:
    """Takes a grant or a denial back. Raises Forbidden, Invalid, StateRefused."""
    by.require("lift")
    reason = reason_of(reason)
    with outside(), transaction.atomic():
        tenant = _locked(tenant_id)
        rows = Entitlement.objects.filter(tenant=tenant, feature=feature, source__in=OVERRIDES).exclude(granted_by="")
        found = rows.filter(source=Entitlement.Source.DENY).first() or rows.first()
        if found is None:
            raise Invalid.field("feature", _("There is nothing to take back"))
        found.delete()
        _tell(tenant, by, "override_lifted", reason, feature=feature)
        _stand(tenant)


def amount_of(key: str, text: str) -> int:
    """What was typed for a limit: storage in GB. 0 for what is no whole number."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    known = registry().limits.get(key)
    return number * limits.GB if known is not None and known.unit == "bytes" else number


def limit_raise(*, by: By, tenant_id: int, key: str, most: int, until: datetime | None, reason: str) -> None:
    """A limit of at least so much, until a moment or for good, in the place of what was said about it before. Raises
    Forbidden, Invalid (no such limit, none in force, not more than the plan gives), StateRefused."""
    by.require("grant")
    reason = reason_of(reason)
    if key not in registry().limits:
        raise Invalid.field("limit", _("There is no such limit"), "invalid_choice")
    if until is not None and until <= timezone.now():
        raise Invalid.field("until", _("This moment has passed"))
    with outside(), transaction.atomic():
        tenant = _locked(tenant_id)
        given = plan_limits(account_of(tenant.pk), tenant).get(key)
        if given is None:
            raise Invalid.field("limit", _("This company has no such limit"))
        ceiling = limits.NEVER_MORE.get(key)
        if most <= given or (ceiling is not None and most > ceiling):
            raise Invalid.field(
                "most",
                _("More than the %(given)s of its plan is wanted, and what can be had at all")
                % {"given": shown(key, given)},
            )
        said = {
            "most": most,
            "since": timezone.now(),
            "until": until,
            "reason": reason[:200],
            "granted_by": by.name[:120],
        }
        LimitException.objects.update_or_create(tenant=tenant, key=key, defaults=said)
        until_said = until.isoformat() if until else None
        _tell(tenant, by, "limit_raised", reason, limit=key, most=most, until=until_said)
        _stand(tenant)


def limit_lift(*, by: By, tenant_id: int, key: str, reason: str) -> None:
    """What the plan gives counts again; what there is by now stays. Raises Forbidden, Invalid, StateRefused."""
    by.require("lift")
    reason = reason_of(reason)
    with outside(), transaction.atomic():
        tenant = _locked(tenant_id)
        if not LimitException.objects.filter(tenant=tenant, key=key).delete()[0]:
            raise Invalid.field("limit", _("There is nothing to take back"))
        _tell(tenant, by, "limit_lowered", reason, limit=key)
        _stand(tenant)


def suspend(*, by: By, tenant_id: int, reason: str) -> None:
    """Raises Forbidden, Invalid, StateRefused."""
    by.require("suspend")
    reason = reason_of(reason)
    with outside(), transaction.atomic():
        tenant = company_suspend(tenant_id=tenant_id, by=by.staff.title or by.name, why=reason)
        note(by, "suspended", tenant=tenant, reason=reason)


def resume(*, by: By, tenant_id: int, reason: str) -> None:
    """Raises Forbidden, Invalid, StateRefused."""
    by.require("resume")
    reason = reason_of(reason)
    with outside(), transaction.atomic():
        tenant = company_resume(tenant_id=tenant_id, by=by.staff.title or by.name)
        note(by, "resumed", tenant=tenant, reason=reason)


def support_visit(*, by: By, tenant_id: int, reason: str) -> str:
    """An address that opens the company for support, once. Raises Forbidden, Invalid, NoConsent."""
    by.require("support")
    reason = reason_of(reason)
    with outside(), transaction.atomic():
        tenant = Tenant.objects.get(pk=tenant_id)
        url = session_begin(staff=by.staff.person, title=by.staff.title, tenant=tenant, reason=reason)
        note(by, "support_entered", tenant=tenant, reason=reason)
        return url
