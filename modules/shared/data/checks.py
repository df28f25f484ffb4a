"""What `manage.py check_books` proves of the shared documents: amounts add up, headers follow their lines."""

from __future__ import annotations

from django.db import connection

from modules.shared.data.selectors.merging import strays
from tenon.tenancy.context import Company

_SUMS = """
select o.number from {table} o join {table}line l on l.order_id = o.id
 group by o.id, o.number, o.subtotal, o.tax_amount
having sum(l.subtotal) <> o.subtotal or sum(l.tax_amount) <> o.tax_amount
 order by o.id limit 20
"""
_TAXES = """
select o.number from {table} o
 where o.tax_amount <> coalesce((select sum((t->>'amount')::numeric) from jsonb_array_elements(o.tax_lines) t), 0)
 order by o.id limit 20
"""
# Delivered (received) as far as it ever will be ⇔ the status says so; closed and cancelled orders owe nothing.
_STATUS = """
select o.number from {table} o
  join (select order_id, bool_and({done} >= base_quantity - cancelled) as complete, bool_or({done} > 0) as begun
          from {table}line group by order_id) l on l.order_id = o.id
 where case o.status when '{none}' then l.begun or l.complete when '{part}' then l.complete or not l.begun
                     when '{full}' then not l.complete
                     when 'closed' then not l.complete when 'cancelled' then not l.complete else l.begun end
 order by o.id limit 20
"""
_KINDS = (
    {
        "table": "data_salesorder",
        "done": "delivered",
        "none": "confirmed",
        "part": "part_delivered",
        "full": "delivered",
    },
    {
        "table": "data_purchaseorder",
        "done": "received",
        "none": "confirmed",
        "part": "part_received",
        "full": "received",
    },
)
_FINDINGS = (
    (_SUMS, "{0}: its lines do not sum to its amounts"),
    (_TAXES, "{0}: its tax lines do not sum to its tax"),
    (_STATUS, "{0}: its status does not follow from its lines"),
)


def check(company: Company) -> list[str]:
    """Findings in plain words; none when all is well."""
    findings = []
    with connection.cursor() as cursor:
        for kind in _KINDS:
            for query, text in _FINDINGS:
                cursor.execute(query.format(**kind))
                findings += [text.format(row[0]) for row in cursor.fetchall()]
    findings += [f"{party}: merged away, and {column} still points at it" for column, party in strays()]
    return findings
