"""What moves are worth: the rules of valuation (rules/valuation.py) applied to moves that are about to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from modules.inventory.models import ProductCost, StockValueChange
from modules.inventory.rules.costing import rounded
from modules.inventory.rules.valuation import Received, Taken
from modules.inventory.services.layers import (
    Book,
    open_book,
    read_layers,
    read_layers_by_id,
    uses_of_moves,
    write_layers,
)
from modules.inventory.services.movement import Movement
from modules.inventory.services.value_changes import Change, changes_write
from modules.shared.contracts.refs import RecordRef

ZERO = Decimal(0)
Kind = StockValueChange.Kind


@dataclass
class Valued:
    """The value of each movement, the ledger's rows, and what else follows. In the book, new moves are named
    −1, −2 … in their order until they have an id."""

    book: Book
    values: list[Decimal]
    rows: list[tuple[object, ...]]
    changes: list[Change]


def value_moves(
    movements: Sequence[Movement], holding: Collection[int], costs: Mapping[int, ProductCost], step: Decimal
) -> Valued:
    """Values movements one after the other and carries the cost rows along; `holding` are the places whose stock
    counts. Nothing is written yet."""
    out = Valued(open_book(costs, step), [], [], [])
    taken = _read(out.book, movements, holding)
    for name, m in enumerate(movements, 1):
        stock, row = out.book.stocks[m.product_id], costs[m.product_id]
        inward, outward = m.to_id in holding, m.from_id in holding
        if not m.valued:
            value = ZERO  # a count found pieces that weigh nothing more
        elif inward and not outward:
            value = m.value or ZERO
            came = stock.put_back(
                -name, m.lot, m.valued, value,
                [Taken(out.book.layer(key), move, left) for move, key, left in taken.get(name, ())],
            )  # fmt: skip
            _came(out, m.product_id, -name, came)
        elif outward and not inward:
            went = stock.issue(-name, m.lot, m.valued, m.undoes)
            value = went.value
            out.book.uses += went.uses
            if went.shortage is not None:
                out.book.made.append((m.product_id, went.shortage))
        elif inward:
            value = max(rounded(stock.value * m.valued / stock.quantity, step), ZERO) if stock.quantity > 0 else ZERO
        else:
            value = ZERO  # neither place is ours
        row.sequence += 1
        row.quantity, row.value, row.last_unit_cost = stock.quantity, stock.value, stock.last_unit_cost
        out.values.append(value)
        out.rows.append(
            (
                m.product_id, row.sequence, str(m.kind), m.from_id, m.to_id, m.lot, m.quantity, value, m.line_id,
                m.second,
            )
        )  # fmt: skip
    return out


def _read(
    book: Book, movements: Sequence[Movement], holding: Collection[int]
) -> dict[int, list[tuple[int, int, Decimal]]]:
    """Reads the layers that the movements may touch. Answers, for those that take goods back, which move had how much
    of which layer."""
    needed: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    arriving: set[int] = set()
    first: set[int] = set()
    undone: set[int] = set()
    for m in movements:
        if m.from_id in holding and m.to_id not in holding:
            needed[(m.product_id, m.lot)] += m.valued
            first.update(m.undoes)
        elif m.to_id in holding and m.from_id not in holding:
            arriving.add(m.product_id)
            undone.update(m.undoes)
    read_layers(book, needed, arriving=arriving, first=first)
    if not undone:
        return {}
    uses = uses_of_moves(undone)
    read_layers_by_id(book, {key for rows in uses.values() for key, _quantity in rows})
    return {
        name: [(move, key, left) for move in m.undoes for key, left in uses.get(move, ())]
        for name, m in enumerate(movements, 1)
        if m.undoes and m.to_id in holding
    }


def _came(out: Valued, product_id: int, name: int, came: Received) -> None:
    out.book.uses += came.uses
    if came.layer is not None:
        out.book.made.append((product_id, came.layer))
    if came.variance:
        out.changes.append(Change(product_id, Kind.VARIANCE, came.variance, move=name))
    out.changes += [Change(product_id, Kind.COVER, -c.amount, move=c.move) for c in came.corrections]


def write_valued(valued: Valued, moved_at: datetime, ids: Sequence[int], source: RecordRef | None) -> None:
    """Layers, uses and value changes of moves that have been written under `ids`; the ledger hears of the changes."""
    moves = {-name: pk for name, pk in enumerate(ids, 1)}
    write_layers(valued.book, moved_at, moves)
    changes_write(valued.changes, moved_at, source, moves)
