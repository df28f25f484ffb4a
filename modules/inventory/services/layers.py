"""Layers in the database: read as far as an issue may reach, written with what was taken from them.

Who calls holds the products' cost rows (`lock_costs`), so that layers need no lock of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from modules.inventory.models import ProductCost, StockLayer
from modules.inventory.rules.valuation import Layer, Stock, Use
from tenon.records.service import touch_ids

ZERO = Decimal(0)
_READ = "l.received_at, l.id, l.product_id, l.lot, l.quantity, l.value, l.remaining, l.worth, l.move_id"


@dataclass
class Book:
    """The products being valued, and what the valuation has made so far: new layers, uses. `known` are the layers that
    were there, as they were read."""

    stocks: dict[int, Stock]
    known: dict[int, tuple[Layer, Decimal, Decimal, Decimal]] = field(default_factory=dict)
    made: list[tuple[int, Layer]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def add(self, product_id: int, layer: Layer) -> None:
        """A layer that is in the database."""
        assert layer.key is not None
        if layer.key not in self.known:
            self.known[layer.key] = (layer, layer.remaining, layer.worth, layer.value)
            self.stocks[product_id].layers.append(layer)

    def layer(self, key: int) -> Layer:
        return self.known[key][0]


def open_book(costs: Mapping[int, ProductCost], step: Decimal) -> Book:
    """Without layers yet."""
    return Book(
        {pk: Stock(c.method, step, c.quantity, c.value, c.last_unit_cost, c.standard_cost) for pk, c in costs.items()}
    )


def read_layers(
    book: Book, needed: Mapping[tuple[int, str], Decimal], *, arriving: Collection[int] = (),
    first: Collection[int] = (), every: Collection[int] = (),
) -> None:  # fmt: skip
    """Reads in one query: the oldest layers that cover `needed` of a product and lot, the shortages of products that
    are `arriving`, the layers that moves of `first` made, and all open ones of the products in `every`."""
    if not (needed or arriving or first or every):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select {_READ} from (
                  select l.*, n.needed,
                         sum(l.remaining) over (partition by l.product_id, l.lot order by l.received_at, l.id)
                           - l.remaining as older
                    from inventory_stocklayer l
                    join unnest(%s::bigint[], %s::text[], %s::numeric[]) as n(product_id, lot, needed)
                      on n.product_id = l.product_id and n.lot = l.lot
                   where l.remaining > 0) l where l.older < l.needed
                union select {_READ} from inventory_stocklayer l where l.product_id = any(%s) and l.remaining < 0
                union select {_READ} from inventory_stocklayer l where l.move_id = any(%s)
                union select {_READ} from inventory_stocklayer l where l.product_id = any(%s) and l.remaining <> 0""",
            [
                [k[0] for k in needed], [k[1] for k in needed], list(needed.values()), list(arriving), list(first),
                list(every),
            ],
        )  # fmt: skip
        _fill(book, cursor.fetchall())


def read_layers_by_id(book: Book, ids: Iterable[int]) -> None:
    wanted = sorted(set(ids) - set(book.known))
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(f"select {_READ} from inventory_stocklayer l where l.id = any(%s)", [wanted])
            _fill(book, cursor.fetchall())


def _fill(book: Book, rows: Sequence[tuple[Any, ...]]) -> None:
    for _at, key, product_id, lot, quantity, value, remaining, worth, move in sorted(rows, key=lambda r: (r[0], r[1])):
        book.add(product_id, Layer(quantity, value, remaining, worth, lot, move, key))


def uses_of_moves(move_ids: Collection[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """Move → (layer, how much of it the move still has out), in the order taken."""
    out: dict[int, list[tuple[int, Decimal]]] = {}
    for move, layer, quantity in _net("u.move_id = any(%s)", move_ids, "u.move_id, u.layer_id"):
        if quantity > 0:
            out.setdefault(move, []).append((layer, quantity))
    return out


def uses_of_layers(layer_ids: Collection[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """Layer → (move, how much of it the move has out), in the order taken."""
    out: dict[int, list[tuple[int, Decimal]]] = {}
    for layer, move, quantity in _net("u.layer_id = any(%s)", layer_ids, "u.layer_id, u.move_id"):
        out.setdefault(layer, []).append((move, quantity))
    return out


def _net(condition: str, ids: Collection[int], columns: str) -> list[tuple[int, int, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select {columns}, sum(u.quantity) from inventory_layeruse u where {condition}
                 group by {columns} having sum(u.quantity) <> 0 order by min(u.id)""",
            [sorted(ids)],
        )
        return cursor.fetchall()


def write_layers(book: Book, moved_at: datetime, moves: Mapping[int, int]) -> None:
    """New layers, what changed of the others, and the uses. `moves`: name of a new move in the book → its id."""
    with connection.cursor() as cursor:
        if book.made:
            cursor.execute(
                """insert into inventory_stocklayer
                          (product_id, lot, move_id, received_at, quantity, value, remaining, worth)
                   select * from unnest(%s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[], %s::numeric[],
                                        %s::numeric[], %s::numeric[], %s::numeric[])
                   returning id, move_id""",
                [
                    [p for p, _x in book.made],
                    [x.lot for _p, x in book.made],
                    [_id(moves, x.move) for _p, x in book.made],
                    [moved_at for _x in book.made],
                    [x.quantity for _p, x in book.made],
                    [x.value for _p, x in book.made],
                    [x.remaining for _p, x in book.made],
                    [x.worth for _p, x in book.made],
                ],
            )
            keys = {move: pk for pk, move in cursor.fetchall()}
            for _product, layer in book.made:
                layer.key = keys[_id(moves, layer.move)]
            touch_ids(StockLayer, "insert", set(keys.values()))
        changed = [x for x, *before in book.known.values() if [x.remaining, x.worth, x.value] != before]
        if changed:
            cursor.execute(
                """update inventory_stocklayer l set remaining = d.remaining, worth = d.worth, value = d.value
                     from unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[])
                          as d(id, remaining, worth, value)
                    where l.id = d.id""",
                [
                    [x.key for x in changed],
                    [x.remaining for x in changed],
                    [x.worth for x in changed],
                    [x.value for x in changed],
                ],
            )
            touch_ids(StockLayer, "update", {x.key for x in changed if x.key is not None})
        if book.uses:
            cursor.execute(
                """insert into inventory_layeruse (layer_id, move_id, by_id, quantity, value, posted_at, posted_by)
                   select layer_id, move_id, by_id, quantity, value, now(), ''
                     from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[])
                          with ordinality as d(layer_id, move_id, by_id, quantity, value, n) order by n""",
                [
                    [u.layer.key for u in book.uses],
                    [_id(moves, u.move) for u in book.uses],
                    [_id(moves, u.by) for u in book.uses],
                    [u.quantity for u in book.uses],
                    [u.value for u in book.uses],
                ],
            )


def _id(moves: Mapping[int, int], name: int | None) -> int | None:
    return moves.get(name, name) if name is not None else None
