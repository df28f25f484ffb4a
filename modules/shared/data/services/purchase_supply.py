"""Telling those who count on purchases that less of them, or later, is to come, or nothing more."""

from __future__ import annotations

from collections.abc import Sequence

from modules.shared.contracts.events import SupplyMoved
from modules.shared.contracts.purchasing import OutsideWork
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockReservation
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from modules.shared.data.models.purchase_order import OUTSIDE_WORK
from modules.shared.data.services.line_writing import Snapshot
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.records.service import frame, publish

ENTITY = "shared.purchase_order_line"


def supply_moved(order: PurchaseOrder, before: Snapshot, lines: Sequence[PurchaseOrderLine]) -> None:
    """Tells of lines whose day changed; `before` as they were."""
    moved = tuple(
        line.pk
        for line in lines
        if line.pk in before
        and any(getattr(line, name) != before[line.pk][name] for name in ("due_on", "confirmed_on"))
    )
    if moved:
        publish(SupplyMoved(ENTITY, moved, order.number))


def supply_shrunk(lines: Sequence[PurchaseOrderLine]) -> None:
    """Claims on these lines beyond what is still to come are let go, in the same transaction."""
    reservation = find(StockReservation)
    if reservation is not None and lines:
        reservation.supply_changed(actor=frame().actor, supplies=[RecordRef(ENTITY, line.pk) for line in lines])


def outside_work_ends(actor: Actor, order: PurchaseOrder, reason: str) -> None:
    """Before the order is locked: production locks its own first. Raises StateRefused."""
    port = find(OutsideWork)
    pegs = [peg for peg in order.lines.order_by("pk").values_list("peg", flat=True) if peg]
    works = [RecordRef(OUTSIDE_WORK, peg["id"], peg.get("label", "")) for peg in pegs if peg["entity"] == OUTSIDE_WORK]
    if port is not None and works:
        port.ends(actor=actor, works=works, reason=reason)
