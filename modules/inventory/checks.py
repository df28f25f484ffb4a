"""Proof of inventory's part of the books (domain invariants 2, 3 and 5); `manage.py check_books` collects it.

Finance compares the value of stock with its accounts by the contract StockValuation."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db import connection

from modules.inventory.models import HOLDING, VALUED
from modules.inventory.selectors.demands import open_claims
from modules.inventory.services.inspecting import kept_and_there
from modules.shared.contracts.stock import OpenSupply
from modules.shared.data.models import Product
from tenon.ports import find_all
from tenon.tenancy.context import Company

_HOLDS = ", ".join(f"'{kind}'" for kind in HOLDING)
_VALUED = ", ".join(f"'{kind}'" for kind in VALUED)

# Each query returns the rows that contradict; `%s`-free, so that the words of a finding stand beside its query.
_CHECKS: tuple[tuple[str, str], ...] = (
    (
        "on hand differs from the moves: product {0} at place {1} lot {2!r}: balance {3}, moves {4}",
        f"""
        with flows as (
          select m.product_id, m.to_location_id as location_id, m.lot, m.quantity from inventory_stockmove m
            join inventory_location l on l.id = m.to_location_id and l.kind in ({_HOLDS})
          union all
          select m.product_id, m.from_location_id, m.lot, -m.quantity from inventory_stockmove m
            join inventory_location l on l.id = m.from_location_id and l.kind in ({_HOLDS})),
        moved as (select product_id, location_id, lot, sum(quantity) as quantity from flows group by 1, 2, 3)
        select product_id, location_id, lot, coalesce(b.on_hand, 0), coalesce(m.quantity, 0)
          from inventory_stockbalance b full join moved m using (product_id, location_id, lot)
         where coalesce(b.on_hand, 0) <> coalesce(m.quantity, 0)
        """,
    ),
    (
        "second quantity differs from the moves: product {0} at place {1} lot {2!r}: balance {3}, moves {4}",
        f"""
        with flows as (
          select m.product_id, m.to_location_id as location_id, m.lot, m.second_quantity as quantity
            from inventory_stockmove m
            join inventory_location l on l.id = m.to_location_id and l.kind in ({_HOLDS})
           where m.second_quantity is not null
          union all
          select m.product_id, m.from_location_id, m.lot, -m.second_quantity from inventory_stockmove m
            join inventory_location l on l.id = m.from_location_id and l.kind in ({_HOLDS})
           where m.second_quantity is not null),
        moved as (select product_id, location_id, lot, sum(quantity) as quantity from flows group by 1, 2, 3),
        held as (select * from inventory_stockbalance where second_on_hand is not null)
        select product_id, location_id, lot, coalesce(b.second_on_hand, 0), coalesce(m.quantity, 0)
          from held b full join moved m using (product_id, location_id, lot)
         where coalesce(b.second_on_hand, 0) <> coalesce(m.quantity, 0)
        """,
    ),
    (
        "{0} {1} of product {2} does not say what its product is kept in: a second quantity, or none",
        """
        select 'balance', b.id, p.id from inventory_stockbalance b join data_product p on p.id = b.product_id
         where (b.second_on_hand is null) <> (p.second_unit_id is null)
        union all
        select 'move', m.id, p.id from inventory_stockmove m join data_product p on p.id = m.product_id
         where (m.second_quantity is null) <> (p.second_unit_id is null)
        union all
        select 'cost row', c.id, p.id from inventory_productcost c join data_product p on p.id = c.product_id
         where c.has_second <> (p.second_unit_id is not null)
        """,
    ),
    (
        "more is locked than is there: product {0} at place {1}: on hand {2}, locked {3}",
        """
        select product_id, location_id, on_hand, reserved from inventory_stockbalance
         where reserved < 0 or reserved > greatest(on_hand, 0)
        """,
    ),
    (
        "locked differs from the reservations: product {0} at place {1} lot {2!r}: balance {3}, reservations {4}",
        """
        with held as (
          select product_id, location_id, lot, sum(quantity) as quantity from inventory_reservation
           where state = 'active' group by 1, 2, 3)
        select product_id, location_id, lot, coalesce(b.reserved, 0), coalesce(h.quantity, 0)
          from inventory_stockbalance b full join held h using (product_id, location_id, lot)
         where coalesce(b.reserved, 0) <> coalesce(h.quantity, 0)
        """,
    ),
    (
        "sales order line {0}: says {1} locked, reservations hold {2}",
        """
        with held as (
          select demand_id, sum(quantity) as quantity from inventory_reservation
           where state = 'active' and demand_entity = 'shared.sales_order_line' group by 1)
        select l.id, l.reserved, coalesce(h.quantity, 0)
          from data_salesorderline l left join held h on h.demand_id = l.id where l.reserved <> coalesce(h.quantity, 0)
        """,
    ),
    (
        "cost row of product {0}: quantity {1} worth {2} after move {3}; the moves say {4} worth {5} after {6}",
        f"""
        with flows as (
          select m.product_id,
                 (case when t.kind in ({_VALUED}) then 1 else 0 end)
                   - (case when f.kind in ({_VALUED}) then 1 else 0 end) as sign,
                 coalesce(m.second_quantity, m.quantity) as quantity, m.value, m.sequence
            from inventory_stockmove m
            join inventory_location f on f.id = m.from_location_id
            join inventory_location t on t.id = m.to_location_id),
        learned as (select product_id, sum(amount) as amount from inventory_stockvaluechange group by 1),
        moved as (
          select product_id, sum(sign * quantity) as quantity,
                 sum(sign * value) + coalesce(max(l.amount), 0) as value, max(sequence) as last,
                 count(*) as moves from flows left join learned l using (product_id) group by 1)
        select product_id, coalesce(c.quantity, 0), coalesce(c.value, 0), coalesce(c.sequence, 0),
               coalesce(m.quantity, 0), coalesce(m.value, 0), coalesce(m.moves, 0)
          from inventory_productcost c full join moved m using (product_id)
         where (coalesce(c.quantity, 0), coalesce(c.value, 0), coalesce(c.sequence, 0), coalesce(c.sequence, 0))
            is distinct from
               (coalesce(m.quantity, 0), coalesce(m.value, 0), coalesce(m.moves, 0), coalesce(m.last, 0))
        """,
    ),
    (
        "layers of product {0} lot {1!r}: {2} left; the balances say {3}",
        f"""
        with layers as (select product_id, lot, sum(remaining) as left_over from inventory_stocklayer group by 1, 2),
        held as (
          select product_id, lot, sum(coalesce(second_on_hand, on_hand)) as on_hand from inventory_stockbalance b
            join inventory_location l on l.id = b.location_id and l.kind in ({_VALUED}) group by 1, 2)
        select product_id, lot, coalesce(l.left_over, 0), coalesce(h.on_hand, 0)
          from layers l full join held h using (product_id, lot)
         where coalesce(l.left_over, 0) <> coalesce(h.on_hand, 0)
        """,
    ),
    (
        "layer {0} of product {1}: {2} of {3} left; its uses took {4}",
        """
        with used as (select layer_id, sum(quantity) as quantity from inventory_layeruse group by 1)
        select l.id, l.product_id, l.remaining, l.quantity, coalesce(u.quantity, 0)
          from inventory_stocklayer l left join used u on u.layer_id = l.id
         where l.remaining <> l.quantity - coalesce(u.quantity, 0)
        """,
    ),
    (
        "product {0} is valued by its layers: they are worth {2}, the cost row says {1}",
        """
        select c.product_id, c.value, coalesce(sum(l.worth), 0) from inventory_productcost c
          left join inventory_stocklayer l on l.product_id = c.product_id and l.remaining <> 0
         where c.method = 'fifo' group by c.product_id, c.value having c.value <> coalesce(sum(l.worth), 0)
        """,
    ),
    (
        "a place that owes no stock owes some: product {0} at place {1}: {2}",
        """
        select b.product_id, b.location_id, b.on_hand from inventory_stockbalance b
          join inventory_location l on l.id = b.location_id where b.on_hand < 0 and not l.allows_negative
        """,
    ),
    (
        "landed cost {0}: {1} to spread, its lines hold {2}, of which {3} to stock and {4} to goods gone",
        """
        select d.number, d.amount, coalesce(sum(l.amount), 0), coalesce(sum(l.in_stock), 0), coalesce(sum(l.gone), 0)
          from inventory_landedcost d left join inventory_landedcostline l on l.landed_cost_id = d.id
         where d.status = 'posted' group by d.id
        having d.amount <> coalesce(sum(l.amount), 0)
            or d.amount <> coalesce(sum(l.in_stock), 0) + coalesce(sum(l.gone), 0)
        """,
    ),
    (
        "sales order line {0}: delivered {1}, deliveries say {2}; returned {3}, returns say {4}",
        """
        with shipped as (
          select x.order_line_id, sum(x.quantity) filter (where d.kind = 'delivery') as delivered,
                 sum(x.quantity) filter (where d.kind = 'return') as returned
            from inventory_deliveryline x join inventory_delivery d on d.id = x.delivery_id and d.status = 'posted'
           group by 1)
        select l.id, l.delivered, coalesce(s.delivered, 0), l.returned, coalesce(s.returned, 0)
          from data_salesorderline l join data_salesorder o on o.id = l.order_id and not o.is_migrated
          left join shipped s on s.order_line_id = l.id
         where (l.delivered, l.returned) <> (coalesce(s.delivered, 0), coalesce(s.returned, 0))
        """,
    ),
    (
        "purchase order line {0}: received {1}, receipts say {2}; rejected {3} / {4}; returned {5} / {6}",
        """
        with arrived as (
          select x.order_line_id, sum(x.quantity) filter (where r.kind = 'receipt') as received,
                 sum(x.rejected) filter (where r.kind = 'receipt') as rejected,
                 sum(x.quantity) filter (where r.kind = 'return') as returned
            from inventory_receiptline x join inventory_receipt r on r.id = x.receipt_id and r.status = 'posted'
           group by 1)
        select l.id, l.received, coalesce(a.received, 0), l.rejected, coalesce(a.rejected, 0), l.returned,
               coalesce(a.returned, 0)
          from data_purchaseorderline l join data_purchaseorder o on o.id = l.order_id and not o.is_migrated
          join data_product p on p.id = l.product_id and p.kind = 'goods'
          left join arrived a on a.order_line_id = l.id
         where (l.received, l.rejected, l.returned)
            <> (coalesce(a.received, 0), coalesce(a.rejected, 0), coalesce(a.returned, 0))
        """,
    ),
    (
        "{0} line {1}: {2} worth {3} on the document, {4} worth {5} in the moves",
        """
        with documents as (
          select 'inventory.delivery' as entity, x.id, x.quantity, coalesce(x.value, 0) as value
            from inventory_deliveryline x join inventory_delivery d on d.id = x.delivery_id and d.status = 'posted'
            join data_product p on p.id = x.product_id and p.kind = 'goods'
          union all
          select 'inventory.receipt', x.id, x.quantity - x.rejected, coalesce(x.value, 0)
            from inventory_receiptline x join inventory_receipt r on r.id = x.receipt_id and r.status = 'posted'
          union all
          select 'inventory.adjustment', x.id, abs(x.difference), abs(x.value)
            from inventory_stockadjustmentline x
            join inventory_stockadjustment a on a.id = x.adjustment_id and a.status = 'posted'),
        moved as (
          select source_entity as entity, source_line_id as id, sum(quantity) as quantity, sum(value) as value
            from inventory_stockmove
           where source_entity in ('inventory.delivery', 'inventory.receipt', 'inventory.adjustment') group by 1, 2)
        select entity, id, coalesce(d.quantity, 0), coalesce(d.value, 0), coalesce(m.quantity, 0), coalesce(m.value, 0)
          from documents d full join moved m using (entity, id)
         where (coalesce(d.quantity, 0), coalesce(d.value, 0)) <> (coalesce(m.quantity, 0), coalesce(m.value, 0))
        """,
    ),
)


def check(company: Company) -> list[str]:
    """Runs inside `serving(company)`. One finding a line; an empty list is the proof."""
    findings: list[str] = []
    with connection.cursor() as cursor:
        for words, query in _CHECKS:
            cursor.execute(query)
            findings += [f"inventory: {words.format(*row)}" for row in cursor.fetchall()]
    return findings + _overclaimed() + _unjudged()


def _unjudged() -> list[str]:
    """What inspections keep in quarantine lies there."""
    kept, there = kept_and_there(Product.objects.values_list("pk", flat=True))
    return [
        f"inventory: product {pk}: inspections keep {quantity} in quarantine (the first {number}), {there[pk]} is there"
        for pk, (quantity, number) in kept.items()
        if there[pk] < quantity
    ]


def _overclaimed() -> list[str]:
    """All claims on a supply together are no more than what is still to come of it, whichever module it is of."""
    claimed: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for claim in open_claims():
        claimed[(claim.supply.entity, claim.supply.id)] += claim.quantity
    coming: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for provider in find_all(OpenSupply) if claimed else ():
        for supply in provider.open_supply():
            coming[(supply.source.entity, supply.source.id)] += supply.quantity
    return [
        f"inventory: supply {entity} {pk}: {quantity} claimed, {coming[(entity, pk)]} still to come"
        for (entity, pk), quantity in claimed.items()
        if quantity > coming[(entity, pk)]
    ]
