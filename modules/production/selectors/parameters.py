"""How each product is planned, as rules see it: its lot rule, fences, calendar, and whose forecast counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from modules.production.models import PlanningRule
from modules.production.rules.terms import micro
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Product
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.selectors.calendars import work_calendar
from tenon.ports import find

Lot = PlanningRule.LotRule


@dataclass(frozen=True)
class Parameters:
    """Of all products: what its own rule says, else the company's, else what a rule says that nobody has changed."""

    default: PlanningRule
    own: Mapping[int, PlanningRule]
    calendars: Mapping[int, WorkCalendar]
    costs: Mapping[int, Decimal]  # of one, where an economic lot asks for it

    def of(self, product: int) -> PlanningRule:
        return self.own.get(product, self.default)

    def words(self, product: int) -> dict[str, Any]:
        """What the rule adds to an item."""
        rule = self.of(product)
        lot: dict[str, Any] = {}
        if rule.lot_rule == Lot.FIXED:
            lot = {"lot_fixed": micro(rule.lot_size)}
        elif rule.lot_rule == Lot.ECONOMIC:
            keeping = self.costs.get(product, Decimal(0)) * rule.holding_percent / 100
            lot = {"economic": 2 * Fraction(rule.order_cost) / Fraction(keeping)} if keeping > 0 else {}
        elif rule.lot_rule == Lot.PERIOD:
            lot = {"period_days": rule.period_days}
        elif rule.lot_rule == Lot.TO_ORDER:
            lot = {"to_order": True, "stock_first": rule.stock_first}
        calendar = None if rule.calendar_id is None else self.calendars[rule.calendar_id]
        return {
            **lot, "daily_rate": micro(rule.daily_rate), "fence_days": rule.frozen_days, "calendar": calendar,
        }  # fmt: skip


def parameters(products: Collection[int] | None = None) -> Parameters:
    """A constant number of queries, and two for each calendar that rules name."""
    rows = PlanningRule.objects.select_related("calendar")
    if products is not None:
        rows = rows.filter(Q(product__isnull=True) | Q(product__in=products))
    default, own = PlanningRule(), {}
    for rule in rows:
        if rule.product_id is None:
            default = rule
        else:
            own[rule.product_id] = rule
    calendars = {c.pk: work_calendar(c) for c in {r.calendar for r in (default, *own.values()) if r.calendar}}
    asked = _economic(default, own, products)
    stock = find(StockAvailability)
    costs = stock.unit_costs(asked) if stock is not None and asked else {}
    return Parameters(default, own, calendars, costs)


def _economic(default: PlanningRule, own: Mapping[int, PlanningRule], products: Collection[int] | None) -> list[int]:
    """Whose cost is asked for."""
    if default.lot_rule == Lot.ECONOMIC:
        every = set(products if products is not None else Product.objects.values_list("id", flat=True))
        return sorted(p for p in every if p not in own or own[p].lot_rule == Lot.ECONOMIC)
    return sorted(p for p, rule in own.items() if rule.lot_rule == Lot.ECONOMIC)
