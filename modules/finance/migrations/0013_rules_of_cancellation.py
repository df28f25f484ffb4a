"""Companies that are there already get the accounts and posting rules of cancellation charges, as new ones do. Where
something was posted to non-operating income or expenses already, these stay one account and the rules use it. A company
whose chart is its own, or that has decided about these events already, is left as it is."""

from __future__ import annotations

from django.db import migrations

ACCOUNTS = """
insert into finance_account (code, name, name_zh, type, control, component, is_active, parent_id, version, created_at,
                             changed_at, custom)
select n.code, n.name, n.name_zh, n.type, '', '', true, p.id, 1, now(), now(), '{}'
  from (values
    ('5301.01', '5301', 'Cancellation charges received', '违约金收入', 'revenue'),
    ('5301.99', '5301', 'Other non-operating income', '其他营业外收入', 'revenue'),
    ('5711.01', '5711', 'Cancellation charges paid', '违约金支出', 'expense'),
    ('5711.99', '5711', 'Other non-operating expenses', '其他营业外支出', 'expense'),
    ('4030', '4000', 'Cancellation charges received', '违约金收入', 'revenue'),
    ('6070', '6000', 'Cancellation charges paid', '违约金支出', 'expense')
  ) n(code, parent, name, name_zh, type)
  join finance_account p on p.code = n.parent and p.type = n.type
 where not exists (select from finance_account x where x.code = n.code)
   and exists (select from finance_account x where x.code = case when n.parent like '5%' then '1122' else '1100' end)
   and not exists (select from finance_journalline j where j.account_id = p.id)
   and not exists (select from finance_invoiceline l where l.account_id = p.id)
   and not exists (select from finance_postingrule r where p.id in (r.debit_account_id, r.credit_account_id))
"""
RULES = """
insert into finance_postingrule (event, product_source, debit_account_id, credit_account_id, version, created_at,
                                 changed_at, custom)
select distinct on (n.event) n.event, '', d.id, c.id, 1, now(), now(), '{}'::jsonb
  from (values
    (1, 'cancellation_income', '1122', '5301.01'), (2, 'cancellation_income', '1122', '5301'),
    (1, 'cancellation_income', '1100', '4030'),
    (1, 'cancellation_cost', '5711.01', '2202.02'), (2, 'cancellation_cost', '5711', '2202.02'),
    (1, 'cancellation_cost', '6070', '2010')
  ) n(choice, event, debit, credit)
  join finance_account d on d.code = n.debit and d.is_active
  join finance_account c on c.code = n.credit and c.is_active
 where not exists (select from finance_postingrule r where r.event = n.event)
   and not exists (select from finance_account x where x.parent_id in (d.id, c.id))
 order by n.event, n.choice
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0012_cancellation_events")]

    operations = [
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
