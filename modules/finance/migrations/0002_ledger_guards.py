"""What the database itself holds of the ledger: an entry is complete and in balance when it is committed, and takes no
line beyond those it was made with. (Unchangeable it is by the append-only trigger of tenon.records.)"""

from django.db import migrations

# Deferred to the commit: base currency, every currency, the number of lines, their date.
BALANCES = """
create or replace function finance_entry_balances_v1() returns trigger language plpgsql as $body$
declare
  found bigint; debits numeric; credits numeric; strays bigint; wrong text;
begin
  select count(*), coalesce(sum(debit), 0), coalesce(sum(credit), 0), count(*) filter (where entry_date <> new.entry_date)
    into found, debits, credits, strays from finance_journalline where entry_id = new.id;
  if debits <> credits or debits <> new.total then
    raise exception 'journal entry % does not balance: debit %, credit %', new.number, debits, credits
      using errcode = 'check_violation';
  end if;
  if found <> new.line_count or strays > 0 then
    raise exception 'journal entry % has % lines of %, % on another date', new.number, found, new.line_count, strays
      using errcode = 'check_violation';
  end if;
  select currency into wrong from finance_journalline where entry_id = new.id
   group by currency having sum(amount_currency) <> 0 limit 1;
  if wrong is not null then
    raise exception 'journal entry % does not balance in %', new.number, wrong using errcode = 'check_violation';
  end if;
  return null;
end $body$
"""
# Positions run from 1 to line_count and are unique, so a complete entry has no room for another line, ever.
FITS = """
create or replace function finance_line_fits_v1() returns trigger language plpgsql as $body$
begin
  if not exists (select from finance_journalentry where id = new.entry_id and line_count >= new.position) then
    raise exception 'journal entry % has no line %', new.entry_id, new.position using errcode = 'check_violation';
  end if;
  return new;
end $body$
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]
    operations = [
        migrations.RunSQL(BALANCES, "drop function if exists finance_entry_balances_v1() cascade"),
        migrations.RunSQL(FITS, "drop function if exists finance_line_fits_v1() cascade"),
        migrations.RunSQL(
            "drop trigger if exists finance_entry_balances_v1 on finance_journalentry", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "create constraint trigger finance_entry_balances_v1 after insert on finance_journalentry"
            " deferrable initially deferred for each row execute function finance_entry_balances_v1()",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("drop trigger if exists finance_line_fits_v1 on finance_journalline", migrations.RunSQL.noop),
        migrations.RunSQL(
            "create trigger finance_line_fits_v1 before insert on finance_journalline"
            " for each row execute function finance_line_fits_v1()",
            migrations.RunSQL.noop,
        ),
    ]
