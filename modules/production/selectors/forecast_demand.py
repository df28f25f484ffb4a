"""Forecasts as planning counts on them: entered by hand, else computed, less what orders consume of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from modules.production.models import ForecastEntry, PlanningRule
from modules.production.rules.consumption import Bucket, Period, consume, weeks, without
from modules.production.rules.terms import Item, Need, micro
from modules.production.selectors.parameters import Parameters
from modules.shared.contracts.forecast import DemandForecast
from modules.shared.data.rules.calendars import WorkCalendar
from tenon.ports import find

ENTITY = "production.forecast"
HORIZON = timedelta(weeks=26)  # what is forecast for later asks for nothing yet
Source = PlanningRule.Forecast


def forecast_needs(
    items: Mapping[int, Item],
    orders: Mapping[int, Iterable[tuple[date, Decimal]]],
    parameters: Parameters,
    calendar: WorkCalendar,
    today: date,
    products: Collection[int] | None = None,
) -> list[Need]:
    """What is forecast beyond `orders` (day and quantity not delivered), by product and week. Two queries, and the
    forecast's own."""
    needs = []
    for product, periods in _periods(parameters, calendar, today, products).items():
        if product not in items:
            continue
        rule = parameters.of(product)
        since = calendar.forward(today, rule.demand_days) if rule.demand_days else today
        buckets = weeks(periods, calendar, since, today + HORIZON, items[product].step)
        ordered = ((on, micro(quantity)) for on, quantity in orders.get(product, ()))
        consume(buckets, ordered, rule.backward_days, rule.forward_days)
        needs += [Need(product, b.quantity, b.on, (ENTITY, product, b.on.isoformat())) for b in buckets if b.quantity]
    return needs


def forecast_expected(
    items: Mapping[int, Item], parameters: Parameters, calendar: WorkCalendar, today: date
) -> dict[int, list[Bucket]]:
    """All that is forecast of these products by week, whatever orders have consumed of it or fences drop."""
    return {
        product: weeks(periods, calendar, today, today + HORIZON, items[product].step)
        for product, periods in _periods(parameters, calendar, today, list(items)).items()
        if product in items
    }


def _periods(
    parameters: Parameters, calendar: WorkCalendar, today: date, products: Collection[int] | None
) -> dict[int, list[Period]]:
    entered: dict[int, list[Period]] = defaultdict(list)
    rows = ForecastEntry.objects.filter(ends_on__gte=today, starts_on__lt=today + HORIZON)
    if products is not None:
        rows = rows.filter(product__in=products)
    named = rows.order_by("product_id", "starts_on").values_list("product_id", "starts_on", "ends_on", "quantity")
    for product, starts_on, ends_on, quantity in named:
        if parameters.of(product).forecast != Source.NONE:
            entered[product].append(Period(starts_on, ends_on, micro(quantity)))
    computed: dict[int, list[Period]] = defaultdict(list)
    provider = find(DemandForecast)
    if provider is not None and any(
        rule.forecast == Source.COMPUTED for rule in (parameters.default, *parameters.own.values())
    ):
        for month in provider.forecast(None if products is None else sorted(products)):
            if month.quantity > 0 and parameters.of(month.product_id).forecast == Source.COMPUTED:
                end = month.month + relativedelta(months=1, days=-1)
                computed[month.product_id].append(Period(month.month, end, micro(month.quantity)))
    return {
        p: [*entered.get(p, ()), *without(computed.get(p, ()), entered.get(p, ()), calendar)]
        for p in sorted({*entered, *computed})
    }
