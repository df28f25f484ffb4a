"""What the platform needs to know of access: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.access import entities, menus, permissions
from tenon.registry.types import ModuleManifest, RoleTemplate

ROLES = (
    RoleTemplate("owner", _("Owner")),
    RoleTemplate("admin", _("Administrator")),
    RoleTemplate("sales", _("Sales"), scope="own"),
    RoleTemplate("sales_manager", _("Sales manager"), scope="subtree"),
    RoleTemplate("buyer", _("Buyer")),
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
    roles=ROLES,
)
