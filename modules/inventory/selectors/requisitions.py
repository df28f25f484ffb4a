"""How far requisitions have come."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from modules.inventory.models import RequisitionCover


def ordered_quantities(line_ids: Collection[int]) -> dict[int, Decimal]:
    """Requisition line → how much of it stands on purchase orders that live, stock unit. One query."""
    rows = RequisitionCover.objects.filter(line_id__in=line_ids).exclude(order_line__order__status="cancelled")
    return dict(rows.values_list("line_id").annotate(ordered=Sum("quantity")))
