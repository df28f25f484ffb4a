"""Reads of companies."""

from __future__ import annotations

from tenants.models import Tenant
from tenon.tenancy.context import Company, outside


def company_by_role(role: str) -> Company | None:
    """The company whose schema's role this is: how the outbox names companies."""
    with outside():
        tenant = Tenant.objects.filter(slot_id=int(role.removeprefix("tr_"))).first()
        return tenant.company() if tenant else None


def company_by_id(tenant_id: int) -> Company | None:
    with outside():
        tenant = Tenant.objects.filter(pk=tenant_id).first()
        return tenant.company() if tenant else None


def company_by_slug(slug: str) -> Company | None:
    with outside():
        tenant = Tenant.objects.filter(slug=slug).first()
        return tenant.company() if tenant else None


def companies_live() -> list[Company]:
    """All companies whose scheduled work runs."""
    with outside():
        return [t.company() for t in Tenant.objects.filter(state=Tenant.State.READY).order_by("id")]
