"""How often stock is turned over (库存周转率): cost of goods sold over average inventory, both as in the ledger."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from dateutil.relativedelta import relativedelta
from django.db import connection

from modules.inventory.models import HOLDING, StockMove, Warehouse
from modules.inventory.rules.slow_stock import Turnover, average_of
from modules.inventory.selectors.consumption import abc_classes, start_of
from modules.inventory.selectors.demand import first_of
from modules.shared.data.models import Product
from tenon.tenancy.context import current

ZERO = Decimal(0)
By = Literal["product", "abc", "warehouse"]
_HOLDS = [str(kind) for kind in HOLDING]
_SOLD, _BACK = str(StockMove.Kind.DELIVERY), str(StockMove.Kind.DELIVERY_RETURN)


@dataclass(frozen=True)
class Row:
    """`consumed`: what went into production; it is part of the outflow of materials, not of the cost of goods sold."""

    key: str
    label: str
    cogs: Decimal
    consumed: Decimal
    closing: Decimal
    turnover: Turnover


@dataclass(frozen=True)
class Report:
    """`total` turns the cost of goods sold over all stock."""

    since: date
    until: date
    total: Row
    rows: list[Row]


def turnover(by: By, months: int = 12) -> Report:
    """Of the last months up to today, or since there is stock. The average stands on the first day, every month's end
    and today. A constant number of queries."""
    today = current().today()
    since = first_of(today) - relativedelta(months=months - 1)
    first = _first_day()
    since = max(since, first) if first is not None else since
    days = _points(since, today)
    sold, consumed = _outflows(since, by)
    values = _values_by_warehouse(days) if by == "warehouse" else _values(days)
    if by == "abc":
        classes = abc_classes()
        sold, consumed = (_regrouped(x, classes) for x in (sold, consumed))
        values = _regrouped_points(values, classes, len(days))
    labels = _labels(by, {*sold, *consumed, *values})
    span = (today - since).days + 1
    rows = [
        _row(str(key), labels.get(key, str(key)), sold.get(key, ZERO), consumed.get(key, ZERO),
             values.get(key, [ZERO] * len(days)), days, span)
        for key in labels
    ]  # fmt: skip
    rows = [row for row in rows if row.cogs or row.consumed or row.turnover.average or row.closing]
    whole = [sum((points[n] for points in values.values()), ZERO) for n in range(len(days))]
    total = _row("", "", sum(sold.values(), ZERO), sum(consumed.values(), ZERO), whole, days, span, only_sold=True)
    rows.sort(key=lambda row: (-row.turnover.average, row.label))
    return Report(since, today, total, rows)


def _row(
    key: str, label: str, sold: Decimal, consumed: Decimal, points: list[Decimal], days: list[date], span: int,
    *, only_sold: bool = False,
) -> Row:  # fmt: skip
    average = average_of([(day.toordinal(), value) for day, value in zip(days, points, strict=True)])
    outflow = sold if only_sold else sold + consumed
    return Row(key, label, sold, consumed, points[-1], Turnover(outflow, average, span))


def _first_day() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("select min(moved_at at time zone %s)::date from inventory_stockmove", [current().time_zone])
        row = cursor.fetchone()
    return row[0] if row else None


def _points(since: date, until: date) -> list[date]:
    """Days at whose end stock is looked at."""
    days, month = [since], first_of(since) + relativedelta(months=1)
    while month - timedelta(days=1) < until:
        if month - timedelta(days=1) > since:
            days.append(month - timedelta(days=1))
        month += relativedelta(months=1)
    return [*days, until] if until > days[-1] else days


def _outflows(since: date, by: By) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Cost of goods sold and consumption by product or warehouse: moves, and what was learned of their cost in that
    time (late freight, invoices, late entries)."""
    warehouse = by == "warehouse"
    group = "coalesce(f.warehouse_id, t.warehouse_id, 0)" if warehouse else "m.product_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select grouped, sum(sold), sum(consumed) from (
                 select {group} as grouped,
                        case m.kind when %s then m.value when %s then -m.value else 0 end as sold,
                        case when m.kind = 'production_issue' then m.value else 0 end as consumed
                   from inventory_stockmove m
                   join inventory_location f on f.id = m.from_location_id
                   join inventory_location t on t.id = m.to_location_id
                  where m.kind = any(%s) and m.moved_at >= %s
                 union all
                 select {group}, case when m.kind = any(%s) then -c.amount else 0 end,
                        case when m.kind = 'production_issue' then -c.amount else 0 end
                   from inventory_stockvaluechange c join inventory_stockmove m on m.id = c.move_id
                   join inventory_location f on f.id = m.from_location_id
                   join inventory_location t on t.id = m.to_location_id
                  where m.kind = any(%s) and c.changed_at >= %s) x group by 1""",
            [
                _SOLD, _BACK, [_SOLD, _BACK, "production_issue"], start_of(since), [_SOLD, _BACK],
                [_SOLD, _BACK, "production_issue"], start_of(since),
            ],
        )  # fmt: skip
        rows = cursor.fetchall()
    return {key: sold for key, sold, _c in rows}, {key: consumed for key, _s, consumed in rows}


def _values(days: list[date]) -> dict[int, list[Decimal]]:
    """Product → its value at the end of each day: what moved and what was learned up to then."""
    return _running(
        days,
        """select m.product_id, (m.moved_at at time zone %s)::date as day,
                  sum(((t.kind = any(%s))::int - (f.kind = any(%s))::int) * m.value)
             from inventory_stockmove m
             join inventory_location f on f.id = m.from_location_id
             join inventory_location t on t.id = m.to_location_id
            where (t.kind = any(%s)) <> (f.kind = any(%s)) group by 1, 2
           union all
           select product_id, (changed_at at time zone %s)::date, sum(amount) from inventory_stockvaluechange
            group by 1, 2""",
        [current().time_zone, _HOLDS, _HOLDS, _HOLDS, _HOLDS, current().time_zone],
    )


def _running(days: list[date], query: str, values: list[Any]) -> dict[int, list[Decimal]]:
    """Key → running totals at the end of each day."""
    out: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO] * len(days))
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        for key, day, amount in cursor.fetchall():
            at = bisect_left(days, day)  # the first point at whose end it counts
            if at < len(days):
                out[key][at] += amount
    for points in out.values():
        for n in range(1, len(points)):
            points[n] += points[n - 1]
    return dict(out)


def _values_by_warehouse(days: list[date]) -> dict[int, list[Decimal]]:
    """The value of each product is spread over warehouses as its quantity lies there (it has one cost in the whole
    company); the parts of all warehouses sum to the ledger's value."""
    worth = _values(days)
    lying: dict[tuple[int, int], list[Decimal]] = defaultdict(lambda: [ZERO] * len(days))
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, warehouse, day, sum(quantity) from (
                 select m.product_id, coalesce(t.warehouse_id, 0) as warehouse,
                        (m.moved_at at time zone %s)::date as day, m.quantity
                   from inventory_stockmove m join inventory_location t on t.id = m.to_location_id and t.kind = any(%s)
                 union all
                 select m.product_id, coalesce(f.warehouse_id, 0), (m.moved_at at time zone %s)::date, -m.quantity
                   from inventory_stockmove m
                   join inventory_location f on f.id = m.from_location_id and f.kind = any(%s)) x group by 1, 2, 3""",
            [current().time_zone, _HOLDS, current().time_zone, _HOLDS],
        )
        for product, warehouse, day, quantity in cursor.fetchall():
            at = bisect_left(days, day)
            for n in range(at, len(days)):
                lying[(product, warehouse)][n] += quantity
    whole: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO] * len(days))
    for (product, _warehouse), quantities in lying.items():
        whole[product] = [a + b for a, b in zip(whole[product], quantities, strict=True)]
    out: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO] * len(days))
    for (product, warehouse), quantities in lying.items():
        for n, quantity in enumerate(quantities):
            if whole[product][n]:
                out[warehouse][n] += worth.get(product, [ZERO] * len(days))[n] * quantity / whole[product][n]
    return dict(out)


def _regrouped(values: dict[int, Decimal], classes: dict[int, str]) -> dict[int, Decimal]:
    out: dict[int, Decimal] = defaultdict(Decimal)
    for product, value in values.items():
        out[ord(classes.get(product, "C"))] += value
    return dict(out)


def _regrouped_points(
    values: dict[int, list[Decimal]], classes: dict[int, str], count: int
) -> dict[int, list[Decimal]]:
    out: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO] * count)
    for product, points in values.items():
        key = ord(classes.get(product, "C"))
        out[key] = [a + b for a, b in zip(out[key], points, strict=True)]
    return dict(out)


def _labels(by: By, keys: set[int]) -> dict[int, str]:
    if by == "abc":
        return {key: chr(key) for key in sorted(keys)}
    if by == "warehouse":
        names = dict(Warehouse.objects.filter(pk__in=keys).values_list("pk", "name"))
        return {key: names.get(key, "–") for key in sorted(keys)}
    return dict(Product.objects.filter(pk__in=keys).values_list("pk", "label"))
