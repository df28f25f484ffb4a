"""Proof of production's part of the books; `manage.py check_books` collects it. Finance compares work in process with
its account by the contract WorkInProgress."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.db.models import F, Sum

from modules.production.models import SubcontractMaterial
from modules.shared.contracts.stock import SubcontractStock
from tenon.ports import find
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
        "order {0}: labour, overhead, outside work or value received differ from its reports",
        """
        select o.number from production_productionorder o
          left join production_productionreport r on r.order_id = o.id
         group by o.id
        having o.labour_cost <> coalesce(sum(r.labour_cost), 0) or o.overhead_cost <> coalesce(sum(r.overhead_cost), 0)
            or o.outside_cost <> coalesce(sum(r.outside_cost), 0)
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
               o.material_cost + o.labour_cost + o.overhead_cost + o.outside_cost + o.unbuilt_value
                   - o.received_value - o.variance
          from production_productionorder o join production_productionorderoutput b on b.order_id = o.id
         group by o.id having sum(b.waiting_value)
                > o.material_cost + o.labour_cost + o.overhead_cost + o.outside_cost + o.unbuilt_value
                   - o.received_value - o.variance
        """,
    ),
    (
        "subcontract order {0}: pieces or fee differ from its receipts",
        """
        select s.number from production_subcontractorder s
          left join production_subcontractreceipt r on r.subcontract_id = s.id
         group by s.id
        having s.good <> coalesce(sum(r.good), 0) or s.rejected <> coalesce(sum(r.rejected), 0)
            or s.spoiled <> coalesce(sum(r.spoiled), 0) or s.fee <> coalesce(sum(r.fee), 0)
        """,
    ),
    (
        "subcontract order {0}: its purchase order line says {1} received, {2} rejected",
        """
        select s.number, l.received, l.rejected from production_subcontractorder s
          join data_purchaseorderline l on l.id = s.purchase_line_id
         where l.received <> s.good + s.rejected + s.spoiled or l.rejected <> s.rejected
        """,
    ),
    (
        "wage slip {0}: {1} in all, its lines come to {2}",
        """
        select w.number, w.total, coalesce(sum(l.amount), 0) from production_wageslip w
          left join production_wageslipline l on l.slip_id = w.id
         group by w.id having w.total <> coalesce(sum(l.amount), 0)
        """,
    ),
    (
        "report {0}: {1} of {2} good pieces settled",
        """
        select r.id, l.quantity, r.good from production_wageslipline l
          join production_productionreport r on r.id = l.report_id
         where l.live and l.kind = 'piece' and l.quantity <> r.good
        """,
    ),
    (
        "order {0}: its cost postings sum to {1}, in process is {2}",
        """
        select o.number, coalesce(sum(c.amount), 0),
               o.material_cost + o.labour_cost + o.overhead_cost + o.outside_cost + o.unbuilt_value
                   - o.received_value - o.variance
          from production_productionorder o left join production_productioncost c on c.order_id = o.id
         group by o.id
        having coalesce(sum(c.amount), 0)
            <> o.material_cost + o.labour_cost + o.overhead_cost + o.outside_cost + o.unbuilt_value
                   - o.received_value - o.variance
            or coalesce(sum(c.amount) filter (where c.element = 'material'), 0) <> o.material_cost
            or coalesce(sum(c.amount) filter (where c.element = 'labour'), 0) <> o.labour_cost
            or coalesce(sum(c.amount) filter (where c.element = 'outside'), 0) <> o.outside_cost
            or coalesce(sum(c.amount) filter (where c.element in ('machine', 'overhead')), 0) <> o.overhead_cost
        """,
    ),
    (
        "order {0} has ended with {1} left in work in process",
        """
        select number, material_cost + labour_cost + overhead_cost + outside_cost + unbuilt_value - received_value
               - variance
          from production_productionorder
         where status in ('closed', 'cancelled')
           and material_cost + labour_cost + overhead_cost + outside_cost + unbuilt_value <> received_value + variance
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
    return findings + _outside()


def _outside() -> list[str]:
    """What was sent to subcontractors and neither used up nor taken back is what lies there."""
    stock = find(SubcontractStock)
    if stock is None:
        return []
    told: dict[tuple[int, int], Decimal] = {
        (supplier, product): quantity
        for supplier, product, quantity in SubcontractMaterial.objects.order_by()
        .values_list("subcontract__supplier", "product")
        .annotate(lies=Sum(F("sent") - F("consumed") - F("returned")))
        if quantity
    }
    lies = stock.there()
    return [
        f"material {product} at subcontractor {supplier}: {told.get((supplier, product), 0):f} sent and not used, "
        f"{lies.get((supplier, product), 0):f} there"
        for supplier, product in sorted({*told, *lies})
        if told.get((supplier, product), 0) != lies.get((supplier, product), 0)
    ]
