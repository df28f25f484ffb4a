"""Late entries: when a move or a cost is entered for a day before others, the moves after it are valued once more in
the order of their days, and what comes out differently is posted as a correction on the day of the move it corrects
(domain rule 7). Nothing is rewritten, and telling the same history again corrects nothing.

The work is bounded: it begins where the product was last empty before that day, and a history that is longer than
LONGEST is refused. Who calls holds the product's cost row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from modules.inventory.models import VALUED, DeliveryLine, ProductCost, ReceiptLine, StockMove, StockValueChange
from modules.inventory.rules.replay import Fact, Told, Unfit, tell_again
from modules.inventory.rules.valuation import Stock, Use
from modules.inventory.services.layers import Book, write_layers
from modules.inventory.services.value_changes import Change, changes_write
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.problems import StateRefused

ZERO = Decimal(0)
LONGEST = 20_000  # moves of one product since it was last empty
Kind = StockValueChange.Kind
_HOLDS = [str(kind) for kind in VALUED]


@dataclass
class History:
    """A product's facts since it was last empty, and what stands for them."""

    facts: list[Fact] = field(default_factory=list)
    inward: set[int] = field(default_factory=set)
    standing: dict[int, Decimal] = field(default_factory=dict)  # move → what stands for it, late costs and all
    layers: dict[int, tuple[int, Decimal]] = field(default_factory=dict)  # move → its layer's id, and what is left
    whole: bool = True  # every layer is that of a move: none from before layers were kept


def history_correct(
    costs: Collection[ProductCost], *, since: datetime, step: Decimal, source: RecordRef | None
) -> None:
    """Corrects what moves after `since` have cost, for products at moving average or FIFO that owe nothing. Changes the
    cost rows in memory: the caller writes them. Raises StateRefused on too long a history, PeriodClosed."""
    for cost in costs:
        if cost.method == Product.CostMethod.STANDARD or cost.quantity < 0:
            continue
        if cost.method_since is not None and since < cost.method_since:
            continue
        history = history_read(cost.product_id, since)
        if not history.whole:
            continue
        stock = Stock(cost.method, step)
        try:
            told = tell_again(stock, history.facts)
        except Unfit:
            continue
        _correct(cost, history, told, since, source)


def _correct(cost: ProductCost, history: History, told: Told, since: datetime, source: RecordRef | None) -> None:
    changes = []
    for move, standing in history.standing.items():
        more = told.cost[move] - standing
        if more:
            gain = more if move in history.inward else -more
            changes.append(Change(cost.product_id, Kind.BACKDATED, gain, move=move, at=since))
    value = cost.value + sum((c.amount for c in changes), ZERO)
    if told.stock.value != value:  # what nobody could bear, and roundings of late costs
        rest = told.stock.value - value
        changes.append(Change(cost.product_id, Kind.BACKDATED, rest, before=value, at=since))
    _write_uses(cost.product_id, history, told)
    cost.value, cost.last_unit_cost = told.stock.value, told.stock.last_unit_cost
    changes_write(changes, since, source)


def _write_uses(product_id: int, history: History, told: Told) -> None:
    """Who took what from which layer, where it has come out differently."""
    known = {pk: move for move, (pk, _left) in history.layers.items()}
    standing: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    with connection.cursor() as cursor:
        cursor.execute(
            """select layer_id, move_id, sum(quantity) from inventory_layeruse where layer_id = any(%s)
                group by 1, 2 having sum(quantity) <> 0""",
            [list(known)],
        )
        for layer, move, quantity in cursor.fetchall():
            standing[(known[layer], move)] = quantity
    book = Book({product_id: told.stock})
    for move, (pk, left) in history.layers.items():
        layer = told.layers[move]
        layer.key = pk
        book.known[pk] = (layer, left, Decimal(-1), layer.value)  # its worth is written in any case
    for key in sorted({*standing, *told.uses}):
        difference = told.uses.get(key, ZERO) - standing.get(key, ZERO)
        if difference:
            of = told.layers[key[0]]
            value = (of.value * difference / of.quantity).quantize(Decimal("0.0001"))
            book.uses.append(Use(of, key[1], difference, value))
    write_layers(book, datetime.now().astimezone(), {})


