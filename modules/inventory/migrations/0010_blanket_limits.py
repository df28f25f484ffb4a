"""A trigger: what orders draw on a blanket order stays within it, however the orders are changed later. The blanket
order's row is locked first, so that two who draw at once see each other."""

from django.db import migrations

FUNCTION = """
create or replace function inventory_blanket_limit_v1() returns trigger language plpgsql as $body$
declare
  of_line bigint;
  of_blanket bigint;
  most numeric;
  worth numeric;
  used numeric;
begin
  if tg_argv[0] = 'draw' then
    of_line := new.line_id;
  else
    select d.line_id into of_line from inventory_blanketdraw d where d.order_line_id = new.id;
    if of_line is null then return null; end if;
  end if;
  select b.id, b.amount into of_blanket, worth
    from inventory_blanketline l join inventory_blanketorder b on b.id = l.blanket_id
   where l.id = of_line for update of b;
  select base_quantity into most from inventory_blanketline where id = of_line;
  if most is not null then
    select coalesce(sum(o.base_quantity - o.cancelled), 0) into used
      from inventory_blanketdraw d join data_purchaseorderline o on o.id = d.order_line_id
      join data_purchaseorder h on h.id = o.order_id
     where d.line_id = of_line and h.status <> 'cancelled';
    if used > most then
      raise exception 'blanket order line %: % called off of %', of_line, used, most
        using errcode = 'check_violation', table = 'inventory_blanketline',
              constraint = 'inventory_blanket_quantity_left';
    end if;
  end if;
  if worth is not null then
    select coalesce(sum(o.subtotal * (o.base_quantity - o.cancelled) / o.base_quantity), 0) into used
      from inventory_blanketdraw d join inventory_blanketline l on l.id = d.line_id
      join data_purchaseorderline o on o.id = d.order_line_id join data_purchaseorder h on h.id = o.order_id
     where l.blanket_id = of_blanket and h.status <> 'cancelled';
    if used > worth then
      raise exception 'blanket order %: % called off of %', of_blanket, used, worth
        using errcode = 'check_violation', table = 'inventory_blanketorder',
              constraint = 'inventory_blanket_amount_left';
    end if;
  end if;
  return null;
end $body$
"""
ON_DRAW = """
create trigger inventory_blanket_draw_v1 after insert on inventory_blanketdraw
for each row execute function inventory_blanket_limit_v1('draw')
"""
ON_ORDER_LINE = """
create trigger inventory_blanket_order_line_v1 after update of base_quantity, cancelled, subtotal on data_purchaseorderline
for each row
when (new.base_quantity - new.cancelled > old.base_quantity - old.cancelled or new.subtotal > old.subtotal)
execute function inventory_blanket_limit_v1('order')
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_inquiries"), ("data", "0006_party_second_name")]

    operations = [
        migrations.RunSQL(FUNCTION, "drop function inventory_blanket_limit_v1()"),
        migrations.RunSQL(ON_DRAW, "drop trigger inventory_blanket_draw_v1 on inventory_blanketdraw"),
        migrations.RunSQL(ON_ORDER_LINE, "drop trigger inventory_blanket_order_line_v1 on data_purchaseorderline"),
    ]
