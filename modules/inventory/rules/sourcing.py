"""Whom to buy from: agreed price, quota, lead time, quality and minimum, with the reason for the choice. Pure
arithmetic; quantities in the stock unit, prices per stock unit in company currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass(frozen=True)
class Offer:
    """What one supplier asks in one currency. `breaks`: (from quantity, price), the smallest quantity is its minimum.
    `rejected`: the share of what it delivered that was refused; `bought`: how much of the product it got lately."""

    supplier_id: int
    name: str
    currency: str
    breaks: tuple[tuple[Decimal, Decimal], ...]
    lead_days: int = 0
    most: Decimal | None = None
    multiple: Decimal | None = None
    preferred: bool = False
    quota: Decimal | None = None
    rejected: Decimal = ZERO
    bought: Decimal = ZERO
    expired: str = ""  # a document that it must have and that is out of date

    @property
    def least(self) -> Decimal:
        return min(quantity for quantity, _price in self.breaks)

    def fitted(self, quantity: Decimal) -> Decimal:
        """What would be ordered: no less than the minimum, in whole packs."""
        wanted = max(quantity, self.least)
        if self.multiple:
            wanted = (wanted / self.multiple).to_integral_value(ROUND_CEILING) * self.multiple
        return wanted

    def price(self, quantity: Decimal) -> Decimal:
        return max((b for b in self.breaks if b[0] <= quantity), key=lambda b: b[0])[1]

    def burden(self, quantity: Decimal) -> Decimal:
        """What a usable piece of what is needed really costs: all that must be ordered, and what is refused of it is
        no use."""
        ordered = self.fitted(quantity)
        return ordered * self.price(ordered) / quantity / (1 - min(self.rejected, Decimal("0.99")))


@dataclass(frozen=True)
class Reason:
    """Why; `code` with the figures that its words need."""

    code: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    offer: Offer | None
    quantity: Decimal
    price: Decimal | None
    arrives_on: date | None
    late: bool
    reasons: tuple[Reason, ...]


def choose(
    quantity: Decimal, needed_on: date, offers: Sequence[Offer], *, arrival: Callable[[int], date],
    wish: int | None = None,
) -> Choice:  # fmt: skip
    """The offer to take for `quantity` by `needed_on`. `arrival`: lead time in days → the day it would come if ordered
    now. A wish (supplier id) goes first where it can deliver; then quotas, where there are any; then the preferred
    supplier if it is in time; then the least burden of those in time; if nobody is, whoever comes first."""
    reasons: list[Reason] = []
    able = []
    for offer in offers:
        if offer.most is not None and offer.fitted(quantity) > offer.most:
            reasons.append(Reason("too_much", {"supplier": offer.name, "most": offer.most}))
        else:
            able.append(offer)
    if not able:
        return Choice(None, quantity, None, None, False, (*reasons, Reason("nobody")))
    days = {id(o): arrival(o.lead_days) for o in able}
    timely = [o for o in able if days[id(o)] <= needed_on]
    chosen, why = _pick(quantity, able, timely, days, wish)
    ordered = chosen.fitted(quantity)
    arrives, price = days[id(chosen)], chosen.price(ordered)
    reasons = [*why, *reasons]
    if len(chosen.breaks) > 1 and ordered >= sorted(b[0] for b in chosen.breaks)[1]:
        reached = max(b[0] for b in chosen.breaks if b[0] <= ordered)
        reasons.append(Reason("break", {"quantity": reached, "price": price}))
    if quantity < chosen.least:
        reasons.append(Reason("minimum", {"quantity": chosen.least}))
    if chosen.multiple and ordered > max(quantity, chosen.least):
        reasons.append(Reason("multiple", {"quantity": chosen.multiple}))
    if chosen.expired:
        reasons.append(Reason("expired", {"document": chosen.expired}))
    if arrives > needed_on:
        reasons.append(Reason("late", {"on": arrives, "days": (arrives - needed_on).days}))
    return Choice(chosen, ordered, price, arrives, arrives > needed_on, tuple(reasons))


def _pick(
    quantity: Decimal, able: list[Offer], timely: list[Offer], days: dict[int, date], wish: int | None
) -> tuple[Offer, list[Reason]]:
    wished = [o for o in able if o.supplier_id == wish]
    if wished:
        return min(wished, key=lambda o: o.burden(quantity)), [Reason("wish")]
    if len({o.supplier_id for o in able}) == 1:
        return min(able, key=lambda o: o.burden(quantity)), [Reason("only")]
    shared = [o for o in able if o.quota]
    if shared:
        # Whoever has got least of its share so far (SAP's quota rating): bought ÷ quota.
        chosen = min(shared, key=lambda o: (o.bought / (o.quota or 1), -(o.quota or 0), o.supplier_id))
        return chosen, [Reason("quota", {"quota": chosen.quota, "bought": chosen.bought})]
    preferred = [o for o in timely if o.preferred]
    if preferred:
        return min(preferred, key=lambda o: o.burden(quantity)), [Reason("preferred")]
    if not timely:
        chosen = min(able, key=lambda o: (days[id(o)], o.burden(quantity), o.supplier_id))
        return chosen, [Reason("soonest")]
    ranked = sorted(timely, key=lambda o: (o.burden(quantity), o.supplier_id))
    chosen, why = ranked[0], []
    slower = [o for o in able if o not in timely and o.burden(quantity) < chosen.burden(quantity)]
    if slower:
        cheaper = min(slower, key=lambda o: o.burden(quantity))
        why.append(Reason("in_time", {"supplier": cheaper.name, "on": days[id(cheaper)]}))
    if len(ranked) > 1:
        other = ranked[1]
        pure = other.price(other.fitted(quantity))
        if pure < chosen.price(chosen.fitted(quantity)) and other.rejected > chosen.rejected:
            why.append(Reason("quality", {"supplier": other.name, "rejected": other.rejected, "own": chosen.rejected}))
        else:
            why.append(Reason("cheapest", {"supplier": other.name, "price": pure}))
    return chosen, why or [Reason("only_in_time")]
