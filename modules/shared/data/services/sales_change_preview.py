"""What a change of a confirmed order would do to stock, purchases and production: tried, and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import OpenSupply, StockReservation
from modules.shared.data.models import SalesOrder
from modules.shared.data.services.sales_changes import sales_order_change
from modules.shared.data.services.sales_order_states import LINE_ENTITY
from tenon.access.actor import Actor
from tenon.ports import find, find_all
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
class Surplus:
    """A supply for a line that would need less than it brings: nobody changes it but the one who answers for it."""

    supply: RecordRef
    quantity: Decimal
    due_on: date


@dataclass(frozen=True)
class LineEffect:
    line_id: int | None  # None: a new line
    position: int
    before: LineState | None
    after: LineState
    surplus: tuple[Surplus, ...] = field(default_factory=tuple)


class _Undo(Exception):
    def __init__(self, effects: list[LineEffect]) -> None:
        self.effects = effects


def sales_change_preview(*, actor: Actor, order: SalesOrder, lines: Sequence[Mapping[str, Any]]) -> list[LineEffect]:
    """The lines that the change would touch, before and after. Nothing is written. Raises what the change raises."""
    actor.require("shared.sales_order.change")
    try:
        with acting(actor):
            before, _supplies = _state(order)
            sales_order_change(actor=actor, order=order, lines=lines)
            after, supplies = _state(order)
            raise _Undo(_effects(before, after, supplies))
    except _Undo as undone:
        return undone.effects


_State = dict[int, tuple[int, LineState]]


def _state(order: SalesOrder) -> tuple[_State, dict[int, list[Surplus]]]:
    """Line id → position and state; line id → what is still to come for it."""
    rows = list(order.lines.select_related("product__unit").order_by("position", "id"))
    products = sorted({row.product_id for row in rows})
    ids = {row.pk for row in rows}
    supplies = [s for provider in find_all(OpenSupply) for s in provider.open_supply(products)]
    by_source = {(s.source.entity, s.source.id): s for s in supplies}
    coming: dict[int, list[Surplus]] = defaultdict(list)
    for supply in supplies:
        if supply.peg is not None and supply.peg.entity == LINE_ENTITY and supply.peg.id in ids:
            coming[supply.peg.id].append(Surplus(supply.source, supply.quantity, supply.due_on))
    reservation = find(StockReservation)
    for claim in reservation.claims(products) if reservation else ():
        found = by_source.get((claim.supply.entity, claim.supply.id))
        if claim.line.entity == LINE_ENTITY and claim.line.id in ids and found is not None and found.peg is None:
            coming[claim.line.id].append(Surplus(claim.supply, claim.quantity, found.due_on))
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


def _effects(before: _State, after: _State, supplies: Mapping[int, list[Surplus]]) -> list[LineEffect]:
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
                surplus.append(Surplus(supply.supply, take, supply.due_on))
        effects.append(
            LineEffect(key if old is not None else None, position, old[1] if old else None, state, tuple(surplus))
        )
    return effects
