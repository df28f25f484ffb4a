"""Companies that are there already get the posting rules of wages by what was reported, as new ones do: into the wages
payable of the shipped charts. A company whose chart is its own makes them itself."""

from __future__ import annotations

from django.db import migrations

RULES = """
insert into finance_postingrule (event, product_source, debit_account_id, credit_account_id, version, created_at,
                                 changed_at, custom)
select n.event, '', d.debit_account_id, c.id, 1, now(), now(), '{}'::jsonb
  from (values ('production_wages', 'production_labour'), ('wage_difference', 'production_variance')) n(event, like_event)
  join finance_postingrule d on d.event = n.like_event and d.product_source = '' and d.category_id is null
  join lateral (select a.id from finance_account a
                 where a.type = 'liability' and a.is_active
                   and ((a.code = '2211' and exists (select from finance_account x where x.code = '1122'))
                     or (a.code = '2200' and exists (select from finance_account x where x.code = '5210')))
                   and not exists (select from finance_account x where x.parent_id = a.id)
                 order by a.code limit 1) c on true
 where not exists (select from finance_postingrule r where r.event = n.event)
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0017_wages_event")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
