"""What the platform needs to know of billing: one right, one page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import MenuNode, ModuleManifest, Permission

MANAGE = "billing.subscription.manage"

MANIFEST = ModuleManifest(
    key="billing",
    title=_("Subscription"),
    icon="credit-card",
    always_on=True,
    permissions=(Permission(MANAGE, _("See and change the subscription, its invoices and the card")),),
    menus=(
        MenuNode(
            "admin.company.subscription", _("Subscription"), parent="admin.company", icon="credit-card",
            route="/admin/subscription", permission=MANAGE, order=5,
        ),
    ),
)  # fmt: skip
