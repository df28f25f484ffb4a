"""Much data around what is measured, straight into the tables: past the services and their triggers, so what is filled
here has no history, and only the reading and writing of others beside it is measured."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg

import bench.company  # noqa: F401  (names the database)
from modules.inventory.models import Location, Warehouse
from modules.shared.data.models import Party, Product, Unit
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current

LINES = 10  # of an open order
EACH = 10  # open orders of one customer
ON_HAND = 1_000  # where a product lies first; elsewhere 1 to 40


@dataclass(frozen=True)
class Bulk:
    """Product p (counted from 0) has the id `product` + p and lies first at `place` + p mod `warehouses`."""

    product: int
    products: int
    place: int
    sites: list[int]


@contextmanager
def owning() -> Iterator[psycopg.Connection]:
    """A session of the tables' owner in the company's schema; committed when it ends."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute(f'set search_path to "{current().schema}", extensions')
        yield owner


@contextmanager
def bare(owner: psycopg.Connection, *tables: str) -> Iterator[None]:
    """The tables without their own triggers, foreign keys and plain indexes, which are made again at the end: so are
    millions of rows written in seconds."""
    keys = owner.execute(
        """select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
            where contype = 'f' and conrelid = any(%s::regclass[])""",
        [list(tables)],
    ).fetchall()
    indexes = owner.execute(
        """select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
            where indrelid = any(%s::regclass[]) and not indisunique and not indisexclusion""",
        [list(tables)],
    ).fetchall()
    for table in tables:
        owner.execute(f"alter table {table} disable trigger user")
    for table, name, _text in keys:
        owner.execute(f"alter table {table} drop constraint {name}")
    for name, _text in indexes:
        owner.execute(f"drop index {name}")
    yield
    owner.execute("set constraints all immediate")
    for _name, text in indexes:
        owner.execute(text)
    for table, name, text in keys:
        owner.execute(f"alter table {table} add constraint {name} {text}")
    for table in tables:
        owner.execute(f"alter table {table} enable trigger user")
        owner.execute(f"analyze {table}")


def fill(actor: Actor, products: int, warehouses: int, *, mark: str = "") -> Bulk:
    """So many products, and warehouses with one place each. `mark` tells them from those of another filling."""
    unit = Unit.objects.get(code="EA")
    with acting(actor):
        sites = Warehouse.objects.bulk_create(
            Warehouse(code=f"W{mark}{n:03d}", name=f"Site {n:03d}") for n in range(warehouses)
        )
        places = Location.objects.bulk_create(
            Location(code=f"W{mark}{n:03d}/A", name=f"Place {n:03d}", warehouse=site) for n, site in enumerate(sites)
        )
        for place in places:
            place.path = f"/{place.pk}/"
        Location.objects.bulk_update(places, ["path"])
        made = Product.objects.bulk_create(
            (Product(code=f"SKU{mark}-{n:05d}", name=f"Part {n:05d}", unit=unit) for n in range(products)), 5000
        )
    with owning() as owner:  # as autovacuum would within a minute, and not in the middle of what is measured
        for table in ("inventory_warehouse", "inventory_location", "data_product"):
            owner.execute(f"analyze {table}")
    return Bulk(made[0].pk, products, places[0].pk, [site.pk for site in sites])


def balances(bulk: Bulk, each: range) -> int:
    """Balances of each product in the `each` of its places that are counted. Returns how many."""
    with owning() as owner, bare(owner, "inventory_stockbalance"):
        done = owner.execute(
            f"""insert into inventory_stockbalance
                      (product_id, location_id, lot, on_hand, reserved, may_be_negative)
               select {bulk.product} + p, {bulk.place} + (p + w * 19) % {len(bulk.sites)}, '',
                      case when w = 0 then {ON_HAND} else 1 + (p + w) % 40 end, 0, false
                 from generate_series({each.start}, {each.stop - 1}) w, generate_series(0, {bulk.products - 1}) p"""
        )
        return done.rowcount


