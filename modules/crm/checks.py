"""What `manage.py check_books` proves of CRM: the stage ledger ends where the opportunity stands, accepted quotes are
their orders."""

from __future__ import annotations

from django.db import connection

from tenon.tenancy.context import Company

_STAGES = """
select o.number from crm_opportunity o
  left join lateral (select h.to_stage_id from crm_stagehistory h where h.opportunity_id = o.id
                      order by h.at desc, h.id desc limit 1) last on true
 where last.to_stage_id is distinct from o.stage_id
 order by o.id limit 20
"""
_STATES = """
select o.number from crm_opportunity o join crm_stage s on s.id = o.stage_id
 where s.kind <> o.state order by o.id limit 20
"""
_ORDERS = """
select q.number from crm_quote q join data_salesorder o on o.id = q.sales_order_id
 where o.quote_ref->>'id' <> q.id::text order by q.id limit 20
"""
_FINDINGS = (
    (_STAGES, "{0}: its stage is not the last of its history"),
    (_STATES, "{0}: its state is not that of its stage"),
    (_ORDERS, "{0}: the order made of it names another quote"),
)


def check(company: Company) -> list[str]:
    """Findings in plain words; none when all is well."""
    findings = []
    with connection.cursor() as cursor:
        for query, text in _FINDINGS:
            cursor.execute(query)
            findings += [text.format(row[0]) for row in cursor.fetchall()]
    return findings
