"""Companies that are there already get the accounts and posting rules of cash discounts, small differences and bad
debts, as new ones do. An account that was posted to stays one account, and gets no accounts below it. A company whose
chart is its own, or that has decided about these events already, is left as it is."""

from __future__ import annotations

from django.db import migrations

ACCOUNTS = """
insert into finance_account (code, name, name_zh, type, control, component, is_active, parent_id, version, created_at,
                             changed_at, custom)
select n.code, n.name, n.name_zh, n.type, '', '', true, p.id, 1, now(), now(), '{}'
  from (values
    ('5301.02', '5301', 'Bad debts recovered', '收回坏账', 'revenue'),
    ('5603.04', '5603', 'Cash discounts', '现金折扣', 'expense'),
    ('5711.02', '5711', 'Bad debt losses', '坏账损失', 'expense'),
    ('5711.03', '5711', 'Small payment differences', '收付款尾差', 'expense'),
    ('4040', '4000', 'Cash discounts received', '现金折扣收入', 'revenue'),
    ('4050', '4000', 'Bad debts recovered', '收回坏账', 'revenue'),
    ('6080', '6000', 'Cash discounts given', '现金折扣', 'expense'),
    ('6085', '6000', 'Small payment differences', '收付款尾差', 'expense'),
    ('6090', '6000', 'Bad debts', '坏账损失', 'expense')
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
    (1, 'sales_discount', '5603.04', '1122'), (2, 'sales_discount', '5603', '1122'),
    (3, 'sales_discount', '6080', '1100'), (1, 'sales_discount_tax', '2100', '1100'),
    (1, 'sales_small_diff', '5711.03', '1122'), (2, 'sales_small_diff', '5711', '1122'),
    (3, 'sales_small_diff', '6085', '1100'),
    (1, 'sales_bad_debt', '5711.02', '1122'), (2, 'sales_bad_debt', '5711', '1122'),
    (3, 'sales_bad_debt', '6090', '1100'),
    (1, 'sales_recovery', '1122', '5301.02'), (2, 'sales_recovery', '1122', '5301'),
    (3, 'sales_recovery', '1100', '4050'),
    (1, 'purchase_discount', '2202.02', '5603.04'), (2, 'purchase_discount', '2202.02', '5603'),
    (3, 'purchase_discount', '2010', '4040'), (1, 'purchase_discount_tax', '2010', '1300'),
    (1, 'purchase_small_diff', '2202.02', '5711.03'), (2, 'purchase_small_diff', '2202.02', '5711'),
    (3, 'purchase_small_diff', '2010', '6085')
  ) n(choice, event, debit, credit)
  join finance_account d on d.code = n.debit and d.is_active
  join finance_account c on c.code = n.credit and c.is_active
 where not exists (select from finance_postingrule r where r.event = n.event)
   and not exists (select from finance_account x where x.parent_id in (d.id, c.id))
 order by n.event, n.choice
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0029_collections")]

    operations = [
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
