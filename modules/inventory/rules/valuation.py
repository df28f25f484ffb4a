"""What the stock of one product is worth, event by event, under each cost method (docs/adr/0013).

Layers are what each receipt brought and what is left of it, oldest first. FIFO issues at the layers' worth; moving
average and standard issue at their own figure and use layers for age, and to know what a late cost still finds on hand.
Goods that went out before they came are a layer of negative quantity: the next receipt covers it and corrects what the
issue cost (domain rule 6).

Values are money, multiples of the currency's step; unit costs are never stored but as a memory of the last one. Under
every method the last piece takes all that is left, so no value stays without quantity and no residue arises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from modules.inventory.rules.costing import rounded
from modules.inventory.rules.parts import value_of_part
from tenon.money.rounding import allocate

ZERO = Decimal(0)
EIGHT = Decimal("0.00000001")
AVERAGE, FIFO, STANDARD = "average", "fifo", "standard"


@dataclass(eq=False)
class Layer:
    """`quantity` came at `value`; `remaining` of it is there, worth `worth` (of use under FIFO). A shortage is negative
    throughout. `move` is the move that made it, whatever the caller names moves by."""

    quantity: Decimal
    value: Decimal
    remaining: Decimal
    worth: Decimal
    lot: str = ""
    move: int | None = None
    key: int | None = None


@dataclass(frozen=True, eq=False)
class Use:
    """A move took `quantity` at `value` out of a layer; negative: `by` another move it was put back."""

    layer: Layer
    move: int | None
    quantity: Decimal
    value: Decimal
    by: int | None = None


@dataclass(frozen=True, eq=False)
class Taken:
    """How much of a layer a move still has out."""

    layer: Layer
    move: int | None
    quantity: Decimal


@dataclass(frozen=True)
class Correction:
    """A move that was valued before costs `amount` more than was known then."""

    move: int | None
    amount: Decimal


@dataclass
class Received:
    """`variance`: what the stock takes less the value it came at (standard cost only)."""

    variance: Decimal = ZERO
    uses: list[Use] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    layer: Layer | None = None


@dataclass
class Issued:
    value: Decimal
    uses: list[Use]
    shortage: Layer | None = None


@dataclass(frozen=True)
class Late:
    """A late cost of a layer: what stays in stock, what the moves that took from it bear, and what nobody can bear
    because stock would be worth less than nothing."""

    in_stock: Decimal
    gone: tuple[Correction, ...]
    unborne: Decimal


@dataclass
class Stock:
    """One product under valuation. `layers`: those that may be touched, oldest first, shortages among them."""

    method: str
    step: Decimal
    quantity: Decimal = ZERO
    value: Decimal = ZERO
    last_unit_cost: Decimal = ZERO
    standard: Decimal = ZERO
    layers: list[Layer] = field(default_factory=list)

    def receive(self, move: int | None, lot: str, quantity: Decimal, value: Decimal) -> Received:
        """Goods in at `value`. Raises ValueError on a quantity that is not positive or a negative value."""
        if quantity <= 0 or value < 0:
            raise ValueError(f"a receipt of {quantity} worth {value}")
        worth = self._standard_step(quantity) if self.method == STANDARD else value
        layer = Layer(quantity, worth, quantity, worth, lot, move)
        out = Received(worth - value, layer=layer)
        done, corrected = ZERO, ZERO
        for short in [x for x in self.layers if x.remaining < 0 and x.lot == lot]:
            take = min(-short.remaining, layer.remaining)
            if take <= 0:
                break
            booked = (
                short.worth if take == -short.remaining else rounded(short.worth * take / -short.remaining, self.step)
            )
            cost = layer.worth if take == layer.remaining else value_of_part(worth, quantity, done, take, self.step)
            done += take
            short.remaining, short.worth = short.remaining + take, short.worth - booked
            layer.remaining, layer.worth = layer.remaining - take, layer.worth - cost
            out.uses += [Use(layer, short.move, take, cost), Use(short, move, -take, booked)]
            if cost + booked:
                out.corrections.append(Correction(short.move, cost + booked))
                corrected += cost + booked
        self.layers.append(layer)
        self._add(quantity, worth - corrected, worth)
        return out

    def issue(self, move: int | None, lot: str, quantity: Decimal, first: Iterable[int | None] = ()) -> Issued:
        """Goods out; layers that the moves `first` made go first, then the oldest. What is not there goes at the last
        known cost and waits for its receipt. Raises ValueError on a quantity that is not positive."""
        if quantity <= 0:
            raise ValueError(f"an issue of {quantity}")
        there = min(quantity, max(self.quantity, ZERO))
        taken = self._take(lot, there, set(first))
        there = sum((t for _layer, t, _v in taken), ZERO)
        short, values = quantity - there, [v for _layer, _t, v in taken]
        if self.method == STANDARD:
            whole = -self._standard_step(-quantity)
            value = whole if not short else rounded(whole * there / quantity, self.step)
            missing = whole - value
        else:
            if self.method == FIFO:
                value = sum(values, ZERO)
            elif there == self.quantity:
                value = self.value
            else:
                value = rounded(self.value * there / self.quantity, self.step) if there else ZERO
            missing = rounded(short * self._unit(value, there), self.step)
            if self.quantity >= quantity:  # another lot is still there: all lots together are worth nothing or more
                most = self.value - value
                missing = most if self.quantity == quantity else min(missing, most)
        if self.method != FIFO and taken:
            values = allocate(value, [t for _layer, t, _v in taken], self.step)
        uses = [Use(layer, move, t, v) for (layer, t, _v), v in zip(taken, values, strict=True)]
        shortage = None
        if short:
            shortage = Layer(-short, -missing, -short, -missing, lot, move)
            self.layers.append(shortage)
        self._add(-quantity, -(value + missing), value + missing)
        return Issued(value + missing, uses, shortage)

    def put_back(
        self, move: int | None, lot: str, quantity: Decimal, value: Decimal, taken: Sequence[Taken]
    ) -> Received:
        """Goods that went out come back at `value`, into the layers they were taken from, the last taken first; beyond
        that, and while something is short, as a receipt."""
        back: list[tuple[Taken, Decimal]] = []
        left = quantity
        short = any(x.remaining < 0 and x.lot == lot for x in self.layers)
        for out_there in reversed([] if short else list(taken)):
            take = min(left, out_there.quantity)
            if take > 0 and out_there.layer.lot == lot:
                back.append((out_there, take))
                left -= take
        if left == quantity:
            return self.receive(move, lot, quantity, value)
        shares = allocate(value, [t for _of, t in back] + ([left] if left else []), self.step)
        rest = shares[-1] if left else ZERO
        worth = self._standard_step(quantity - left) if self.method == STANDARD else value - rest
        out = Received(worth - (value - rest))
        for (of, take), share in zip(back, shares, strict=False):
            of.layer.remaining += take
            of.layer.worth += share
            out.uses.append(Use(of.layer, of.move, -take, -share, move))
        self._add(quantity - left, worth, worth)
        if left:
            more = self.receive(move, lot, left, rest)
            return Received(out.variance + more.variance, out.uses + more.uses, more.corrections, more.layer)
        return out

    def late(self, layer: Layer, amount: Decimal, gone: Sequence[tuple[int | None, Decimal]]) -> Late:
        """`amount` more (or less) is known to have been paid for a layer. What remains of it bears its share, the moves
        that took the rest (`gone`: move and quantity) theirs (domain rule 8)."""
        if self.method == STANDARD:
            layer.value += amount
            return Late(ZERO, (), amount)
        wanted = rounded(amount * layer.remaining / layer.quantity, self.step)
        if layer.remaining == layer.quantity or not gone:
            wanted = amount if layer.remaining else ZERO
        least = -layer.worth if self.method == FIFO else -self.value
        in_stock = max(wanted, min(least, ZERO))
        rest = amount - wanted
        parts = allocate(rest, [q for _move, q in gone], self.step) if gone and rest else []
        shares = tuple(Correction(move, part) for (move, _q), part in zip(gone, parts, strict=False) if part)
        layer.value += amount
        layer.worth += in_stock
        self._add(ZERO, in_stock, ZERO)
        return Late(in_stock, shares, amount - in_stock - sum((c.amount for c in shares), ZERO))

    def revalue(self, method: str, standard: Decimal) -> Decimal:
        """Another cost method or standard cost from now on. Answers by how much the stock's value changes: only a
        standard cost changes it. Going over to FIFO, the layers take the value there is by quantity."""
        before = self.value
        self.method, self.standard = method, standard
        if method == STANDARD:
            self.value = rounded(self.quantity * standard, self.step)
            self.last_unit_cost = standard
        if method == FIFO and self.quantity > 0:
            open_layers = [x for x in self.layers if x.remaining > 0]
            short = sum((x.worth for x in self.layers if x.remaining < 0), ZERO)
            shares = allocate(self.value - short, [x.remaining for x in open_layers], self.step)
            for layer, share in zip(open_layers, shares, strict=True):
                layer.worth = share
        return self.value - before

    def _standard_step(self, quantity: Decimal) -> Decimal:
        """How the value changes with the quantity at standard cost: always quantity × standard, rounded as a whole."""
        return rounded((self.quantity + quantity) * self.standard, self.step) - self.value

    def _take(self, lot: str, quantity: Decimal, first: set[int | None]) -> list[tuple[Layer, Decimal, Decimal]]:
        offered = [x for x in self.layers if x.remaining > 0 and x.lot == lot]
        offered.sort(key=lambda x: x.move not in first)  # stable: the oldest first among equals
        taken: list[tuple[Layer, Decimal, Decimal]] = []
        for layer in offered:
            take = min(quantity, layer.remaining)
            if take <= 0:
                break
            whole = take == layer.remaining
            value = layer.worth if whole else rounded(layer.worth * take / layer.remaining, self.step)
            layer.remaining, layer.worth = layer.remaining - take, layer.worth - value
            quantity -= take
            taken.append((layer, take, value))
        return taken

    def _unit(self, value: Decimal, quantity: Decimal) -> Decimal:
        """What a piece that is not there is taken to cost: what the others of the same issue cost, else the last."""
        return value / quantity if quantity and value else self.last_unit_cost

    def _add(self, quantity: Decimal, value: Decimal, moved: Decimal) -> None:
        self.quantity += quantity
        self.value += value
        if self.method == STANDARD:
            self.last_unit_cost = self.standard
        elif self.quantity and self.value:
            self.last_unit_cost = (self.value / self.quantity).quantize(EIGHT)
        elif quantity and moved:
            self.last_unit_cost = abs(moved / quantity).quantize(EIGHT)
