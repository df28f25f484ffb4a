"""Changes of value without a movement: written down with what was before, and posted where the goods are or went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum

from modules.inventory.models import VALUED, DeliveryLine, ReceiptLine, StockMove, StockValueChange
from modules.inventory.services.posting import entry, post_entries
from modules.shared.contracts.posting import PostingKind, PostingLine
from modules.shared.contracts.refs import RecordRef
from tenon.records.service import frame, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
Kind = StockValueChange.Kind
# Of the stock itself: the posting that brings the amount in.
INTO_STOCK: dict[str, PostingKind] = {
    Kind.LANDED_COST: "landed_cost", Kind.PRICE_DIFFERENCE: "price_difference", Kind.REVALUATION: "stock_revaluation",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """`amount`: what stock gains. With `layer` (its id) or neither it is the stock's own; with `move` it is what that
    move costs less, or, for a move that came in, what it is worth more."""

    product_id: int
    kind: str
    amount: Decimal
    layer: int | None = None
    move: int | None = None
    before: Decimal = ZERO
    at: datetime | None = None
    dimensions: Mapping[str, Any] = field(default_factory=dict)


def changes_write(
    changes: Sequence[Change], at: datetime, source: RecordRef | None, moves: Mapping[int, int] | None = None
) -> None:
    """Writes the changes and posts them. `moves`: names of moves that have just got an id. Raises PeriodClosed."""
    if not changes:
        return
    ids = {c.move: (moves or {}).get(c.move, c.move) for c in changes if c.move is not None}
    known = _moves(set(ids.values()))
    so_far = _changed_so_far(set(known))
    rows: list[StockValueChange] = []
    zone = ZoneInfo(current().time_zone)
    amounts: dict[tuple[PostingKind, Any], list[PostingLine]] = defaultdict(list)
    dimensions = _dimensions(known)
    for c in changes:
        before, after, move = c.before, c.before + c.amount, None
        if c.move is not None:
            move = known[ids[c.move]]
            sign = 1 if move.came_in else -1
            before = move.value + sign * so_far[move.pk]
            so_far[move.pk] += c.amount
            after = before + sign * c.amount
        when = c.at or at
        if move is not None:
            when = max(when, move.moved_at)  # on the day itself the goods had not gone yet
        rows.append(
            StockValueChange(
                product_id=c.product_id, changed_at=when, kind=c.kind, layer_id=c.layer,
                move_id=move.pk if move else None, amount=c.amount, before=before, after=after,
                source_entity=source.entity if source else "", source_id=source.id if source else None,
                source_label=source.label if source else "",
            )
        )  # fmt: skip
        kind, amount, more = _posting(c, move, dimensions)
        line = PostingLine(amount, product_id=c.product_id, note=str(Kind(c.kind).label), **{**more, **c.dimensions})
        amounts[(kind, when.astimezone(zone).date())].append(line)
    StockValueChange.objects.bulk_create(rows, batch_size=500)
    touch_ids(StockValueChange, "insert", {r.pk for r in rows})
    about = source or RecordRef("", 0, "")
    post_entries(frame().actor, [entry(kind, on, about, lines) for (kind, on), lines in amounts.items()])


@dataclass(frozen=True)
class _Move:
    pk: int
    kind: str
    value: Decimal
    moved_at: datetime
    came_in: bool
    source_entity: str
    source_id: int | None
    source_line_id: int | None


def _moves(ids: Collection[int]) -> dict[int, _Move]:
    rows = StockMove.objects.filter(pk__in=ids).values_list(
        "pk", "kind", "value", "moved_at", "to_location__kind", "source_entity", "source_id", "source_line_id"
    )
    return {
        pk: _Move(pk, kind, value, at, to in VALUED, entity, source, line)
        for pk, kind, value, at, to, entity, source, line in rows
    }


def _changed_so_far(ids: Collection[int]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = StockValueChange.objects.filter(move_id__in=ids).values_list("move_id")
    found.update({pk: total for pk, total in rows.annotate(total=Sum("amount")) if pk is not None})
    return found


def _posting(
    change: Change, move: _Move | None, dimensions: Mapping[int, dict[str, Any]]
) -> tuple[PostingKind, Decimal, dict[str, Any]]:
    """The posting of one change, its amount in that posting's sense, and whom it concerns."""
    if move is None:
        if change.kind in INTO_STOCK:
            return INTO_STOCK[change.kind], change.amount, {}
        return "cost_variance", -change.amount, {}
    more = dimensions.get(move.pk, {})
    if move.kind == StockMove.Kind.DELIVERY_RETURN:
        return "delivery_return", change.amount, {**more, "component": "material"}
    if move.came_in or move.kind == StockMove.Kind.RECEIPT_RETURN:
        return "cost_variance", -change.amount, more
    if move.kind == StockMove.Kind.DELIVERY:
        return "delivery", -change.amount, {**more, "component": "material"}
    if move.kind == StockMove.Kind.PRODUCTION_ISSUE:
        return "consumption_variance", -change.amount, {"production_order_id": move.source_id}
    return "stock_adjustment", change.amount, {}


def _dimensions(moves: Mapping[int, _Move]) -> dict[int, dict[str, Any]]:
    """Move → the order and party its document belongs to. Two queries at most."""
    out: dict[int, dict[str, Any]] = {}
    shipped: dict[int | None, list[int]] = defaultdict(list)
    bought: dict[int | None, list[int]] = defaultdict(list)
    for m in moves.values():
        if m.source_entity == "inventory.delivery":
            shipped[m.source_line_id].append(m.pk)
        elif m.source_entity == "inventory.receipt":
            bought[m.source_line_id].append(m.pk)
    if shipped:
        rows = DeliveryLine.objects.filter(pk__in=list(shipped)).values_list(
            "pk", "order_line_id", "delivery__order_id", "delivery__customer_id"
        )
        for line, order_line, order, customer in rows:
            for pk in shipped[line]:
                out[pk] = {"sales_order_id": order, "sales_order_line_id": order_line, "party_id": customer}
    if bought:
        lines = ReceiptLine.objects.filter(pk__in=list(bought)).values_list(
            "pk", "order_line_id", "receipt__supplier_id"
        )
        for line, order_line, supplier in lines:
            for pk in bought[line]:
                out[pk] = {"purchase_order_line_id": order_line, "party_id": supplier}
    return out
