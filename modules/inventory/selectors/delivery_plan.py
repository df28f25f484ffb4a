"""What a delivery takes from where: what is locked for its lines first, then what expires first, or what the warehouse
chose instead. The same plan is the proposal on a draft and the truth at the moment of shipping."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from modules.inventory.models import DeliveryLine, Reservation, StockBalance
from modules.inventory.rules.picking import Need, Shelf, lasts, pick
from modules.inventory.selectors.lots import good_until, shelves

ZERO = Decimal(0)


@dataclass(frozen=True)
class Taken:
    """`quantity` of a balance for a line, out of a reservation or out of free stock."""

    line: DeliveryLine
    balance: StockBalance
    quantity: Decimal
    reservation: Reservation | None = None
    expires_on: date | None = None


@dataclass
class Plan:
    """`short`: what is nowhere, by the delivery line's order line."""

    taken: list[Taken] = field(default_factory=list)
    short: dict[int, Decimal] = field(default_factory=dict)

    def lots(self, line: DeliveryLine) -> dict[str, Decimal]:
        out: dict[str, Decimal] = defaultdict(Decimal)
        for t in self.taken:
            if t.line.pk == line.pk and t.balance.lot:
                out[t.balance.lot] += t.quantity
        return dict(out)


def delivery_plan(
    lines: Sequence[DeliveryLine],
    reservations: Sequence[Reservation],
    balances: Sequence[StockBalance],
    on: date,
    chosen: Mapping[int, Mapping[str, Decimal]] | None = None,
) -> Plan:
    """`balances` in picking order; `chosen`: order line → lot → quantity, where the warehouse decided otherwise."""
    offered = shelves(balances, on)
    until = {shelf.key: shelf.until for shelf in offered}
    by_place = {(b.product_id, b.location_id, b.lot): b for b in balances if b.pk in until}
    line_of = {x.order_line_id: x for x in lines}
    # Order line → lot → what is still wanted; "any lot" is None.
    left: dict[int, dict[str | None, Decimal]] = {}
    for x in lines:
        named = (chosen or {}).get(x.order_line_id)
        left[x.order_line_id] = {None: x.quantity}
        if named:
            left[x.order_line_id] = {number: named[number] for number in named}
    life = good_until(line_of, offered, on)
    plan = Plan()
    for reservation in reservations:
        wanted = left[reservation.demand_id]
        lot = reservation.lot if reservation.lot in wanted else None
        balance = by_place.get((reservation.product_id, reservation.location_id, reservation.lot))
        take = min(reservation.quantity, wanted.get(lot, ZERO))
        if balance is None or take <= 0:
            continue
        # What a person chose or locked there, the customer's wish does not take away.
        by_hand = lot is not None or reservation.is_hard
        if not (by_hand or lasts(until[balance.pk], life.get(reservation.demand_id))):
            continue
        wanted[lot] -= take
        line = line_of[reservation.demand_id]
        plan.taken.append(Taken(line, balance, take, reservation, until[balance.pk]))
    by_key = {b.pk: b for b in balances}
    free = {shelf.key: shelf.free for shelf in offered}
    plan.short = dict.fromkeys(left, ZERO)
    for line_id, wanted in left.items():
        for lot, quantity in wanted.items():
            if lot is not None and quantity > 0:
                plan.short[line_id] += _take(plan, line_of[line_id], lot, quantity, offered, free, by_key)
    needs = [
        Need(line_id, line_of[line_id].product_id, wanted[None], life.get(line_id))
        for line_id, wanted in left.items()
        if wanted.get(None, ZERO) > 0
    ]
    rest = [Shelf(s.key, s.product_id, free[s.key], s.until) for s in offered]
    picks, short = pick(needs, rest)
    plan.short.update(short)
    plan.taken += [Taken(line_of[p.need], by_key[p.shelf], p.quantity, None, until[p.shelf]) for p in picks]
    return plan


def _take(
    plan: Plan, line: DeliveryLine, lot: str, quantity: Decimal, offered: Sequence[Shelf],
    free: dict[int, Decimal], by_key: Mapping[int, StockBalance],
) -> Decimal:  # fmt: skip
    """Takes a chosen lot from wherever it lies; answers what is missing of it."""
    for shelf in offered:
        balance = by_key[shelf.key]
        take = min(quantity, free[shelf.key])
        if (balance.product_id, balance.lot) == (line.product_id, lot) and take > 0:
            plan.taken.append(Taken(line, balance, take, None, shelf.until))
            free[shelf.key] -= take
            quantity -= take
    return quantity
