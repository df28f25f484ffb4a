"""Which version of a bill holds when: the active one, until an approved change takes effect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from modules.production.models import BillOfMaterials, EngineeringChange, EngineeringChangeLine


@dataclass(frozen=True, order=True)
class Coming:
    """A version that replaces the one before it on a day."""

    on: date
    product: int
    bom: int


def coming(products: Collection[int] | None = None) -> list[Coming]:
    """The versions of approved changes that have not taken effect yet, the first to do so first; one query."""
    rows = EngineeringChangeLine.objects.filter(change__status=EngineeringChange.Status.APPROVED)
    if products is not None:
        rows = rows.filter(bom__product__in=products)
    found = rows.order_by("change__effective_on", "change_id", "id")
    return [Coming(*row) for row in found.values_list("change__effective_on", "bom__product_id", "bom_id")]


def bom_for(product_id: int, day: date) -> BillOfMaterials | None:
    """The bill that an order beginning on that day is made by."""
    due = [c.bom for c in coming([product_id]) if c.on <= day]
    if due:
        return BillOfMaterials.objects.get(pk=due[-1])
    return BillOfMaterials.objects.filter(product_id=product_id, is_active=True).first()
