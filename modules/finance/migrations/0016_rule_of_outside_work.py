"""Companies that are there already get the posting rule of work done outside, as new ones do: from what stands received
and not invoiced into work in process. A company whose chart is its own gets it from the rules it has."""

from __future__ import annotations

from django.db import migrations

RULE = """
insert into finance_postingrule (event, product_source, debit_account_id, credit_account_id, version, created_at,
                                 changed_at, custom)
select 'production_outside', '', w.debit_account_id, g.credit_account_id, 1, now(), now(), '{}'::jsonb
  from finance_postingrule w
  join finance_postingrule g on g.event = 'goods_receipt' and g.product_source = '' and g.category_id is null
 where w.event = 'production_labour' and w.product_source = '' and w.category_id is null
   and not exists (select from finance_postingrule r where r.event = 'production_outside')
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0015_outside_work_event")]

    operations = [migrations.RunSQL(RULE, migrations.RunSQL.noop)]
