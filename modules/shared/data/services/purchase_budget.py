"""Asking the budget before the company is bound to a purchase order. Without budgets nothing is asked."""

from __future__ import annotations

from collections.abc import Iterable

from modules.shared.contracts.budget import BudgetControl, BudgetItem
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.tenancy.context import current


def need_budget(
    actor: Actor,
    order: PurchaseOrder,
    lines: Iterable[PurchaseOrderLine],
    *,
    reason: str = "",
) -> None:
    """For what is still to come of the lines as they would stand. Raises BudgetExceeded."""
    control = find(BudgetControl)
    if control is None:
        return
    items = []
    for line in lines:
        by_receipt = line.product.kind == "goods" and current().has_module("inventory")
        left = line.base_quantity - line.cancelled - (line.received if by_receipt else line.invoiced)
        if left > 0:
            amount = round_money(line.subtotal * order.exchange_rate * left / line.base_quantity, current().currency)
            on = line.due_on or order.due_on or order.ordered_on
            items.append(BudgetItem(line.product_id, on, amount, order.department_id))
    control.check(
        actor=actor, document=RecordRef("shared.purchase_order", order.pk, order.number), items=items,
        reason=reason,
    )  # fmt: skip