def history_read(product_id: int, since: datetime) -> History:
    """Four to six queries. Raises StateRefused on too long a history."""
    rows = _moves(product_id, since)
    if len(rows) > LONGEST:
        raise StateRefused(
            _("More has moved since than can be valued again: enter it for a later day."), product=product_id
        )
    out = History()
    ids = [row["id"] for row in rows]
    undone = _undone(rows)
    changed, late = _changes(ids, product_id)
    out.layers, own, out.whole = _layers(product_id, ids)
    order: list[tuple[datetime, int, int, Fact]] = []
    for row in rows:
        pk, by_kind = row["id"], changed.get(row["id"], {})
        sign = 1 if row["sign"] > 0 else -1
        entered_late = sum((by_kind.get(k, ZERO) for k in (Kind.BACKDATED, Kind.COVER, Kind.VARIANCE)), ZERO)
        value = row["value"] + sign * entered_late
        undoes = undone.get((row["kind"], row["source_line_id"], row["lot"]), ())
        if row["sign"] < 0:
            fact = Fact("out", pk, row["valued"], value, row["lot"], undoes)
        elif row["kind"] == StockMove.Kind.DELIVERY_RETURN:
            fact = Fact("back", pk, row["valued"], value, row["lot"], undoes, pk in out.layers)
        else:
            fact = Fact("in", pk, row["valued"], row["value"], row["lot"])
        if fact.what != "in":
            out.standing[pk] = row["value"] + sign * sum(by_kind.values(), ZERO)
        if sign > 0:
            out.inward.add(pk)
        if fact.what == "in" or fact.own_layer:
            out.whole = out.whole and own.get(pk) == row["valued"]
        order.append((row["moved_at"], 0, row["sequence"], fact))
    order += [(at, 1, pk, Fact("late", move, value=amount)) for pk, at, move, amount in late]
    out.facts = [fact for *_when, fact in sorted(order, key=lambda x: x[:3])]
    return out


def _moves(product_id: int, since: datetime) -> list[dict[str, Any]]:
    """Moves across our border, in the order of their days, by the quantity that they are valued by, since the product
    was last empty before `since`."""
    columns = "id, sequence, moved_at, kind, lot, valued, value, sign, source_entity, source_line_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""with crossing as (
                  select m.*, s.sign, s.valued, sum(s.sign * s.valued) over (order by m.moved_at, m.sequence) as there,
                         row_number() over (order by m.moved_at, m.sequence) as n
                    from inventory_stockmove m
                    join inventory_location f on f.id = m.from_location_id
                    join inventory_location t on t.id = m.to_location_id
                   cross join lateral (select (t.kind = any(%s))::int - (f.kind = any(%s))::int as sign,
                                              coalesce(m.second_quantity, m.quantity) as valued) s
                   where m.product_id = %s and s.sign <> 0 and s.valued <> 0)
                select {columns} from crossing
                 where n > coalesce((select max(n) from crossing where there = 0 and moved_at < %s), 0)
                 order by n limit %s""",
            [_HOLDS, _HOLDS, product_id, since, LONGEST + 1],
        )
        names = columns.split(", ")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _undone(rows: list[dict[str, Any]]) -> dict[tuple[str, int, str], tuple[int, ...]]:
    """(kind, line, lot) of a return → the moves of the line that it takes back."""
    out: dict[tuple[str, int, str], tuple[int, ...]] = {}
    returns = (
        (StockMove.Kind.DELIVERY_RETURN, DeliveryLine, "inventory.delivery"),
        (StockMove.Kind.RECEIPT_RETURN, ReceiptLine, "inventory.receipt"),
    )
    for kind, model, entity in returns:
        lines = {row["source_line_id"] for row in rows if row["kind"] == kind}
        if not lines:
            continue
        origins = dict(model.objects.filter(pk__in=lines).values_list("pk", "original_id"))
        moves: dict[tuple[int, str], tuple[int, ...]] = defaultdict(tuple)
        by_line = StockMove.objects.filter(source_entity=entity, source_line_id__in=set(origins.values()))
        for line, lot, pk in by_line.order_by("sequence").values_list("source_line_id", "lot", "pk"):
            moves[(line or 0, lot)] = (*moves[(line or 0, lot)], pk)
        for row in rows:
            if row["kind"] == kind:
                origin = origins.get(row["source_line_id"]) or 0
                out[(kind, row["source_line_id"], row["lot"])] = moves.get((origin, row["lot"]), ())
    return out


def _changes(
    ids: list[int], product_id: int
) -> tuple[dict[int, dict[str, Decimal]], list[tuple[int, datetime, int, Decimal]]]:
    """What was learned of the moves, by kind; and the late costs of layers: key, day, the layer's move, amount."""
    by_move: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    late: list[tuple[int, datetime, int, Decimal]] = []
    rows = StockValueChange.objects.filter(product_id=product_id).order_by("pk")
    wanted = set(ids)
    for pk, at, kind, move, of, amount in rows.values_list(
        "pk", "changed_at", "kind", "move_id", "layer__move_id", "amount"
    ):
        if move in wanted:
            by_move[move][kind] += amount
        elif move is None and of in wanted and kind in (Kind.LANDED_COST, Kind.PRICE_DIFFERENCE):
            late.append((pk, at, of, amount))
    return by_move, late


def _layers(product_id: int, ids: list[int]) -> tuple[dict[int, tuple[int, Decimal]], dict[int, Decimal], bool]:
    """Move → its layer and what is left; move → how much its layer held; are all open layers those of a move?"""
    with connection.cursor() as cursor:
        cursor.execute(
            """select move_id, id, remaining, quantity from inventory_stocklayer
                where product_id = %s and quantity > 0 and (move_id = any(%s) or move_id is null and remaining > 0)""",
            [product_id, ids],
        )
        rows = cursor.fetchall()
    return (
        {move: (pk, left) for move, pk, left, _quantity in rows if move},
        {move: quantity for move, _pk, _left, quantity in rows if move},
        all(row[0] for row in rows),
    )
