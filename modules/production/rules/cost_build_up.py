"""What an order should have cost, what it did, and why they differ. Pure; amounts in base currency, rates per hour.

Per element, as in standard costing: difference = actual − allowed, where `allowed` is the planned cost of what has been
done so far. Material: price = issued × (paid − planned), scrap = standard of pieces lost beyond the plan, usage = the
rest. Time: rate = hours × (paid − planned rate), scrap likewise, efficiency = the rest; what rework takes is rework."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

ZERO, SIXTY = Decimal(0), Decimal(60)
Round = Callable[[Decimal], Decimal]


@dataclass(frozen=True)
class Progress:
    """Pieces of an order: `quantity` good ones wanted of `started`; `begun` have entered, `scrapped` are lost."""

    quantity: Decimal
    started: Decimal
    begun: Decimal
    completed: Decimal
    scrapped: Decimal

    @property
    def done(self) -> bool:
        return self.completed + self.scrapped >= self.started

    @property
    def lost(self) -> Decimal:
        """Share of the order's standard that went into pieces lost beyond what the plan loses; below zero when fewer
        were lost than planned, which is known once all is reported."""
        beyond = self.scrapped - (self.started - self.quantity)
        return (beyond if self.done else max(beyond, ZERO)) / self.quantity


@dataclass(frozen=True)
class Material:
    """A material: required for all pieces begun with, at `planned_cost` a unit; issued, and what that cost."""

    required: Decimal
    planned_cost: Decimal
    issued: Decimal
    value: Decimal


@dataclass(frozen=True)
class Work:
    """An operation: standard `setup` minutes once and `run` minutes a piece, for `quantity` pieces, at planned rates by
    element; `out` pieces have left it. `spent`: element → minutes; `cost`: element → amount. Outside work is planned at
    `outside_price` a piece. Rework has no standard."""

    setup: Decimal
    run: Decimal
    quantity: Decimal
    out: Decimal
    rates: dict[str, Decimal]
    spent: dict[str, Decimal]
    cost: dict[str, Decimal]
    outside_price: Decimal = ZERO
    rework: bool = False

    def minutes(self, pieces: Decimal) -> Decimal:
        """Standard minutes for as many pieces; setting up comes with the first."""
        return ZERO if self.rework or not pieces else self.setup + self.run * pieces


@dataclass
class Element:
    """A cost element: planned for the whole order, allowed for what is done, actual; `reasons` sum to the difference of
    the last two."""

    key: str
    planned: Decimal = ZERO
    allowed: Decimal = ZERO
    actual: Decimal = ZERO
    reasons: dict[str, Decimal] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal:
        return self.actual - self.allowed

    def because(self, reason: str, amount: Decimal) -> None:
        if amount:
            self.reasons[reason] = self.reasons.get(reason, ZERO) + amount

    def rounded(self, to: Round, rest: str) -> Element:
        """To the currency; what rounding leaves is in the reason `rest`."""
        made = Element(self.key, to(self.planned), to(self.allowed), to(self.actual))
        named = {reason: to(amount) for reason, amount in self.reasons.items() if reason != rest}
        left = made.difference - sum(named.values(), ZERO)
        made.reasons = {reason: amount for reason, amount in (*named.items(), (rest, left)) if amount}
        return made


def material_element(progress: Progress, rows: Sequence[Material], to: Round) -> Element:
    found = Element("material")
    for row in rows:
        found.planned += row.required * row.planned_cost
        found.actual += row.value
        due = row.required * progress.begun / progress.started
        if not progress.done:
            # Issued ahead of the work is not wasted: only what goes beyond the whole requirement is.
            due = max(due, min(row.issued, row.required))
        scrap = row.required * progress.lost
        found.allowed += (due - scrap) * row.planned_cost
        found.because("price", row.value - row.issued * row.planned_cost)
        found.because("scrap", scrap * row.planned_cost)
    return found.rounded(to, "usage")


def time_element(key: str, progress: Progress, rows: Sequence[Work], to: Round) -> Element:
    found = Element(key)
    for row in rows:
        rate, spent, cost = row.rates.get(key, ZERO), row.spent.get(key, ZERO), row.cost.get(key, ZERO)
        found.planned += row.minutes(row.quantity) / SIXTY * rate
        found.actual += cost
        if row.rework:
            found.because("rework", cost)
            continue
        allowed = row.minutes(row.out) / SIXTY * rate
        scrap = row.run * row.quantity * progress.lost / SIXTY * rate if row.out else ZERO
        found.allowed += allowed - scrap
        found.because("rate", cost - spent / SIXTY * rate)
        found.because("scrap", scrap)
    return found.rounded(to, "efficiency")


def outside_element(progress: Progress, rows: Sequence[Work], to: Round) -> Element:
    found = Element("outside")
    for row in rows:
        cost = row.cost.get("outside", ZERO)
        found.actual += cost
        if row.rework:
            found.because("rework", cost)
            continue
        found.planned += row.outside_price * row.quantity
        scrap = row.outside_price * row.quantity * progress.lost if row.out else ZERO
        found.allowed += row.outside_price * row.out - scrap
        found.because("scrap", scrap)
    return found.rounded(to, "price")


def by_product_element(share: Decimal, others: Sequence[Element], received: Decimal, to: Round) -> Element:
    """What by-products take off: `share` (0–1) of the rest as planned, what they were received with as actual."""
    found = Element("by_product", -share * sum((e.planned for e in others), ZERO))
    found.allowed = -share * sum((e.allowed for e in others), ZERO) if received else ZERO
    found.actual = -received
    return found.rounded(to, "cost")


def build_up(
    progress: Progress,
    materials: Sequence[Material],
    works: Sequence[Work],
    share: Decimal,
    received: Decimal,
    to: Round,
) -> list[Element]:
    """All elements of an order that are planned or have cost something."""
    found = [
        material_element(progress, materials, to),
        *(time_element(key, progress, works, to) for key in ("labour", "machine", "overhead")),
        outside_element(progress, works, to),
    ]
    found.append(by_product_element(share, found, received, to))
    return [e for e in found if e.planned or e.actual or e.allowed]
