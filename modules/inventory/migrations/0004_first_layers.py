"""Stock that was there before layers were kept is one layer for each product and lot, as old as its last arrival."""

from __future__ import annotations

from django.db import migrations

LAYERS = """
insert into inventory_stocklayer (product_id, lot, received_at, quantity, value, remaining, worth)
select b.product_id, b.lot,
       coalesce((select max(m.moved_at) from inventory_stockmove m
                   join inventory_location f on f.id = m.from_location_id and f.kind not in ('stock', 'transit')
                   join inventory_location t on t.id = m.to_location_id and t.kind in ('stock', 'transit')
                  where m.product_id = b.product_id and m.lot = b.lot), now()),
       sum(b.on_hand), round(c.value * sum(b.on_hand) / c.quantity, 4), sum(b.on_hand),
       round(c.value * sum(b.on_hand) / c.quantity, 4)
  from inventory_stockbalance b join inventory_productcost c on c.product_id = b.product_id and c.quantity > 0
 where b.on_hand > 0 group by b.product_id, b.lot, c.value, c.quantity
"""
DAYS = """
update inventory_productcost c set last_moved_at = m.latest
  from (select product_id, max(moved_at) as latest from inventory_stockmove group by 1) m
 where m.product_id = c.product_id
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_stock_layers")]

    operations = [
        migrations.RunSQL(LAYERS, migrations.RunSQL.noop),
        migrations.RunSQL(DAYS, migrations.RunSQL.noop),
    ]
