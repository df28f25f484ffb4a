"""Documents of stock that are not posted yet: the ledger does not know them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Delivery, LandedCost, Receipt, StockAdjustment
from modules.shared.contracts.closing import OpenWork

KINDS = (
    (Receipt, "received_on", "inventory.receipt", _("Receipts not posted")),
    (Delivery, "shipped_on", "inventory.delivery", _("Deliveries not shipped")),
    (StockAdjustment, "adjusted_on", "inventory.adjustment", _("Stock adjustments not posted")),
    (LandedCost, "costed_on", "inventory.landed_cost", _("Landed costs not posted")),
)  # fmt: skip


def unposted(until: date) -> list[OpenWork]:
    """Drafts dated up to `until`, by kind; kinds without any are left out."""
    out = []
    for model, day, entity, label in KINDS:
        count = model._default_manager.filter(status="draft", **{f"{day}__lte": until}).count()
        if count:
            out.append(OpenWork(label, count, entity, {"status": "draft"}))
    return out
