"""Sample data of inventory: a count of the sample articles, ready to be posted. As long as it is a draft, all of it can
be removed again; posting it brings stock to try the rest with."""

from __future__ import annotations

from decimal import Decimal

from modules.inventory.models import StockAdjustment
from modules.inventory.services.adjustment import adjustment_create
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.tenancy.context import Company

COUNTED = {
    "S-BK-T79U-46": 12, "S-BK-M68S-38": 6, "S-HL-U509": 85, "S-WB-H098": 240, "S-TI-R982": 48, "S-PD-R563": 25,
}  # fmt: skip


def sample(*, actor: Actor, company: Company) -> None:
    if not actor.can("inventory.adjustment.create"):
        return
    zh = company.language.lower().startswith("zh")
    products = {p.code: p for p in Product.objects.filter(code__in=COUNTED)}
    lines = [
        {"product": products[code], "quantity": Decimal(count), "unit_cost": products[code].standard_cost}
        for code, count in COUNTED.items()
    ]
    reason = "期初库存（示例）" if zh else "First stock (sample)"
    adjustment_create(actor=actor, kind=StockAdjustment.Kind.OPENING, reason=reason, lines=lines)
