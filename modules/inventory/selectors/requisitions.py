"""How far requisitions have come."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from modules.inventory.models import Requisition, RequisitionCover, RequisitionLine
from modules.shared.contracts.budget import BudgetItem, OpenRequest
from modules.shared.contracts.refs import RecordRef
from tenon.money.rounding import round_money
from tenon.tenancy.context import current


def ordered_quantities(line_ids: Collection[int]) -> dict[int, Decimal]:
    """Requisition line → how much of it stands on purchase orders that live, stock unit. One query."""
    rows = RequisitionCover.objects.filter(line_id__in=line_ids).exclude(order_line__order__status="cancelled")
    return dict(rows.values_list("line_id").annotate(ordered=Sum("quantity")))


def request_items(row: Requisition) -> list[BudgetItem]:
    """What a requisition asks for and is not ordered, at the estimated prices. Two queries."""
    lines = list(RequisitionLine.objects.filter(requisition=row).select_related("requisition"))
    return _items(lines)


def open_requests() -> list[OpenRequest]:
    """What approved requisitions ask for and nobody has ordered. Two queries."""
    rows = RequisitionLine.objects.filter(requisition__status=Requisition.Status.APPROVED)
    lines = list(rows.select_related("requisition").order_by("requisition_id", "position"))
    return [
        OpenRequest(RecordRef("inventory.requisition", x.requisition_id, x.requisition.number), item)
        for x, item in zip(lines, _items(lines), strict=True)
        if item.amount > 0
    ]


def _items(lines: list[RequisitionLine]) -> list[BudgetItem]:
    ordered = ordered_quantities([x.pk for x in lines])
    out = []
    for line in lines:
        left = max(line.base_quantity - ordered.get(line.pk, Decimal(0)), Decimal(0))
        amount = round_money(line.unit_price * line.quantity * left / line.base_quantity, current().currency)
        head = line.requisition
        out.append(BudgetItem(line.product_id, line.needed_on or head.needed_on, amount, head.department_id))
    return out
