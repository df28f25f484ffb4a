"""What a made product's cost consists of: material, labour, machines, overhead, work done outside, rework."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db import connection
from django.db.models import F, Sum

from modules.finance.models import JournalLine
from modules.shared.contracts.posting import OrderCostEstimate, ProductionCosts
from tenon.ports import find

ZERO = Decimal(0)
# Who feeds work in progress, by event.
COMPONENT_OF = {
    "production_issue": "material", "production_labour": "labour", "production_wages": "labour",
    "production_overhead": "overhead", "production_outside": "outside",
}  # fmt: skip
Shares = dict[str, Decimal]


def produced_shares(wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Shares]:
    """(sales order, product) → what the production orders that made the product for that order have taken in, by
    component: as production kept it, else by the events that fed work in progress. Two queries."""
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """with made as (
                 select distinct l.sales_order_id, l.product_id, l.production_order_id
                   from finance_journalline l
                   join unnest(%s::bigint[], %s::bigint[]) as w(sales_order_id, product_id)
                     on l.sales_order_id = w.sales_order_id and l.product_id = w.product_id
                   join finance_journalentry e on e.id = l.entry_id and e.event = 'production_receipt'
                  where l.production_order_id is not null)
               select m.sales_order_id, m.product_id, m.production_order_id, e.event, sum(l.debit - l.credit)
                 from made m
                 join finance_journalline l on l.production_order_id = m.production_order_id
                 join finance_account a on a.id = l.account_id and a.control = 'wip'
                 join finance_journalentry e on e.id = l.entry_id and e.event = any(%s)
                group by 1, 2, 3, 4""",
            [[p[0] for p in pairs], [p[1] for p in pairs], list(COMPONENT_OF)],
        )
        rows = cursor.fetchall()
    by_order: dict[tuple[int, int, int], Shares] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for order_id, product_id, made_by, event, amount in rows:
        by_order[order_id, product_id, made_by][COMPONENT_OF[event]] += amount
    provider = find(ProductionCosts) if by_order else None
    kept = provider.elements(sorted({key[2] for key in by_order})) if provider else {}
    out: dict[tuple[int, int], Shares] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for (order_id, product_id, made_by), posted in by_order.items():
        for component, amount in kept.get(made_by, posted).items():
            out[order_id, product_id][component] += amount
    return {key: dict(shares) for key, shares in out.items()}


def sold_shares(order_line_ids: Iterable[int]) -> dict[int, Shares]:
    """Sales order line → what its deliveries have cost, by component. One query."""
    wanted = sorted(set(order_line_ids))
    out: dict[int, Shares] = defaultdict(dict)
    if wanted:
        rows = (
            JournalLine.objects.filter(sales_order_line_id__in=wanted, entry__event="delivery")
            .exclude(component="")
            .values_list("sales_order_line_id", "component")
            .annotate(cost=Sum(F("debit") - F("credit")))
        )
        for line_id, component, cost in rows:
            out[line_id][component] = cost
    return dict(out)


def estimated_shares(product_ids: Iterable[int]) -> dict[int, Shares]:
    """What production (through the bill of materials) or inventory says a unit costs, by component."""
    wanted = sorted(set(product_ids))
    provider = find(OrderCostEstimate) if wanted else None
    return provider.unit_costs(wanted) if provider else {}
