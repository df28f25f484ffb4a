"""Margin by customer, product, region, salesperson or month, of days beside those before, and the steps between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db import connection

from modules.finance.rules.bridge import Bridge, Sold, margin_bridge
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)
By = Literal["customer", "product", "region", "salesperson", "month"]
# What a line belongs to: of its order, where it has one; only what is named here gets into the statement.
KEYS: dict[str, tuple[str, str]] = {
    "customer": ("coalesce(o.customer_id, l.party_id)::text", "p.name"),
    "product": ("l.product_id::text", "concat(r.code, ' ', r.name)"),
    "region": ("a.region", "a.region"),
    "salesperson": ("o.owner_id::text", "u.name"),
    "month": ("to_char(l.entry_date, 'YYYY-MM')", "to_char(l.entry_date, 'YYYY-MM')"),
}


@dataclass
class Margin:
    """Revenue and costs (by component, positive) of one customer, product …; `key` is empty for what has none."""

    key: str
    label: str
    revenue: Decimal = ZERO
    costs: dict[str, Decimal] = field(default_factory=dict)

    @property
    def cost(self) -> Decimal:
        return sum(self.costs.values(), ZERO)

    @property
    def margin(self) -> Decimal:
        return self.revenue - self.cost


def margins(*, actor: Actor, by: By, since: date, until: date) -> list[Margin]:
    """Of the postings of these days: all of them together are the gross margin of the ledger. One query."""
    actor.require("finance.profit_analysis.view")
    key, label = KEYS[by]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select coalesce({key}, '') as key, max(coalesce({label}, '')), l.component, sum(l.credit - l.debit)
                  from finance_journalline l
                  left join data_salesorder o on o.id = l.sales_order_id
                  left join data_party p on p.id = coalesce(o.customer_id, l.party_id)
                  left join data_product r on r.id = l.product_id
                  left join access_member u on u.id = o.owner_id
                  left join lateral (select coalesce(nullif(x.state, ''), nullif(x.country, '')) as region
                                       from data_address x where x.party_id = p.id order by x.id limit 1) a on true
                 where l.component <> '' and l.entry_date between %s and %s
                 group by 1, 3""",
            [since, until],
        )
        out: dict[str, Margin] = {}
        for found, name, component, amount in cursor.fetchall():
            row = out.setdefault(found, Margin(found, name if found else ""))
            if component == "revenue":
                row.revenue += amount
            else:
                row.costs[component] = row.costs.get(component, ZERO) - amount
    return sorted(out.values(), key=lambda row: (row.key == "", row.key if by == "month" else -row.margin))


def bridge(*, actor: Actor, before: tuple[date, date], after: tuple[date, date]) -> Bridge:
    """The steps from one margin to the other. Quantities are those invoiced, less those credited."""
    first, rest = _sold(actor, *before)
    last, beside = _sold(actor, *after)
    return margin_bridge(first, last, (rest, beside), lambda amount: round_money(amount, current().currency))


def _sold(actor: Actor, since: date, until: date) -> tuple[dict[int, Sold], Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select n.product_id, sum(case i.kind when 'sales_invoice' then n.base_quantity else -n.base_quantity end)
                 from finance_invoiceline n join finance_invoice i on i.id = n.invoice_id
                where i.kind in ('sales_invoice', 'sales_credit_note') and i.status not in ('draft', 'reversed')
                  and i.issued_on between %s and %s and n.product_id is not null
                group by 1""",
            [since, until],
        )
        quantities: dict[int, Decimal] = dict(cursor.fetchall())
    products: dict[int, Sold] = {}
    rest = ZERO
    for row in margins(actor=actor, by="product", since=since, until=until):
        if row.key:
            key = int(row.key)
            products[key] = Sold(max(quantities.get(key, ZERO), ZERO), row.revenue, row.cost)
        else:
            rest += row.margin
    return products, rest
