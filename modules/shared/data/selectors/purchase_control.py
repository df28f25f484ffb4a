"""Who may bind the company how far, and how exactly suppliers must keep to what was ordered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from modules.shared.data.models import Product, PurchaseLimit, PurchaseOrder, PurchaseTolerance
from modules.shared.data.rules.tolerance import Tolerance, quantity_allowed
from modules.shared.data.selectors.limits import limits_of
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.tenancy.context import current


def base_amount(order: PurchaseOrder) -> Decimal:
    """What the order is worth in company currency."""
    return round_money(order.total * order.exchange_rate, current().currency)


def authority(actor: Actor, order: PurchaseOrder) -> Decimal | None:
    """Up to what amount the actor may bind the company in the order's department; None: any amount. The owner and the
    system may; so may everybody while there are no limits. One query."""
    limits = limits_of(actor, PurchaseLimit, order.department)
    if limits is None:
        return None
    amounts: list[Decimal | None] = [x.amount for x in limits]
    return None if None in amounts else max((x for x in amounts if x is not None), default=Decimal(0))


class Tolerances:
    """The company's tolerances, read once; `of` picks the most particular row."""

    def __init__(self) -> None:
        self.rows = list(PurchaseTolerance.objects.all())

    def of(self, supplier_id: int, product_id: int | None, category_id: int | None) -> PurchaseTolerance:
        """Empty (exactly as ordered) where nothing was agreed."""
        fitting = [
            x
            for x in self.rows
            if x.supplier_id in (None, supplier_id)
            and x.product_id in (None, product_id)
            and x.category_id in (None, category_id)
        ]
        return max(fitting, key=_particular, default=PurchaseTolerance())

    def of_line(self, line: Any, supplier_id: int) -> PurchaseTolerance:
        return self.of(supplier_id, line.product_id, line.product.category_id)


def _particular(row: PurchaseTolerance) -> tuple[bool, bool, bool]:
    return (row.product_id is not None, row.supplier_id is not None, row.category_id is not None)


def allowances(row: PurchaseTolerance, product: Product, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """How much more and how much less may come of `quantity`, stock unit."""
    decimals = product.unit.decimals
    return (
        quantity_allowed(Tolerance(row.over_percent, row.over_quantity), quantity, decimals),
        quantity_allowed(Tolerance(row.under_percent, row.under_quantity), quantity, decimals),
    )