def copies(owner: psycopg.Connection, table: str, of: int, count: int, values: Mapping[str, str]) -> int:
    """`count` copies of a row; `values`: column → SQL in which n counts from 0. Returns the id of the first copy."""
    columns = owner.execute(
        """select column_name from information_schema.columns
            where table_schema = %s and table_name = %s and column_name <> 'id' and is_generated = 'NEVER'""",
        [current().schema, table],
    ).fetchall()
    names = [name for (name,) in columns]
    found: Any = owner.execute(
        f"""with made as (insert into {table} ({", ".join(names)})
              select {", ".join(values.get(name, f"t.{name}") for name in names)}
                from {table} t cross join generate_series(0, {count - 1}) n where t.id = {of} order by n returning id)
            select min(id) from made"""
    ).fetchone()
    return int(found[0])


def open_orders(actor: Actor, of: Bulk, first: int, count: int) -> None:
    """So many confirmed orders of ten lines, ten orders of each customer, every other line with its stock locked:
    copies of one that services made. Their lines ask for the products one after the other, from number `first` on."""
    with acting(actor):
        customers = Party.objects.bulk_create(
            Party(code=f"C-{of.product}-{first}-{n}", name=f"Customer {n}", is_customer=True)
            for n in range(-(-count // EACH))
        )
        customer = customers[0]
    rows = [{"product": of.product, "quantity": Decimal(2), "unit_price": Decimal(9), "tax": None}]
    order = sales_order_confirm(actor=actor, order=sales_order_create(actor=actor, customer=customer, lines=rows))
    line = order.lines.get()
    assert line.reserved == 2
    lines, wrap = count * LINES, f"({first} + n * 7) % {of.products}"
    with owning() as owner:
        (held,) = owner.execute("select id from inventory_reservation where demand_id = %s", [line.pk]).fetchone() or ()
        tables = ("data_salesorder", "data_salesorderline", "inventory_reservation", "inventory_stockbalance")
        with bare(owner, *tables):
            number = f"'OPEN-{of.product}-{first}-' || n"
            head = copies(
                owner,
                "data_salesorder",
                order.pk,
                count,
                {"number": number, "customer_id": f"{customer.pk} + n / {EACH}"},
            )
            first_line = copies(
                owner, "data_salesorderline", line.pk, lines,
                {"order_id": f"{head} + n / {LINES}", "position": f"n % {LINES} + 1",
                 "product_id": f"{of.product} + {wrap}", "reserved": "case when n % 2 = 0 then 2 else 0 end"},
            )  # fmt: skip
            copies(
                owner, "inventory_reservation", held, lines // 2,
                {"demand_id": f"{first_line} + n * 2", "head_id": f"{head} + n * 2 / {LINES}",
                 "head_label": f"'OPEN-{of.product}-{first}-' || n * 2 / {LINES}",
                 "product_id": f"{of.product} + ({first} + n * 14) % {of.products}",
                 "location_id": f"{of.place} + (({first} + n * 14) % {of.products}) % {len(of.sites)}"},
            )  # fmt: skip
            owner.execute(
                """update inventory_stockbalance b set reserved = r.reserved
                     from (select product_id, location_id, sum(quantity) as reserved from inventory_reservation
                            where state = 'active' group by 1, 2) r
                    where (b.product_id, b.location_id) = (r.product_id, r.location_id)"""
            )


def take_away(of: Bulk) -> None:
    """The balances and open orders again, which no moves and no services stand behind: the rest can be proved."""
    with owning() as owner:
        ids = [of.product, of.product + of.products - 1]
        lines = "select order_id from data_salesorderline where product_id between %s and %s"
        (orders,) = owner.execute(f"select array_agg(distinct order_id) from ({lines}) l", ids).fetchone() or ([],)
        tables = ("inventory_reservation", "inventory_stockbalance", "data_salesorderline", "data_salesorder")
        with bare(owner, *tables):
            for table in tables[:3]:
                owner.execute(f"delete from {table} where product_id between %s and %s", ids)
            owner.execute("delete from data_salesorder where id = any(%s)", [orders])
