"""Companies that are there already get the account and the posting rule of accruals that are reversed for the month, as
new ones do. A company whose chart is its own, or that has decided about this event already, is left as it is."""

from __future__ import annotations

from django.db import migrations

ACCOUNT = """
insert into finance_account (code, name, name_zh, type, control, component, is_active, parent_id, version, created_at,
                             changed_at, custom)
select n.code, 'Accruals reversed', '暂估回冲', 'asset', 'grni', '', true, p.id, 1, now(), now(), '{}'
  from (values ('1409', null, '2202.01'), ('1250', '1200', '2020')) n(code, parent, accrual)
  join finance_account a on a.code = n.accrual and a.control = 'grni'
  left join finance_account p on p.code = n.parent
 where (n.parent is null or p.id is not null) and not exists (select from finance_account x where x.code = n.code)
"""
RULE = """
insert into finance_postingrule (event, product_source, debit_account_id, credit_account_id, version, created_at,
                                 changed_at, custom)
select 'accrual_reversal', '', d.id, c.id, 1, now(), now(), '{}'
  from (values ('2202.01', '1409'), ('2020', '1250')) n(debit, credit)
  join finance_account d on d.code = n.debit
  join finance_account c on c.code = n.credit and c.control = 'grni'
 where not exists (select from finance_postingrule r where r.event = 'accrual_reversal')
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0009_accruals_by_year")]

    operations = [
        migrations.RunSQL(ACCOUNT, migrations.RunSQL.noop),
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
    ]
