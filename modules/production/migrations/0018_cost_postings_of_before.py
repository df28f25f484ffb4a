"""Orders that are there already get the cost postings that their reports and material say. Days are those of the
reports; material was not dated on the order, so it stands on the day of its first report, else of its start."""

from __future__ import annotations

from django.db import migrations

REPORTS = """
insert into production_productioncost (posted_at, posted_by, posted_on, element, amount, order_id, product_id,
                                       order_operation_id)
select r.posted_at, r.posted_by, r.reported_on, x.element, x.amount, r.order_id, o.product_id,
       case when x.element <> 'receipt' then r.order_operation_id end
  from production_productionreport r
  join production_productionorder o on o.id = r.order_id
 cross join lateral (values
       ('labour', r.labour_cost), ('overhead', r.overhead_cost), ('outside', r.outside_cost),
       ('receipt', -r.received_value)) x(element, amount)
 where x.amount <> 0
"""
MATERIAL = """
insert into production_productioncost (posted_at, posted_by, posted_on, element, amount, order_id, product_id)
select o.changed_at, '', coalesce((select min(r.reported_on) from production_productionreport r where r.order_id = o.id),
                                  o.start_on), 'material', c.issued_value, o.id, c.product_id
  from production_productionordercomponent c join production_productionorder o on o.id = c.order_id
 where c.issued_value <> 0
"""
ENDS = """
insert into production_productioncost (posted_at, posted_by, posted_on, element, amount, order_id, product_id)
select o.changed_at, '', coalesce(o.closed_at, o.changed_at)::date, x.element, x.amount, o.id, o.product_id
  from production_productionorder o
 cross join lateral (values ('receipt', o.unbuilt_value), ('variance', -o.variance)) x(element, amount)
 where x.amount <> 0
"""


class Migration(migrations.Migration):
    dependencies = [("production", "0017_cost_postings_and_alerts")]

    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (REPORTS, MATERIAL, ENDS)]
