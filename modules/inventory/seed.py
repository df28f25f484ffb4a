"""What a new company starts with: one warehouse with a stock place, and the places outside."""

from __future__ import annotations

from modules.inventory.models import Location, ProvisionBand, Warehouse
from modules.inventory.services.place import place_new, warehouse_new
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company

# kind, code, English, Chinese
OUTSIDE: tuple[tuple[str, str, str, str], ...] = (
    (Location.Kind.SUPPLIER, "SUPPLIERS", "Suppliers", "供应商"),
    (Location.Kind.CUSTOMER, "CUSTOMERS", "Customers", "客户"),
    (Location.Kind.PRODUCTION, "PRODUCTION", "Production", "生产"),
    (Location.Kind.SCRAP, "SCRAP", "Scrap", "报废"),
    (Location.Kind.INVENTORY, "DIFFERENCES", "Stock differences", "盘点差异"),
)

# Older than days → percent of the value: a proposal to begin with, for the accountant to change.
PROVISION = ((180, 10), (365, 30), (730, 60), (1095, 100))


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    """Idempotent."""
    zh = company.language.lower().startswith("zh")
    with acting(actor):
        there = set(Location.objects.values_list("kind", flat=True))
        for kind, code, name, name_zh in OUTSIDE:
            if kind not in there:
                place_new(kind=kind, code=code, name=name_zh if zh else name)
        if not ProvisionBand.objects.exists():
            for days, percent in PROVISION:
                ProvisionBand(from_days=days, percent=percent).save()
        if not Warehouse.objects.exists():
            warehouse_new(code="MAIN", name="主仓库" if zh else "Main warehouse", name_zh="主仓库")
