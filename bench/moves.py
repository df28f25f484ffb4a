"""What there is of 10,000 products after 500,000 moves, and after ten times as many.

    python -m bench.moves [10000] [50 moves of each product] [10 times as many]

Bar (design: quality): ≤ 0.10 s for what is there and free of all of them, whatever has moved; beside it, without a
bar, the same product by product with what is locked, to come and to go. The moves are written straight into the table,
and the balances are summed up from them. The result is checked: each figure equals the sum of the product's moves."""

from __future__ import annotations

import sys
from decimal import Decimal

from django.db import connection

from bench import bulk
from bench.bulk import Bulk
from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.inventory.models import Location
from modules.inventory.selectors.availability import availability, free_stock
from modules.inventory.selectors.places import place_of_kind
from tenon.tenancy.context import serving

SITES, RUNS = 50, 9


def _move(of: Bulk, first: int, last: int) -> int:
    """Moves number `first` to `last` of each product: nine receipts into five places and a delivery of one piece, over
    and over. The balances are made anew of all moves. Returns how many moves there are in all."""
    supplier, customer = (place_of_kind(kind).pk for kind in (Location.Kind.SUPPLIER, Location.Kind.CUSTOMER))
    place = f"{of.place} + (p + (n % 5) * 19) % {len(of.sites)}"
    with bulk.owning() as owner, bulk.bare(owner, "inventory_stockmove", "inventory_stockbalance"):
        owner.execute(
            f"""insert into inventory_stockmove (product_id, sequence, moved_at, kind, from_location_id, to_location_id,
                      lot, quantity, value, source_entity, source_label, reason, posted_at, posted_by)
               select {of.product} + p, n, now() - interval '1 minute' * ({last} - n),
                      case when n % 10 = 9 then 'delivery' else 'receipt' end,
                      case when n % 10 = 9 then {place} else {supplier} end,
                      case when n % 10 = 9 then {customer} else {place} end,
                      '', case when n % 10 = 9 then 1 else 1 + (p + n) % 9 end, 0, '', '', '', now(), 'system:bench'
                 from generate_series({first}, {last}) n, generate_series(0, {of.products - 1}) p"""
        )
        owner.execute("delete from inventory_stockbalance")
        owner.execute(
            f"""insert into inventory_stockbalance (product_id, location_id, lot, on_hand, reserved, may_be_negative)
               select product_id, place, '', sum(quantity), 0, false
                 from (select product_id, to_location_id as place, quantity from inventory_stockmove
                        union all
                       select product_id, from_location_id, -quantity from inventory_stockmove) m
                where place not in ({supplier}, {customer}) group by 1, 2 having sum(quantity) > 0"""
        )
        found = owner.execute("select count(*) from inventory_stockmove").fetchone()
    return int(found[0]) if found else 0


def _sums() -> dict[int, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, sum(case when kind = 'delivery' then -quantity else quantity end)
                 from inventory_stockmove group by 1"""
        )
        return dict(cursor.fetchall())


def main() -> int:
    count, each, times = (int(n) for n in [*sys.argv[1:], *("10000", "50", "10")[len(sys.argv) - 1 :]])
    found: list[Measurement] = []
    with fresh_company() as (company, actor), serving(company):
        of = bulk.fill(actor, count, SITES)
        ids = list(range(of.product, of.product + of.products))
        for first, last in ((1, each), (each + 1, each * times)):
            moves = _move(of, first, last)
            size = {"products": count, "moves": moves}
            there, sums = measure("stock of all products", lambda _n: free_stock(), runs=RUNS, bar=0.10, **size)
            asked, answers = measure(
                "availability of all products, one by one", lambda _n: availability(ids), runs=3, **size
            )
            expected = _sums()
            assert moves == count * last
            assert len(expected) == count
            assert all(of_all == expected for of_all in sums)
            for answer in answers:
                assert {pk: a.on_hand for pk, a in answer.items()} == expected
                assert all(a.available == a.on_hand and a.reserved == 0 for a in answer.values())
            found += [there, asked]
    return 0 if keep("moves", found) else 1


if __name__ == "__main__":
    sys.exit(main())
