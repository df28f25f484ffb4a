"""Stock of 20,000 products in 500 warehouses, listed and searched over HTTP.

    python -m bench.stock [20000] [500] [places of each product: 25]

Bars (design: quality, the list of customers): a page of 50 in p50 ≤ 15 ms and p95 ≤ 30 ms; the board of who holds what
and the stock by place within a second. The result is checked: each page holds what was asked for."""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import connection

from bench.browser import Browser, cookies_of
from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, seconds_of
from modules.inventory.models import Location, Warehouse
from modules.shared.data.models import Product, Unit
from tenants.models import Person
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current, outside, serving
from tests.e2e.site import site_on

REQUESTS = 150
PATH = "/api/v1/inventory/stock/"


def _fill(actor: Actor, products: int, warehouses: int, each: int) -> list[int]:
    """Balances without their moves: what is measured is reading. Returns warehouse ids."""
    unit = Unit.objects.get(code="EA")
    with acting(actor):
        sites = Warehouse.objects.bulk_create(
            Warehouse(code=f"W{n:03d}", name=f"Site {n:03d}") for n in range(warehouses)
        )
        places = Location.objects.bulk_create(
            Location(code=f"W{n:03d}/A", name=f"Place {n:03d}", warehouse=site) for n, site in enumerate(sites)
        )
        for place in places:
            place.path = f"/{place.pk}/"
        Location.objects.bulk_update(places, ["path"])
        made = Product.objects.bulk_create(
            (Product(code=f"SKU-{n:05d}", name=f"Part {n:05d}", unit=unit, kind="goods") for n in range(products)), 5000
        )
    first, schema = made[0].pk, current().schema
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        # The deferred trigger that compares locks with reservations has nothing to compare here.
        owner.execute(f'alter table "{schema}".inventory_stockbalance disable trigger user')
        owner.execute(
            f"""insert into "{schema}".inventory_stockbalance
                       (product_id, location_id, lot, on_hand, reserved, may_be_negative)
                select %s + p, %s + (p * 7 + w * 19) %% %s, '', 1 + (p + w) %% 40, 0, false
                  from generate_series(0, %s - 1) p, generate_series(0, %s - 1) w
                on conflict do nothing""",
            [first, places[0].pk, warehouses, products, each],
        )
        owner.commit()
        owner.execute(f'alter table "{schema}".inventory_stockbalance enable trigger user')
    with connection.cursor() as cursor:
        cursor.execute("analyze inventory_stockbalance")
    return [site.pk for site in sites]


def _timed(browser: Browser, query: dict[str, Any], good: Callable[[dict[str, Any]], bool]) -> float:
    began = time.perf_counter()
    page = browser.call("GET", f"{PATH}?{urlencode({**query, 'limit': 50})}")
    took = time.perf_counter() - began
    assert page["results"], query
    assert all(good(row) for row in page["results"]), (query, page["results"][0])
    return took


def _pages(browser: Browser, products: int, sites: list[int], rows: int) -> list[Measurement]:
    chance = random.Random(4)
    kinds: dict[str, Callable[[], tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]]] = {
        "of everything": lambda: ({}, lambda row: True),
        "of one warehouse": lambda: ({"warehouse": chance.choice(sites)}, lambda row: True),
        "by part of the code": lambda: _code(f"SKU-{chance.randrange(products // 100):03d}"),
        "by a whole code": lambda: _code(f"SKU-{chance.randrange(products):05d}"),
        "with free stock": lambda: ({"available__gt": "0"}, lambda row: Decimal(row["available"]) > 0),
    }
    found = []
    for kind, ask in kinds.items():
        for _ in range(5):
            _timed(browser, *ask())
        walls = sorted(_timed(browser, *ask()) for _ in range(REQUESTS))
        size = {"balances": rows, "requests": REQUESTS}
        found.append(seconds_of(f"stock {kind}, p50", statistics.median(walls), bar=0.015, **size))
        found.append(seconds_of(f"stock {kind}, p95", walls[int(0.95 * len(walls))], bar=0.030, **size))
    return found


def _code(text: str) -> tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]:
    return {"search": text}, lambda row: text in row["product"]["label"]


def _one(browser: Browser, name: str, path: str, bar: float, **size: Any) -> Measurement:
    browser.call("GET", path)
    walls = []
    for _ in range(5):
        began = time.perf_counter()
        assert browser.call("GET", path)["results"] is not None
        walls.append(time.perf_counter() - began)
    return seconds_of(name, statistics.median(walls), bar=bar, **size)


def main() -> int:
    products, warehouses, each = (int(n) for n in [*sys.argv[1:], *("20000", "500", "25")[len(sys.argv) - 1 :]])
    with fresh_company() as (company, actor), tempfile.TemporaryDirectory() as folder:
        with serving(company):
            sites = _fill(actor, products, warehouses, each)
        with outside():
            cookies = cookies_of(Person.objects.get(email="owner@bench.example"))
        with site_on(settings.DATABASES["default"]["NAME"], Path(folder), web_workers=1) as site:
            browser = Browser(site.port, "bench", cookies)
            rows = products * each
            found = _pages(browser, products, sites, rows)
            by_place = "/api/v1/inventory/stock-by-place/"
            found.append(_one(browser, "stock by place, 500 warehouses", by_place, 1.0, balances=rows))
            board = "/api/v1/inventory/reservation-board/"
            found.append(_one(browser, "reservation board", board, 1.0, balances=rows))
    return 0 if keep("stock", found) else 1


if __name__ == "__main__":
    sys.exit(main())
