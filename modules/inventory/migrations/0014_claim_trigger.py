"""A deferred trigger: at the commit, the claims on a purchase order line are no more than what is still to come of it."""

from django.db import migrations

FUNCTION = """
create or replace function inventory_claims_v1() returns trigger language plpgsql as $body$
declare
  claimed numeric;
  coming numeric;
begin
  if new.supply_entity <> 'shared.purchase_order_line' then return null; end if;
  select coalesce(sum(quantity), 0) into claimed from inventory_supplyclaim
   where supply_entity = new.supply_entity and supply_id = new.supply_id and state = 'active';
  select coalesce(sum(greatest(base_quantity - cancelled - received, 0)), 0) into coming
    from data_purchaseorderline where id = new.supply_id;
  if claimed > coming then
    raise exception 'purchase order line %: % claimed, % still to come', new.supply_id, claimed, coming
      using errcode = 'triggered_data_change_violation';
  end if;
  return null;
end $body$
"""
ON_CLAIM = """
create constraint trigger inventory_claims_v1 after insert or update of quantity, state on inventory_supplyclaim
deferrable initially deferred for each row execute function inventory_claims_v1()
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_reservation_depth"), ("data", "0007_order_promises")]

    operations = [
        migrations.RunSQL(FUNCTION, "drop function inventory_claims_v1()"),
        migrations.RunSQL(ON_CLAIM, "drop trigger inventory_claims_v1 on inventory_supplyclaim"),
    ]
