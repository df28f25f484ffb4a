"""What is closed takes nothing, whoever writes: the database refuses an entry in a closed period, or in one whose module
is closed. Companies that are there get voucher numbers (凭证字号) for what they posted, and the account of this year's
profit its part."""

from __future__ import annotations

from django.db import migrations

# The same areas as modules/finance/rules/entry.py; `for share`: who closes the period waits for this commit.
GUARD = """
create or replace function finance_period_open_v1() returns trigger language plpgsql as $body$
declare
  found finance_period%rowtype; area text;
begin
  select * into found from finance_period where id = new.period_id for share;
  if new.entry_date not between found.starts_on and found.ends_on then
    raise exception 'journal entry % of % does not belong to period %', new.number, new.entry_date, found.name
      using errcode = 'check_violation';
  end if;
  area := case
    when new.kind = 'stock' then found.stock
    when new.kind = 'payment'
      or (new.kind = 'reversal' and new.event in ('customer_payment', 'supplier_payment')) then found.bank
    when new.kind in ('invoice', 'reversal')
      and (new.event like 'sales\\_%' or new.event = 'cancellation_income') then found.receivable
    when new.kind in ('invoice', 'reversal')
      and (new.event like 'purchase\\_%' or new.event = 'cancellation_cost') then found.payable
    else 'open' end;
  if found.status = 'closed' or area = 'closed' then
    raise exception 'period % is closed: journal entry % is refused', found.name, new.number
      using errcode = 'check_violation';
  end if;
  return new;
end $body$
"""
NUMBERS = """
alter table finance_journalentry disable trigger user;
with numbered as (
  select id, '记-' || lpad(row_number() over (partition by period_id order by id)::text, 4, '0') as voucher
    from finance_journalentry)
update finance_journalentry e set voucher = n.voucher from numbered n where n.id = e.id;
alter table finance_journalentry enable trigger user;
insert into records_sequence (key, value)
select 'V' || period_id || '-记', count(*) from finance_journalentry group by period_id
"""
PROFIT = """
update finance_account a set control = 'profit'
 where code = '3103' and type = 'equity' and control = '' and not exists (select from finance_account where parent_id = a.id)
   and exists (select from finance_account where code = '3104' and control = 'retained')
"""

# What production takes over as labour and overhead lowers the expenses they were booked as.
ABSORBED = """
update finance_account set type = 'expense'
 where code in ('5200', '5210', '5220') and type = 'cost' and name in
       ('Manufacturing cost absorbed', 'Labour absorbed', 'Overhead absorbed')
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0019_period_states"), ("records", "__first__")]

    operations = [
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunSQL(PROFIT, migrations.RunSQL.noop),
        migrations.RunSQL(ABSORBED, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, "drop function if exists finance_period_open_v1() cascade"),
        migrations.RunSQL(
            "drop trigger if exists finance_period_open_v1 on finance_journalentry", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "create trigger finance_period_open_v1 before insert on finance_journalentry"
            " for each row execute function finance_period_open_v1()",
            migrations.RunSQL.noop,
        ),
    ]
