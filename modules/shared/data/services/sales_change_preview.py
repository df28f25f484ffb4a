"""What changing or cancelling a confirmed order would do to stock, purchases and production, and what is charged for
it: tried, and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from modules.shared.contracts.posting import DraftBill, DraftBills
from modules.shared.data.models import CancellationCharge, SalesOrder, SalesOrderLine
from modules.shared.data.selectors.order_supplies import Coming, coming_for
from modules.shared.data.selectors.sales_change_limits import Weighed
from modules.shared.data.services.sales_changes import change_begin
from modules.shared.data.services.sales_order_states import sales_order_cancel, sales_order_close
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.records.service import acting

ZERO = Decimal(0)


@dataclass(frozen=True)
class LineState:
    """A line at one moment; `coming` is what is made, bought or claimed for it and still to come."""

    product: str
    unit: str
    open_quantity: Decimal
    reserved: Decimal
    promised_on: date | None
    coming: Decimal
    total: Decimal
    invoiced: Decimal


@dataclass(frozen=True)
class LineEffect:
    """`surplus`: supplies that would bring more than the line needs; `bills`: drafts of invoices that ask for another
    price, or for more, than the line then has. Nobody changes them but who answers for them."""

    line_id: int | None  # None: a new line
    position: int
    before: LineState | None
    after: LineState
    surplus: tuple[Coming, ...] = field(default_factory=tuple)
    bills: tuple[DraftBill, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Effects:
    lines: list[LineEffect]
    charge: CancellationCharge | None = None  # not saved
    weighed: Weighed | None = None  # of a change: what the order is worth, and what it goes beyond


class _Undo(Exception):
    def __init__(self, effects: Effects) -> None:
        self.effects = effects


def sales_change_preview(*, actor: Actor, order: SalesOrder, lines: Sequence[Mapping[str, Any]]) -> Effects:
    """The lines that the change would touch, before and after, as if nobody had to approve it, and whether somebody
    has to. Nothing is written. Raises what the change raises."""
    actor.require("shared.sales_order.change")
    found: list[Weighed] = []

    def do() -> None:
        change, weighed = change_begin(actor, order, lines)
        found.append(weighed)
        change.write(actor, "")

    return replace(_tried(actor, order, do), weighed=found[0])


def sales_cancel_preview(*, actor: Actor, order: SalesOrder) -> Effects:
    """The same of cancelling it. Raises what cancelling raises."""
    actor.require("shared.sales_order.cancel")
    return _tried(actor, order, lambda: sales_order_cancel(actor=actor, order=order))


def sales_close_preview(*, actor: Actor, order: SalesOrder) -> Effects:
    """The same of closing it, with what the customer may be charged. Raises what closing raises."""
    actor.require("shared.sales_order.close")
    return _tried(actor, order, lambda: sales_order_close(actor=actor, order=order, charge_customer=True))


def _tried(actor: Actor, order: SalesOrder, do: Callable[[], object]) -> Effects:
    try:
        with acting(actor):
            last = CancellationCharge.objects.filter(sales_order=order).order_by("-pk").values_list("pk").first()
            before, _supplies, _rows = _state(order)
            do()
            after, supplies, rows = _state(order)
            charges = CancellationCharge.objects.filter(sales_order=order, pk__gt=last[0] if last else 0)
            effects = _effects(before, after, supplies, _bills(rows))
            raise _Undo(Effects(effects, charges.first()))
    except _Undo as undone:
        return undone.effects


_State = dict[int, tuple[int, LineState]]


def _state(order: SalesOrder) -> tuple[_State, dict[int, list[Coming]], list[SalesOrderLine]]:
    """Line id → position and state; line id → what is still to come for it; the lines."""
    rows = list(order.lines.select_related("product__unit").order_by("position", "id"))
    coming = coming_for(rows)
    states = {
        row.pk: (
            row.position,
            LineState(
                str(row.product), row.product.unit.code, row.open_quantity, row.reserved, row.promised_on,
                sum((s.quantity for s in coming[row.pk]), ZERO), row.total, row.invoiced,
            ),
        )
        for row in rows
    }  # fmt: skip
    return states, coming, rows


def _bills(rows: Sequence[SalesOrderLine]) -> dict[int, list[DraftBill]]:
    """Line id → drafts of invoices that do not fit it any more."""
    drafts = find(DraftBills)
    lines = {row.pk: row for row in rows}
    found: dict[int, list[DraftBill]] = defaultdict(list)
    for bill in drafts.of_order(rows[0].order_id) if drafts and rows else ():
        row = lines.get(bill.line_id)
        if row is None:
            continue
        left = max(row.base_quantity - row.cancelled, row.delivered - row.returned) - row.invoiced
        # In the unit of the bill, which need not be the line's.
        price = row.unit_price * (100 - row.discount) if row.unit_id == bill.unit_id else None
        if bill.base_quantity > left or (price is not None and price != bill.unit_price * (100 - bill.discount)):
            found[row.pk].append(bill)
    return found


def _effects(
    before: _State,
    after: _State,
    supplies: Mapping[int, list[Coming]],
    bills: Mapping[int, list[DraftBill]],
) -> list[LineEffect]:
    effects = []
    for key, (position, state) in after.items():
        old = before.get(key)
        if old is not None and old[1] == state and not bills.get(key):
            continue
        over = state.reserved + state.coming - state.open_quantity
        surplus = []
        # What comes last is what is not needed.
        for supply in sorted(supplies.get(key, ()), key=lambda s: s.due_on, reverse=True):
            take = min(supply.quantity, over)
            if take > 0:
                over -= take
                surplus.append(Coming(supply.supply, take, supply.due_on))
        effects.append(
            LineEffect(
                key if old is not None else None,
                position,
                old[1] if old else None,
                state,
                tuple(surplus),
                tuple(bills.get(key, ())),
            )
        )
    return effects
