"""Products and their opening stock from files: 2,000 of each, then ten times as many.

    python -m bench.imports [2000]

Bar for products: that of customers by the row (design: quality, 100,000 in 60 s). Opening stock has none of its own; at
ten times the data neither may take more than twelve times as long. The result is checked: every product once with its
unit and price, every row of stock in its place at its cost, the values to the cent, the books proved."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.inventory.models import Location, ProductCost, StockBalance, Warehouse
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.api.importing.run import import_file
from tenon.records.service import acting
from tenon.tenancy.context import serving
from tenon_site.management.commands.check_books import check_company

TIMES, PLACES = 10, 20
A_ROW = 60 / 100_000
GROWTH = 1.2


def _csv(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(head)
    sheet.writerows(rows)
    return out.getvalue().encode()


def _places(actor: Actor) -> None:
    with acting(actor):
        site = Warehouse.objects.order_by("pk")[0]
        for n in range(PLACES):
            place = Location(code=f"A-{n:02d}", name=f"Aisle {n:02d}", warehouse=site)
            place.save()
            Location.objects.filter(pk=place.pk).update(path=f"/{place.pk}/")


def _import(actor: Actor, mark: str, count: int) -> list[Measurement]:
    codes = [f"{mark}-{n:06d}" for n in range(count)]
    products = _csv(
        ["code", "name", "unit", "list_price", "source"],
        [[code, f"Part {code}", "EA", f"{10 + n % 90}.50", "buy"] for n, code in enumerate(codes)],
    )
    stock = _csv(
        ["product", "place", "quantity", "unit_cost"],
        [[code, f"A-{n % PLACES:02d}", 1 + n % 40, f"{2 + n % 7}.25"] for n, code in enumerate(codes)],
    )

    def bring(entity: str, content: bytes, key: str | None) -> None:
        result = import_file(actor=actor, entity_key=entity, path_or_bytes=content, key=key)
        assert (result.created, result.errors) == (count, []), result

    made, _ = measure(
        f"import {count:,} products", lambda _n: bring("shared.product", products, "code"), runs=1, warm=0,
        bar=count * A_ROW, rows=count,
    )  # fmt: skip
    stocked, _ = measure(
        f"import opening stock of {count:,} products", lambda _n: bring("inventory.opening_stock", stock, None),
        runs=1, warm=0, rows=count,
    )  # fmt: skip
    of = Product.objects.filter(code__startswith=f"{mark}-")
    assert of.filter(unit__code="EA", source="buy").count() == count
    assert set(of.values_list("code", "list_price")) == {
        (code, Decimal(f"{10 + n % 90}.50")) for n, code in enumerate(codes)
    }
    rows = StockBalance.objects.filter(product__in=of).values_list("product__code", "location__code", "on_hand")
    assert set(rows) == {(code, f"A-{n % PLACES:02d}", Decimal(1 + n % 40)) for n, code in enumerate(codes)}
    worth = ProductCost.objects.filter(product__in=of).values_list("product__code", "value")
    assert set(worth) == {(code, (1 + n % 40) * Decimal(f"{2 + n % 7}.25")) for n, code in enumerate(codes)}
    return [made, stocked]


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with fresh_company() as (company, actor):
        with serving(company):
            _places(actor)
            few, many = _import(actor, "F", count), _import(actor, "M", count * TIMES)
        for one, ten in zip(few, many, strict=True):
            ten.bar = min(ten.bar or one.wall * TIMES * GROWTH, one.wall * TIMES * GROWTH)
            print(f"{ten.name}: {ten.wall / one.wall:.1f} × the time of {count:,}")
        assert check_company(company) == []
    return 0 if keep("imports", [*few, *many]) else 1


if __name__ == "__main__":
    sys.exit(main())
