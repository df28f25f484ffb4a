"""What purchases cost (采购成本): what was ordered, what was received at the price paid in the end, and by how much
that differs from standard cost or from the price before (PPV), by supplier, category, product, month or buyer.

What was paid is the receipt's value and what the supplier's invoice charged beyond it, spread evenly over what was kept
of the order line. History that was taken over has no receipts: its order lines stand for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from django.db import connection

from modules.shared.contracts.valuation import InvoicedDifferences
from modules.shared.data.models import Party, Product, ProductCategory, PurchaseOrder
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)
By = Literal["supplier", "category", "product", "month", "buyer"]
Against = Literal["standard", "last"]
KEYS: dict[By, str] = {
    "supplier": "supplier_id", "category": "category_id", "product": "product_id", "month": "to_char(day, 'YYYY-MM')",
    "buyer": "owner_id",
}  # fmt: skip

# Lines of orders that somebody may see, with their value per unit in base currency: the stock unit, of goods in two
# quantities the second, in which their standard cost is.
_LINES = """
    select l.id, l.product_id, p.category_id, p.standard_cost, o.supplier_id, o.owner_id, o.ordered_on, o.is_migrated,
           l.subtotal * o.exchange_rate as ordered, l.subtotal * o.exchange_rate / l.base_quantity as price,
           case when l.second_quantity is null then l.received - l.rejected - l.returned
                else l.second_received - l.second_returned end as kept
      from data_purchaseorderline l
      join data_purchaseorder o on o.id = l.order_id
      join data_product p on p.id = l.product_id
     where o.status not in ('draft', 'cancelled') and o.id in ({orders})"""
# What was received and kept, each time with the price that was paid for a unit, and the one paid before.
_RECEIVED = """
    with lines as ({lines}),
         came as (
           select l.*, r.received_on as day, x.id as seq,
                  x.value / coalesce(x.second_quantity, x.quantity - x.rejected) as unit_value,
                  coalesce(x.second_quantity, x.quantity - x.rejected) - coalesce(
                    (select sum(coalesce(b.second_quantity, b.quantity)) from inventory_receiptline b
                      where b.original_id = x.id), 0) as quantity
             from inventory_receiptline x
             join inventory_receipt r on r.id = x.receipt_id and r.status = 'posted' and r.kind = 'receipt'
             join lines l on l.id = x.order_line_id
            where x.quantity > x.rejected
           union all
           select l.*, l.ordered_on, 0, l.price, l.kept from lines l where l.is_migrated),
         paid as (
           select came.*, unit_value + coalesce(d.amount / kept, 0) as unit
             from came left join unnest(%s::bigint[], %s::numeric[]) d(line_id, amount) on d.line_id = came.id
            where quantity > 0 and kept > 0),
         compared as (select paid.*, {reference} as reference from paid)
    select {key}, sum(unit * quantity), sum(reference * quantity),
           sum(unit * quantity) filter (where reference is not null)
      from compared where (%s::date is null or day >= %s) and (%s::date is null or day <= %s) group by 1"""
_ORDERED = """
    with lines as (select lines.*, ordered_on as day from ({lines}) lines)
    select {key}, sum(ordered) from lines
     where (%s::date is null or day >= %s) and (%s::date is null or day <= %s) group by 1"""
REFERENCE: dict[Against, str] = {
    "standard": "nullif(standard_cost, 0)",
    "last": "lag(unit) over (partition by product_id order by day, seq, id)",
}


@dataclass(frozen=True)
class Row:
    """Company currency. `compared`: the part of `received` that has a price to compare with, `reference` what it would
    have cost at that."""

    key: str
    label: str
    ordered: Decimal
    received: Decimal
    compared: Decimal
    reference: Decimal

    @property
    def variance(self) -> Decimal:
        return self.compared - self.reference

    @property
    def share(self) -> Decimal | None:
        if not self.reference:
            return None
        return (self.variance / self.reference).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Report:
    total: Row
    rows: list[Row]


def purchase_costs(
    *, actor: Actor, by: By, against: Against = "standard", since: date | None = None, until: date | None = None
) -> Report:
    """Of the orders that the actor may see, the dearest first, months in their order. A constant number of queries."""
    orders = visible(actor, registry().entities["shared.purchase_order"], PurchaseOrder.objects.all())
    inner, values = orders.order_by().values("pk").query.sql_with_params()
    lines = _LINES.format(orders=inner)
    provider = find(InvoicedDifferences)
    differences = provider.differences() if provider is not None else {}
    days = [since, since, until, until]
    with connection.cursor() as cursor:
        cursor.execute(_ORDERED.format(lines=lines, key=KEYS[by]), [*values, *days])
        ordered = dict(cursor.fetchall())
        cursor.execute(
            _RECEIVED.format(lines=lines, key=KEYS[by], reference=REFERENCE[against]),
            [*values, list(differences), list(differences.values()), *days],
        )
        received = {key: amounts for key, *amounts in cursor.fetchall()}
    labels = _labels(by, {*ordered, *received})
    rows = [_row(key, label, ordered.get(key), *received.get(key, ())) for key, label in labels.items()]
    rows.sort(key=lambda row: row.label)
    if by != "month":
        rows.sort(key=lambda row: -max(row.ordered, row.received))
    total = _row(
        "", "", sum((r.ordered for r in rows), ZERO), sum((r.received for r in rows), ZERO),
        sum((r.reference for r in rows), ZERO), sum((r.compared for r in rows), ZERO),
    )  # fmt: skip
    return Report(total, rows)


def _row(
    key: int | str | None, label: str, ordered: Decimal | None, received: Decimal | None = None,
    reference: Decimal | None = None, compared: Decimal | None = None,
) -> Row:  # fmt: skip
    currency = current().currency
    amounts = [round_money(amount or ZERO, currency) for amount in (ordered, received, compared, reference)]
    return Row(str(key or ""), label, *amounts)


def _labels(by: By, keys: set[int | str | None]) -> dict[int | str | None, str]:
    if by == "month":
        return {key: str(key) for key in keys}
    known = [key for key in keys if isinstance(key, int)]
    named: dict[int, str] = {}
    if by == "supplier":
        named = dict(Party.objects.filter(pk__in=known).values_list("pk", "name"))
    elif by == "category":
        named = {row.pk: str(row) for row in ProductCategory.objects.filter(pk__in=known)}
    elif by == "product":
        named = dict(Product.objects.filter(pk__in=known).values_list("pk", "label"))
    else:
        named = dict(Member.objects.filter(pk__in=known).values_list("pk", "name"))
    return {key: named.get(key, "–") if isinstance(key, int) else "–" for key in keys}
