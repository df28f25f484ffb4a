"""What changing or cancelling a confirmed order would do to stock, purchases and production, and what is charged for
it: tried, and undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from modules.shared.data.models import CancellationCharge, SalesOrder
from modules.shared.data.selectors.order_supplies import Coming, coming_for
from modules.shared.data.services.sales_changes import sales_order_change
from modules.shared.data.services.sales_order_states import sales_order_cancel, sales_order_close
from tenon.access.actor import Actor
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


@dataclass(frozen=True)
class LineEffect:
    """`surplus`: supplies that would bring more than the line needs: nobody changes them but who answers for them."""

    line_id: int | None  # None: a new line
    position: int
    before: LineState | None
    after: LineState
    surplus: tuple[Coming, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Effects:
    lines: list[LineEffect]
    charge: CancellationCharge | None = None  # not saved


class _Undo(Exception):
    def __init__(self, effects: Effects) -> None:
        self.effects = effects


def sales_change_preview(*, actor: Actor, order: SalesOrder, lines: Sequence[Mapping[str, Any]]) -> Effects:
    """The lines that the change would touch, before and after. Nothing is written. Raises what the change raises."""
    actor.require("shared.sales_order.change")
    return _tried(actor, order, lambda: sales_order_change(actor=actor, order=order, lines=lines))


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
            before, _supplies = _state(order)
            do()
            after, supplies = _state(order)
            charges = CancellationCharge.objects.filter(sales_order=order, pk__gt=last[0] if last else 0)
            raise _Undo(Effects(_effects(before, after, supplies), charges.first()))
    except _Undo as undone:
        return undone.effects


_State = dict[int, tuple[int, LineState]]


def _state(order: SalesOrder) -> tuple[_State, dict[int, list[Coming]]]:
    """Line id → position and state; line id → what is still to come for it."""
    rows = list(order.lines.select_related("product__unit").order_by("position", "id"))
    coming = coming_for(rows)
    states = {
        row.pk: (
            row.position,
            LineState(
                str(row.product), row.product.unit.code, row.open_quantity, row.reserved, row.promised_on,
                sum((s.quantity for s in coming[row.pk]), ZERO), row.total,
            ),
        )
        for row in rows
    }  # fmt: skip
    return states, coming


def _effects(before: _State, after: _State, supplies: Mapping[int, list[Coming]]) -> list[LineEffect]:
    effects = []
    for key, (position, state) in after.items():
        old = before.get(key)
        if old is not None and old[1] == state:
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
            LineEffect(key if old is not None else None, position, old[1] if old else None, state, tuple(surplus))
        )
    return effects
