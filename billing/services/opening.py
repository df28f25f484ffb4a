"""What was bought is switched on, seeded and caught up, without anybody looking for a switch."""

from __future__ import annotations

from tenants.models import Tenant
from tenants.services.features import feature_enable
from tenon.access.actor import system
from tenon.registry.registry import registry
from tenon.tenancy.context import outside, serving


def modules_open(tenant_id: int, modules: list[str]) -> list[str]:
    """Switches the modules' functions on as far as the company is entitled to them. Returns what was opened."""
    opened = []
    for key in [f.key for m in modules if m in registry().modules for f in registry().modules[m].features]:
        with outside():
            tenant = Tenant.objects.get(pk=tenant_id)
        company = tenant.company()
        if key in company.features or key not in tenant.entitled or tenant.state != Tenant.State.READY:
            continue
        with serving(company):
            feature_enable(actor=system("billing"), key=key)
        opened.append(key)
    return opened
