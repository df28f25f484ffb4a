"""The dated history of reservations: written by what changes them by hand or by rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modules.inventory.models import ReservationChange
from modules.shared.contracts.refs import RecordRef
from tenon.records.service import touch_ids

Kind = ReservationChange.Kind


def change_of(
    kind: str,
    product_id: int,
    quantity: Decimal,
    *,
    giver: RecordRef | None = None,
    taker: RecordRef | None = None,
    supply: str = "",
    reason: str = "",
) -> ReservationChange:
    """One line of history, not yet written: from whom, to whom, how much and why."""
    return ReservationChange(
        kind=kind, product_id=product_id, quantity=quantity, supply_label=supply[:60], reason=reason[:200],
        from_entity=giver.entity if giver else "", from_id=giver.id if giver else None,
        from_label=giver.label[:60] if giver else "",
        to_entity=taker.entity if taker else "", to_id=taker.id if taker else None,
        to_label=taker.label[:60] if taker else "",
    )  # fmt: skip


def remember(changes: Sequence[ReservationChange]) -> None:
    if changes:
        rows = ReservationChange.objects.bulk_create(changes)
        touch_ids(ReservationChange, "insert", {row.pk for row in rows})
