"""Lot numbers that stock, moves and reservations name already become lots; a serial number is in stock once at most."""

from __future__ import annotations

from django.db import migrations

LOTS = """
insert into inventory_lot
       (product_id, number, supplier_lot, quality, quality_reason, note, version, created_at, changed_at, custom)
select distinct product_id, lot, '', 'released', '', '', 1, now(), now(), '{}'::jsonb
  from (select product_id, lot from inventory_stockbalance
        union select product_id, lot from inventory_stockmove
        union select product_id, lot from inventory_reservation) named
 where lot <> '' on conflict do nothing
"""
SERIALS = """
update inventory_stockbalance b set serial = true
  from data_product p where p.id = b.product_id and p.tracking = 'serial' and b.lot <> '' and b.on_hand in (0, 1)
   and (select sum(x.on_hand) from inventory_stockbalance x where x.product_id = b.product_id and x.lot = b.lot) <= 1
"""
# Looked at when the statement ends: a piece may leave one place and reach another in one.
ONCE = """
alter table inventory_stockbalance add constraint inventory_balance_serial_once
exclude using btree (product_id with =, lot with =) where (serial and on_hand > 0) deferrable initially immediate
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_lots_and_owners"), ("data", "0001_initial")]

    operations = [
        migrations.RunSQL([("select set_config('tenon.actor', 'migration', true)", None), LOTS], migrations.RunSQL.noop),
        migrations.RunSQL(SERIALS, migrations.RunSQL.noop),
        migrations.RunSQL(ONCE, "alter table inventory_stockbalance drop constraint inventory_balance_serial_once"),
    ]
