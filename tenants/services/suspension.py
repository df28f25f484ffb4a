"""A company shut by whoever runs Tenon, whatever it has paid: for abuse, on an order, for its own safety.

Its data stays, its export and its subscription stay open, nothing else answers. Billing lets it in again only when the
suspension is lifted."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import CompanyLog, Tenant
from tenants.services.provisioning import UNFINISHED
from tenants.signals import company_reopened
from tenon.problems import Invalid, StateRefused
from tenon.realtime.notify import bootstrap_changed
from tenon.tenancy.context import outside


def company_suspend(*, tenant_id: int, by: str, why: str) -> Tenant:
    """Shuts the company now. `by` is the person of the staff, `why` is kept in the company's own log. Raises Invalid,
    StateRefused for one that is not set up, is closed, or is suspended already."""
    if not why.strip():
        raise Invalid.field("why", _("Say why, for the record"), "required")
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        if tenant.suspended_at is not None or tenant.state in (*UNFINISHED, Tenant.State.CLOSED):
            raise StateRefused(_("Not possible in the present state"), state=tenant.state)
        now = timezone.now()
        _write(
            tenant, by, "suspended", {"why": why.strip()[:500]}, state=Tenant.State.SUSPENDED, state_at=now,
            suspended_at=now, suspended_by=by[:160], suspended_why=why.strip()[:500],
        )  # fmt: skip
        return tenant


def company_resume(*, tenant_id: int, by: str) -> Tenant:
    """Lifts the suspension; what the company owes decides how it stands. Raises StateRefused."""
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        if tenant.suspended_at is None:
            raise StateRefused(_("The company is not suspended"), state=tenant.state)
        shut = tenant.state == Tenant.State.SUSPENDED  # it may have been closed by its owner meanwhile
        _write(
            tenant, by, "resumed", {}, suspended_at=None, suspended_by="", suspended_why="",
            **({"state": Tenant.State.READY, "state_at": timezone.now()} if shut else {}),
        )  # fmt: skip
        if shut:
            company_reopened.send(Tenant, tenant_id=tenant.pk)
            tenant.refresh_from_db()
        return tenant


def _write(tenant: Tenant, by: str, what: str, detail: dict[str, str], **values: object) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(**values, revision=F("revision") + 1)
    CompanyLog.objects.create(
        tenant=tenant, actor=f"staff:{by}"[:80], actor_label=by[:160], what=what, detail=detail
    )  # fmt: skip
    tenant.refresh_from_db()
    company = tenant.company()
    transaction.on_commit(lambda: bootstrap_changed(company), robust=True)
