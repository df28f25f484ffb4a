"""What the platform needs to know of access: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.access import entities, menus, permissions
from tenon.registry.types import Limit, ModuleManifest, RoleTemplate, Schedule

ROLES = (
    RoleTemplate("owner", _("Owner")),
    RoleTemplate("admin", _("Administrator")),
    RoleTemplate("sales", _("Sales"), scope="own"),
    RoleTemplate("sales_manager", _("Sales manager"), scope="subtree"),
    RoleTemplate("buyer", _("Buyer")),
    RoleTemplate("purchasing_manager", _("Purchasing manager"), includes=("buyer",)),
    RoleTemplate("warehouse", _("Warehouse keeper")),
    RoleTemplate("planner", _("Planner")),
    RoleTemplate("shop_floor", _("Shop floor")),
    RoleTemplate("accountant", _("Accountant")),
    RoleTemplate("viewer", _("Viewer")),
)

MANIFEST = ModuleManifest(
    key="access",
    title=_("People and rights"),
    icon="shield",
    always_on=True,
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    limits=(
        Limit("access.members", _("People"), "tenon.access.services.guards.seats_used"),
        Limit("access.api_calls", _("API calls a day"), "tenon.api.calls.calls_today", "per_day"),
    ),
    schedules=(Schedule("access.grants_over", "tenon.access.services.grants.forget_grants_over", "*/10 * * * *"),),
    roles=ROLES,
)
