"""Which balances are enough to look at, so that an order does not lock all the places of a product that lies in
hundreds. Read without locks: whoever locks them looks again, and everywhere where they turn out not to be enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from modules.inventory.models import DeliveryLine

ZERO = Decimal(0)
SPARE = 3  # places in picking order that are looked at in any case


@dataclass(frozen=True)
class Near:
    """`balances` to look at; the products that lie `elsewhere` too; and of products without lots that are `short`, how
    much is free all together."""

    balances: set[int]
    elsewhere: set[int]
    short: dict[int, Decimal]


def enough_for(wanted: Sequence[tuple[int, Decimal, int | None]]) -> Near:
    """Each (product, quantity wanted at once, the only warehouse that will do). Of products that lie elsewhere too, the
    places that serve it in picking order and the first that serves it alone. Of products with lots all count."""
    if not wanted:
        return Near(set(), set(), {})
    quantity = {product: quantity for product, quantity, _site in wanted}
    earlier: dict[int, Decimal] = defaultdict(Decimal)  # free in the places before
    seen: dict[int, int] = defaultdict(int)
    alone: set[int] = set()
    near: set[int] = set()
    far: dict[int, list[int]] = defaultdict(list)
    with_lots: set[int] = set()
    for pk, product, free, lot in _offered(wanted):
        enough = free >= quantity[product] and product not in alone
        if enough:
            alone.add(product)
        if lot:
            with_lots.add(product)
        if enough or seen[product] < SPARE or earlier[product] < quantity[product]:
            near.add(pk)
        else:
            far[product].append(pk)
        seen[product] += 1
        earlier[product] += free
    near.update(pk for product in with_lots for pk in far[product])
    short = {p: earlier[p] for p, q in quantity.items() if p not in with_lots and earlier[p] < q}
    return Near(near, set(far) - with_lots, short)


def _offered(wanted: Sequence[tuple[int, Decimal, int | None]]) -> list[tuple[int, int, Decimal, str]]:
    """Balance, product, what is free of it, lot: in picking order. The balances are found first, by their products,
    whatever the database thinks to know of places."""
    with connection.cursor() as cursor:
        cursor.execute(
            """with offered as materialized (
                    select b.id, b.product_id, b.location_id, b.on_hand - b.reserved as free, b.lot, w.site
                      from unnest(%s::bigint[], %s::bigint[]) as w(product_id, site)
                      join inventory_stockbalance b on b.product_id = w.product_id and b.on_hand > b.reserved)
               select b.id, b.product_id, b.free, b.lot
                 from offered b join inventory_location l on l.id = b.location_id and l.kind = 'stock'
                  and (b.site is null or l.warehouse_id = b.site)
                order by l.pick_order, l.path, b.id""",
            [[product for product, _quantity, _site in wanted], [site for _product, _quantity, site in wanted]],
        )
        return cursor.fetchall()


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
