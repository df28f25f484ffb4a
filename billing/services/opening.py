"""What was bought is switched on, seeded and caught up, without anybody looking for a switch. What was bought again has
its switches as they were; it catches up with what happened while it was gone."""

from __future__ import annotations

from tenants.models import Tenant
from tenants.services.features import feature_enable
from tenon.access.actor import system
from tenon.events.dispatcher import catch_up
from tenon.registry.registry import registry
from tenon.tenancy.context import outside, serving


def modules_open(tenant_id: int, modules: list[str]) -> list[str]:
    """Switches the modules' functions on as far as the company is entitled to them. Returns what was opened."""
    known = registry().modules
    opened = []
    for key in [f.key for m in modules if m in known for f in known[m].features]:
        with outside():
            tenant = Tenant.objects.get(pk=tenant_id)
        company = tenant.company()
        if key in company.features or key not in tenant.entitled or tenant.state != Tenant.State.READY:
            continue
        with serving(company):
            feature_enable(actor=system("billing"), key=key)
        opened.append(key)
    with outside():
        company = Tenant.objects.get(pk=tenant_id).company()
    for module in modules:
        if module in known and company.working.has_module(module):
            catch_up(company, module)
    return opened
