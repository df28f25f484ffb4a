"""Companies that are there already get the account and the posting rules of landed costs and late costs, as new ones
do. A company whose chart is its own, or that has decided about one of these events already, is left as it is."""

from __future__ import annotations

from django.db import migrations

ACCOUNT = """
insert into finance_account (code, name, name_zh, type, control, component, is_active, parent_id, version, created_at,
                             changed_at, custom)
select n.code, 'Purchase charges not invoiced', '暂估采购费用', 'liability', '', '', true, p.id, 1, now(), now(), '{}'
  from (values ('2202.03', '2202', '2202.01'), ('2025', '2000', '2020')) n(code, parent, beside)
  join finance_account p on p.code = n.parent
  join finance_account b on b.code = n.beside and b.control = 'grni' and b.parent_id = p.id
 where not exists (select from finance_account a where a.code = n.code)
"""
RULES = """
insert into finance_postingrule (event, product_source, debit_account_id, credit_account_id, version, created_at,
                                 changed_at, custom)
select n.event, n.source, d.id, c.id, 1, now(), now(), '{}'
  from (values
    ('landed_cost', '', '1405', '2202.03'), ('landed_cost', 'buy', '1403', '2202.03'),
    ('price_difference', '', '1405', '5401.02'), ('price_difference', 'buy', '1403', '5401.02'),
    ('cost_variance', '', '5401.02', '1405'), ('cost_variance', 'buy', '5401.02', '1403'),
    ('consumption_variance', '', '5401.03', '1405'), ('consumption_variance', 'buy', '5401.03', '1403'),
    ('stock_revaluation', '', '1405', '5401.04'), ('stock_revaluation', 'buy', '1403', '5401.04'),
    ('landed_cost', '', '1220', '2025'), ('landed_cost', 'buy', '1210', '2025'),
    ('price_difference', '', '1220', '5020'), ('price_difference', 'buy', '1210', '5020'),
    ('cost_variance', '', '5020', '1220'), ('cost_variance', 'buy', '5020', '1210'),
    ('consumption_variance', '', '5030', '1220'), ('consumption_variance', 'buy', '5030', '1210'),
    ('stock_revaluation', '', '1220', '5040'), ('stock_revaluation', 'buy', '1210', '5040')
  ) n(event, source, debit, credit)
  join finance_account d on d.code = n.debit
  join finance_account c on c.code = n.credit
 -- Bought things have an account of their own where the industry keeps raw material apart.
 where exists (select from finance_postingrule r
                where r.event = 'stock_adjustment' and r.category_id is null and r.product_source = n.source)
   and not exists (select from finance_postingrule r where r.event = n.event)
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0005_three_way_match")]

    operations = [
        migrations.RunSQL(ACCOUNT, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
