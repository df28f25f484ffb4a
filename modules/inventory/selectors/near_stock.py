"""Which balances are enough to look at, so that an order does not lock all the places of a product that lies in
hundreds. Read without locks: whoever locks them looks again, and everywhere where they turn out not to be enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from modules.inventory.models import DeliveryLine

ZERO = Decimal(0)
SPARE = 3  # places in picking order that are looked at in any case


def enough_for(wanted: Sequence[tuple[int, Decimal, int | None]]) -> tuple[set[int], set[int]]:
    """Each (product, quantity wanted at once, the only warehouse that will do). Answers balances, and the products that
    lie elsewhere too: of these, the places that serve it in picking order and the first that serves it alone. Of
    products with lots all count."""
    if not wanted:
        return set(), set()
    with connection.cursor() as cursor:
        cursor.execute(
            """select id, product_id, lots or earlier < quantity or n <= %s or (free >= quantity and alone = 1)
                 from (select b.id, b.product_id, w.quantity, b.on_hand - b.reserved as free,
                              row_number() over shelf as n,
                              coalesce(sum(b.on_hand - b.reserved) over
                                       (shelf rows between unbounded preceding and 1 preceding), 0) as earlier,
                              count(*) filter (where b.on_hand - b.reserved >= w.quantity) over shelf as alone,
                              bool_or(b.lot <> '') over (partition by b.product_id) as lots
                         from unnest(%s::bigint[], %s::numeric[], %s::bigint[]) as w(product_id, quantity, site)
                         join inventory_stockbalance b on b.product_id = w.product_id and b.on_hand > b.reserved
                         join inventory_location l on l.id = b.location_id and l.kind = 'stock'
                          and (w.site is null or l.warehouse_id = w.site)
                       window shelf as (partition by b.product_id order by l.pick_order, l.path, b.id)) as offered""",
            [SPARE, *([row[at] for row in wanted] for at in range(3))],
        )
        rows = cursor.fetchall()
    return {pk for pk, _product, near in rows if near}, {product for _pk, product, near in rows if not near}


def held_for(lines: Sequence[DeliveryLine]) -> tuple[set[int], set[int]]:
    """Balances in which stock is locked for these lines, and the products of which all that goes is locked there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select r.demand_id, r.quantity, b.id from inventory_reservation r
                 join inventory_stockbalance b
                   on b.product_id = r.product_id and b.location_id = r.location_id and b.lot = r.lot
                where r.state = 'active' and r.demand_entity = 'shared.sales_order_line' and r.demand_id = any(%s)""",
            [[x.order_line_id for x in lines]],
        )
        rows = cursor.fetchall()
    locked: dict[int, Decimal] = defaultdict(Decimal)
    for line, quantity, _balance in rows:
        locked[line] += quantity
    more = {x.product_id for x in lines if x.lots.strip() or x.quantity > locked[x.order_line_id]}
    return {balance for _line, _quantity, balance in rows}, {x.product_id for x in lines} - more
