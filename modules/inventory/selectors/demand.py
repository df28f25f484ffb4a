"""Demand of the past, month by month: what went to customers and into production, what former systems knew, and on how
many days there was nothing to give."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db import connection

from modules.inventory.models import HOLDING
from modules.inventory.rules.demand import cleaned
from modules.inventory.selectors.consumption import BACK, OUT, start_of
from tenon.tenancy.context import current

LONGEST = 60  # months that are looked at
_HOLDS = [str(kind) for kind in HOLDING]
Months = dict[date, Decimal]


@dataclass(frozen=True)
class History:
    """Of one product, from its first demand to the last whole month. `demand` is `issued` cleaned of stock-outs."""

    months: tuple[date, ...]
    issued: tuple[Decimal, ...]
    days_out: tuple[int, ...]
    demand: tuple[float, ...]


def first_of(day: date) -> date:
    return day.replace(day=1)


def histories(product_ids: Collection[int] | None = None, longest: int = LONGEST) -> dict[int, History]:
    """Of all products that ever had demand in this time. Three queries."""
    end = first_of(current().today())
    since = end - relativedelta(months=longest)
    issued = _issued(since, end, product_ids)
    out = _days_out(since, end, product_ids)
    return {product: _history(months, out.get(product, {}), end) for product, months in issued.items()}


def _history(known: Months, out: dict[date, int], end: date) -> History:
    first = min(known)
    count = (end.year - first.year) * 12 + end.month - first.month
    months = tuple(first + relativedelta(months=n) for n in range(count))
    issued = tuple(known.get(month, Decimal(0)) for month in months)
    days = [monthrange(month.year, month.month)[1] for month in months]
    days_out = tuple(out.get(month, 0) for month in months)
    demand = cleaned([float(q) for q in issued], days, days_out)
    return History(months, issued, days_out, tuple(demand))


def _issued(since: date, end: date, product_ids: Collection[int] | None) -> dict[int, Months]:
    ids = list(product_ids) if product_ids is not None else None
    found: dict[int, Months] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, month, sum(quantity) from (
                 select m.product_id, date_trunc('month', m.moved_at at time zone %s)::date as month,
                        case when m.kind = any(%s) then m.quantity else -m.quantity end as quantity
                   from inventory_stockmove m where m.kind = any(%s) and m.moved_at >= %s and m.moved_at < %s
                 union all
                 select product_id, month, quantity from inventory_pastdemand where month >= %s and month < %s
                 union all
                 select l.product_id, date_trunc('month', o.ordered_on)::date, l.delivered - l.returned
                   from data_salesorderline l join data_salesorder o on o.id = l.order_id and o.is_migrated
                  where o.ordered_on >= %s and o.ordered_on < %s) d
                where %s::bigint[] is null or product_id = any(%s::bigint[])
                group by 1, 2 having sum(quantity) <> 0""",
            [
                current().time_zone, OUT, [*OUT, *BACK], start_of(since), start_of(end), since, end, since, end, ids,
                ids,
            ],
        )  # fmt: skip
        for product, month, quantity in cursor.fetchall():
            found[product][month] = quantity
    return found


def _days_out(since: date, end: date, product_ids: Collection[int] | None) -> dict[int, dict[date, int]]:
    """Product → month → days at whose end nothing was there, from its first move on."""
    ids = list(product_ids) if product_ids is not None else None
    with connection.cursor() as cursor:
        cursor.execute(
            """with flows as (
                 select m.product_id, (m.moved_at at time zone %s)::date as day,
                        sum(((t.kind = any(%s))::int - (f.kind = any(%s))::int) * m.quantity) as net
                   from inventory_stockmove m
                   join inventory_location f on f.id = m.from_location_id
                   join inventory_location t on t.id = m.to_location_id
                  where %s::bigint[] is null or m.product_id = any(%s::bigint[]) group by 1, 2),
               run as (
                 select product_id, day, sum(net) over w as there, lead(day) over w as until from flows
                 window w as (partition by product_id order by day))
               select product_id, greatest(day, %s), least(coalesce(until, %s), %s) from run
                where there <= 0 and coalesce(until, %s) > %s and day < %s""",
            [current().time_zone, _HOLDS, _HOLDS, ids, ids, since, end, end, end, since, end],
        )  # fmt: skip
        spells = cursor.fetchall()
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for product, day, until in spells:
        while day < until:
            following = min(until, first_of(day) + relativedelta(months=1))
            found[product][first_of(day)] += (following - day) // timedelta(days=1)
            day = following
    return found
