"""The record of what was decided about a purchase order: who, when, old and new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from modules.shared.data.models import PurchaseOrder, PurchaseOrderChange, PurchaseOrderLine
from modules.shared.data.rules.differences import differences
from tenon.access.actor import Actor

Kind, State = PurchaseOrderChange.Kind, PurchaseOrderChange.State
HEAD = ("due_on", "freight", "payment_term_id", "supplier_reference")
LINE = ("product", "quantity", "unit", "unit_price", "discount", "due_on", "confirmed_on", "cancelled")
Picture = tuple[dict[str, Any], list[dict[str, Any]]]


def picture(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> Picture:
    """The order as its supplier sees it."""
    head = {name: getattr(order, name) for name in HEAD}
    return head, [
        {
            "line": x.pk, "position": x.position, "label": x.product.code, "product": x.product.code,
            "quantity": x.quantity, "unit": x.unit.code, "unit_price": x.unit_price, "discount": x.discount,
            "due_on": x.due_on, "confirmed_on": x.confirmed_on, "cancelled": x.cancelled,
        }
        for x in lines
    ]  # fmt: skip


def compared(before: Picture, after: Picture) -> list[dict[str, Any]]:
    return differences(before[0], after[0], before[1], after[1], LINE)


def change_record(
    actor: Actor,
    order: PurchaseOrder,
    kind: str,
    *,
    reason: str = "",
    state: str = State.DONE,
    found: Sequence[Mapping[str, Any]] = (),
    before: Decimal | None = None,
    after: Decimal | None = None,
    wanted: Mapping[str, Any] | None = None,
) -> PurchaseOrderChange:
    """One row of the record. `before` and `after` are totals in the order's currency; left out, its own."""
    row = PurchaseOrderChange(
        order=order, kind=kind, state=state, revision=order.revision, by=actor.label, reason=reason[:500],
        differences=list(found), wanted=dict(wanted) if wanted is not None else None,
        total_before=order.total if before is None else before, total_after=order.total if after is None else after,
    )  # fmt: skip
    row.save()
    return row
