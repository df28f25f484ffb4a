"""Proof of production's part of the books; `manage.py check_books` collects it. Finance compares work in process with
its account by the contract WorkInProgress."""

from __future__ import annotations

from django.db import connection

from tenon.tenancy.context import Company

# Each query returns the rows that contradict; the words of a finding stand beside its query.
_CHECKS: tuple[tuple[str, str], ...] = (
    (
        # Good pieces count behind the last operation, scrap wherever it fell.
        "order {0}: good or scrap differ from its reports: {1}, {2} against {3}, {4}",
        """
        select * from (
            select o.number, o.completed, o.scrapped, coalesce(sum(r.good) filter (where s.position is null or
                   s.position = (select max(position) from production_productionorderoperation x
                                  where x.order_id = o.id)), 0) as good, coalesce(sum(r.scrap), 0) as scrap
              from production_productionorder o left join production_productionreport r on r.order_id = o.id
              left join production_productionorderoperation s on s.id = r.order_operation_id
             group by o.id) told
         where completed <> good or scrapped <> scrap
        """,
    ),
    (
        "operation {1} of order {0}: good, scrap, rework or minutes differ from its reports",
        """
        select o.number, s.name from production_productionorderoperation s
          join production_productionorder o on o.id = s.order_id
          left join production_productionreport r on r.order_operation_id = s.id
         group by s.id, o.number having s.good <> coalesce(sum(r.good), 0) or s.scrap <> coalesce(sum(r.scrap), 0)
            or s.rework <> coalesce(sum(r.rework), 0) or s.minutes <> coalesce(sum(r.minutes), 0)
        """,
    ),
    (
        "order {0}: labour, overhead or value received differ from its reports",
        """
        select o.number from production_productionorder o
          left join production_productionreport r on r.order_id = o.id
         group by o.id
        having o.labour_cost <> coalesce(sum(r.labour_cost), 0) or o.overhead_cost <> coalesce(sum(r.overhead_cost), 0)
            or o.received_value <> coalesce(sum(r.received_value), 0)
        """,
    ),
    (
        "order {0}: material cost {1} differs from what was issued {2}",
        """
        select o.number, o.material_cost, coalesce(sum(c.issued_value), 0)
          from production_productionorder o left join production_productionordercomponent c on c.order_id = o.id
         group by o.id having o.material_cost <> coalesce(sum(c.issued_value), 0)
        """,
    ),
    (
        "order {0}: by-products have taken {1}, more than the {2} that came out of it",
        """
        select o.number, sum(b.received_value), o.received_value
          from production_productionorder o join production_productionorderoutput b on b.order_id = o.id
         group by o.id having sum(b.received_value) > o.received_value
        """,
    ),
    (
        "order {0}: {1} waits for by-products, more than the {2} in process",
        """
        select o.number, sum(b.waiting_value),
               o.material_cost + o.labour_cost + o.overhead_cost + o.unbuilt_value - o.received_value - o.variance
          from production_productionorder o join production_productionorderoutput b on b.order_id = o.id
         group by o.id having sum(b.waiting_value)
                > o.material_cost + o.labour_cost + o.overhead_cost + o.unbuilt_value - o.received_value - o.variance
        """,
    ),
    (
        "order {0} has ended with {1} left in work in process",
        """
        select number, material_cost + labour_cost + overhead_cost + unbuilt_value - received_value - variance
          from production_productionorder
         where status in ('closed', 'cancelled')
           and material_cost + labour_cost + overhead_cost + unbuilt_value <> received_value + variance
        """,
    ),
)


def check(company: Company) -> list[str]:
    """What contradicts, in words; empty when all holds."""
    findings = []
    with connection.cursor() as cursor:
        for words, query in _CHECKS:
            cursor.execute(query)
            findings += [words.format(*row) for row in cursor.fetchall()]
    return findings
