"""What the platform needs to know of CRM."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.crm import entities, menus, permissions
from modules.shared.contracts.events import LeadConverted, QuoteAccepted
from tenon.registry.types import Feature, ModuleManifest

MANIFEST = ModuleManifest(
    key="crm",
    title=_("CRM"),
    icon="handshake",
    description=_("Leads, opportunities and quotes, up to the customer's order."),
    enhances=("inventory", "production", "finance"),
    features=(
        Feature("crm.leads", _("Leads and activities"), core=True),
        Feature("crm.opportunities", _("Opportunities")),
        Feature("crm.quotes", _("Quotes")),
    ),
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    publishes=(LeadConverted, QuoteAccepted),
)
