"""The history of one product once more, in the order of its days: what every move would have cost, had everything been
entered in time (domain rule 7). Compared with what stands, it says what a late entry has to correct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from modules.inventory.rules.costing import rounded
from modules.inventory.rules.valuation import Layer, Stock, Taken, Use

ZERO = Decimal(0)


class Unfit(Exception):
    """The history cannot be told again: it holds a piece that was never told in layers."""


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `value`: what goods came at; of goods that went or came back, what stands for them now
    but for late costs; of a late cost, its amount, for the layer of the move `move`. `undoes`: the moves taken back.
    `own_layer`: goods that came back made a layer of their own."""

    what: Literal["in", "out", "back", "late"]
    move: int
    quantity: Decimal = ZERO
    value: Decimal = ZERO
    lot: str = ""
    undoes: tuple[int, ...] = ()
    own_layer: bool = False


@dataclass
class Told:
    """`cost`: of each move that took goods, and of goods that came back what they are worth. `uses`: (layer's move,
    move) → quantity out. `layers`: by their move."""

    stock: Stock
    cost: dict[int, Decimal] = field(default_factory=dict)
    uses: dict[tuple[int, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    layers: dict[int, Layer] = field(default_factory=dict)


def tell_again(stock: Stock, facts: Sequence[Fact]) -> Told:
    """Values the facts in the order given, from an empty stock. Raises Unfit."""
    out = Told(stock)
    base: dict[int, Decimal] = {}  # cost without late costs: what a late entry may change
    for fact in facts:
        if fact.what == "in":
            came = stock.receive(fact.move, fact.lot, fact.quantity, fact.value)
            assert came.layer is not None
            out.layers[fact.move] = came.layer
            _note(out, came.uses)
            for c in came.corrections:
                assert c.move is not None
                base[c.move] = base.get(c.move, ZERO) + c.amount
                out.cost[c.move] = out.cost.get(c.move, ZERO) + c.amount
        elif fact.what == "out":
            went = stock.issue(fact.move, fact.lot, fact.quantity, fact.undoes)
            out.cost[fact.move] = base[fact.move] = went.value
            _note(out, went.uses)
        elif fact.what == "back":
            _back(out, fact, base, {f.move: f for f in facts if f.move in fact.undoes and f.what == "out"})
        else:
            layer = out.layers.get(fact.move)
            if layer is None:
                continue  # all of it had gone before this history begins
            gone = [(move, q) for (of, move), q in out.uses.items() if of == fact.move and q > 0]
            for c in stock.late(layer, fact.value, gone).gone:
                assert c.move is not None
                out.cost[c.move] = out.cost.get(c.move, ZERO) + c.amount
    return out


def _back(out: Told, fact: Fact, base: dict[int, Decimal], undone: dict[int, Fact]) -> None:
    """Goods come back at what stands, and the share of what their issue turns out to have cost more or less."""
    left, value, taken = fact.quantity, fact.value, []
    for move in reversed(fact.undoes):
        origin = undone.get(move)
        if origin is None:
            continue  # it went before this history begins
        take = min(left, origin.quantity)
        left -= take
        value += rounded((base[move] - origin.value) * take / origin.quantity, out.stock.step)
        taken += [Taken(out.layers[of], move, q) for (of, by), q in out.uses.items() if by == move and q > 0]
    value = max(value, ZERO)
    out.cost[fact.move] = value
    if fact.own_layer:
        came = out.stock.receive(fact.move, fact.lot, fact.quantity, value)
        assert came.layer is not None
        out.layers[fact.move] = came.layer
        for c in came.corrections:
            assert c.move is not None
            out.cost[c.move] = out.cost.get(c.move, ZERO) + c.amount
    else:
        came = out.stock.put_back(fact.move, fact.lot, fact.quantity, value, taken)
        if came.layer is not None:
            raise Unfit
    _note(out, came.uses)


def _note(out: Told, uses: Sequence[Use]) -> None:
    for use in uses:
        if use.layer.quantity > 0:
            assert use.layer.move is not None
            assert use.move is not None
            out.uses[(use.layer.move, use.move)] += use.quantity
