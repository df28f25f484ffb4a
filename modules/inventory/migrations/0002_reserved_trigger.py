"""A deferred trigger: at the commit, a balance's `reserved` equals the sum of its active reservations."""

from django.db import migrations

FUNCTION = """
create or replace function inventory_reserved_v1() returns trigger language plpgsql as $body$
declare
  place record;
  locked numeric;
  said numeric;
begin
  if tg_op = 'DELETE' then place := old; else place := new; end if;
  select coalesce(sum(quantity), 0) into locked from inventory_reservation
   where product_id = place.product_id and location_id = place.location_id and lot = place.lot and state = 'active';
  select coalesce(sum(reserved), 0) into said from inventory_stockbalance
   where product_id = place.product_id and location_id = place.location_id and lot = place.lot;
  if locked <> said then
    raise exception 'product % at place %: reservations hold %, the balance says %',
      place.product_id, place.location_id, locked, said using errcode = 'triggered_data_change_violation';
  end if;
  return null;
end $body$
"""
ON_BALANCE = """
create constraint trigger inventory_balance_reserved_v1 after insert or update of reserved on inventory_stockbalance
deferrable initially deferred for each row execute function inventory_reserved_v1()
"""
ON_RESERVATION = """
create constraint trigger inventory_reservation_reserved_v1
after insert or update of quantity, state or delete on inventory_reservation
deferrable initially deferred for each row execute function inventory_reserved_v1()
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "drop function inventory_reserved_v1()"),
        migrations.RunSQL(ON_BALANCE, "drop trigger inventory_balance_reserved_v1 on inventory_stockbalance"),
        migrations.RunSQL(ON_RESERVATION, "drop trigger inventory_reservation_reserved_v1 on inventory_reservation"),
    ]
