"""Telling the shared orders how far their lines have come. The headers' status is derived there, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from modules.shared.data.services.line_progress import purchase_order_lines_record, sales_order_lines_record
from tenon.access.actor import Actor

SALES_LINE = "shared.sales_order_line"
PURCHASE_LINE = "shared.purchase_order_line"
Deltas = Mapping[int, Mapping[str, Decimal]]  # line id → {"delivered": …}


def record_sales(actor: Actor, deltas: Deltas) -> None:
    """Line id → what to add to reserved, delivered, returned. Raises OverDelivery."""
    if deltas:
        sales_order_lines_record(actor=actor, deltas=deltas)


def record_purchases(actor: Actor, deltas: Deltas) -> None:
    """Line id → what to add to received, rejected, returned. Raises OverDelivery beyond what the line allows."""
    if deltas:
        purchase_order_lines_record(actor=actor, deltas=deltas)


def record_reserved(actor: Actor, freed: Mapping[tuple[str, int], Decimal]) -> None:
    """Reservations changed by inventory itself: (demand entity, line id) → change. Other modules read them by port."""
    record_sales(
        actor,
        {line_id: {"reserved": delta} for (entity, line_id), delta in freed.items() if entity == SALES_LINE and delta},
    )
