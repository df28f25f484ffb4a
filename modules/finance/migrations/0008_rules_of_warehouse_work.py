"""Companies that are there already get the posting rules of losses in transit, repacking and freight to customers, as
new ones do. A company whose chart is its own, or that has decided about one of these events already, is left as it
is."""

from __future__ import annotations

from django.db import migrations

RULES = """
insert into finance_postingrule (event, product_source, debit_account_id, credit_account_id, version, created_at,
                                 changed_at, custom)
select n.event, n.source, d.id, c.id, 1, now(), now(), '{}'
  from (values
    ('transit_loss', '', '5401.04', '1405'), ('transit_loss', 'buy', '5401.04', '1403'),
    ('repacking', '', '1405', '5401.04'), ('repacking', 'buy', '1403', '5401.04'),
    ('outbound_freight', '', '5601.01', '2202.03'),
    ('transit_loss', '', '5040', '1220'), ('transit_loss', 'buy', '5040', '1210'),
    ('repacking', '', '1220', '5040'), ('repacking', 'buy', '1210', '5040'),
    ('outbound_freight', '', '5060', '2025')
  ) n(event, source, debit, credit)
  join finance_account d on d.code = n.debit
  join finance_account c on c.code = n.credit
 -- Bought things have an account of their own where the industry keeps raw material apart.
 where exists (select from finance_postingrule r
                where r.event = 'stock_adjustment' and r.category_id is null and r.product_source = n.source)
   and not exists (select from finance_postingrule r where r.event = n.event)
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0007_warehouse_work_events")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
