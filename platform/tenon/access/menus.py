"""The administration area."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = (
    MenuNode("admin", _("Administration"), icon="settings", order=900),
    MenuNode("admin.company", _("Company"), parent="admin", order=10),
    MenuNode(
        "admin.company.modules", _("Modules and functions"), parent="admin.company", icon="blocks",
        route="/admin/modules", permission="access.feature.switch", order=10,
    ),
    MenuNode(
        "admin.company.menu", _("Menu"), parent="admin.company", icon="list-tree", route="/admin/menu",
        permission="access.menu.update", order=20,
    ),
    MenuNode(
        "admin.company.security", _("Security"), parent="admin.company", icon="shield-check", route="/admin/security",
        permission="access.company.update", order=30,
    ),
    MenuNode(
        "admin.company.support", _("Support access"), parent="admin.company", icon="life-buoy",
        route="/admin/support", permission="access.company.update", order=80,
    ),
    MenuNode(
        "admin.company.data", _("Company data"), parent="admin.company", icon="database", route="/admin/data",
        permission="access.company.export", order=90,
    ),
    MenuNode("admin.people", _("People and rights"), parent="admin", order=20),
    MenuNode("admin.people.members", parent="admin.people", entity="access.member", order=10),
    MenuNode("admin.people.departments", parent="admin.people", entity="access.department", order=20),
    MenuNode(
        "admin.people.roles", parent="admin.people", entity="access.role", permission="access.role.view", order=30
    ),
    MenuNode(
        "admin.people.grants", parent="admin.people", entity="access.grant", permission="access.grant.view", order=40
    ),
    MenuNode(
        "admin.people.rights", _("Who sees what"), parent="admin.people", icon="user-search", route="/admin/rights",
        permission="access.role.view", order=50,
    ),
    MenuNode("admin.integration", _("Integration"), parent="admin", order=30),
    MenuNode("admin.integration.api_keys", parent="admin.integration", entity="access.api_key", order=10),
    MenuNode(
        "admin.integration.dead_letters", _("Undelivered events"), parent="admin.integration", icon="mail-warning",
        route="/admin/dead-letters", permission="access.dead_letter.view", order=20,
    ),
)  # fmt: skip
