"""Stock of 20,000 products in 500 warehouses, listed and searched over HTTP: of each in 25 of them, then in all.

    python -m bench.stock [20000] [500] [places of each product: 25]

Bars (design: quality, the list of customers): a page of 50 in p50 ≤ 15 ms and p95 ≤ 30 ms, whatever is searched,
filtered and sorted by; availability on an order form the same; the board of who holds what, the stock by place and the
figures under a list within a second. What an index answers stays flat at twenty times the data. The result is checked:
each page holds what was asked for, in the order that was asked for."""

from __future__ import annotations

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

from django.conf import settings

from bench import bulk
from bench.browser import Browser, cookies_of
from bench.bulk import Bulk
from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, seconds_of
from tenants.models import Person
from tenon.tenancy.context import outside, serving
from tests.e2e.site import site_on

REQUESTS = 100
STOCK = "/api/v1/inventory/stock/"
API = "/api/v1/inventory"
ORDERS = 1_000

Row = dict[str, Any]
Question = tuple[dict[str, Any], Callable[[Row], bool]]


def _timed(browser: Browser, path: str, query: dict[str, Any], good: Callable[[Row], bool]) -> float:
    began = time.perf_counter()
    page = browser.call("GET", f"{path}?{urlencode({**query, 'limit': 50})}")
    took = time.perf_counter() - began
    rows = page["results"]
    assert rows, query
    assert all(good(row) for row in rows), (query, rows[0])
    key = str(query.get("order", "product")).lstrip("-")
    seen = [row[key]["label"] if isinstance(row[key], dict) else Decimal(row[key]) for row in rows]
    assert seen == sorted(seen, reverse=str(query.get("order", "")).startswith("-")), query
    return took


def _pages(browser: Browser, of: Bulk, rows: int, requests: int = REQUESTS) -> list[Measurement]:
    chance = random.Random(4)
    names = {site: f"Site {n:03d}" for n, site in enumerate(of.sites)}

    def anything(row: Row) -> bool:
        return True

    def named(text: str) -> Question:
        return {"search": text}, lambda row: all(part in row["product"]["label"] for part in text.split())

    def at(site: int, **more: Any) -> Question:
        return {"warehouse": site, **more}, lambda row: row["warehouse"]["label"] == names[site]

    def code(digits: int) -> str:
        return f"{chance.randrange(of.products):05d}"[:digits]

    kinds: dict[str, Callable[[], Question]] = {
        "of everything": lambda: ({}, anything),
        "from the last product on": lambda: ({"order": "-product"}, anything),
        "sorted by place": lambda: ({"order": "location"}, anything),
        "of one warehouse": lambda: at(chance.choice(of.sites)),
        "with free stock": lambda: ({"available__gt": "0"}, lambda row: Decimal(row["available"]) > 0),
        "with locked stock": lambda: ({"reserved__gt": "0"}, lambda row: Decimal(row["reserved"]) > 0),
        "by a word that all share": lambda: named("Par"),
        "by part of the code": lambda: named(f"SKU-{code(3)}"),
        "by a whole code": lambda: named(f"SKU-{code(5)}"),
        "by two words": lambda: named(f"Part {code(5)}"),
        "by part of the place": lambda: (
            {"search": f"W{(n := chance.randrange(len(of.sites))):03d}"},
            lambda row: f"W{n:03d}" in row["location"]["label"] or f"{n:03d}" in row["warehouse"]["label"],
        ),
        "of a warehouse, by part of the name": lambda: at(chance.choice(of.sites), search="Part 0"),
        "of a warehouse, most first": lambda: at(chance.choice(of.sites), order="-on_hand"),
    }  # fmt: skip
    found = []
    for kind, ask in kinds.items():
        for _ in range(3):
            _timed(browser, STOCK, *ask())
        walls = sorted(_timed(browser, STOCK, *ask()) for _ in range(requests))
        size = {"balances": rows, "requests": requests}
        found.append(seconds_of(f"stock {kind}, p50", statistics.median(walls), bar=0.015, **size))
        found.append(seconds_of(f"stock {kind}, p95", walls[int(0.95 * len(walls))], bar=0.030, **size))
    return found


def _one(browser: Browser, name: str, path: str, bar: float, right: Callable[[Any], bool], **size: Any) -> Measurement:
    assert right(browser.call("GET", path)), path
    walls = []
    for _ in range(5):
        began = time.perf_counter()
        browser.call("GET", path)
        walls.append(time.perf_counter() - began)
    return seconds_of(name, statistics.median(walls), bar=bar, **size)


def _boards(browser: Browser, of: Bulk, rows: int, lines: int) -> list[Measurement]:
    many = ",".join(str(of.product + n * 101) for n in range(100))
    asked: list[tuple[str, str, float, Callable[[Any], bool]]] = [
        ("how many, and sums, of everything", f"{STOCK}?limit=1&count=1&totals=1", 1, lambda a: a["count"] == rows),
        ("everything in the order of warehouses", f"{STOCK}?order=-warehouse", 1, lambda a: len(a["results"]) == 50),
        ("stock by place", f"{API}/stock-by-place/", 1, lambda a: len(a["results"]) >= len(of.sites)),
        ("one product by place", f"{API}/stock-by-place/?product={of.product}", 0.03,
         lambda a: sum(Decimal(row["on_hand"]) for row in a["results"]) > bulk.ON_HAND),
        ("availability of 100 products", f"{API}/availability/?products={many}", 0.03,
         lambda a: len(a["results"]) == 100),
        ("availability of one, by date and place", f"{API}/availability/{of.product}/", 0.03,
         lambda a: Decimal(a["on_hand"]) >= bulk.ON_HAND),
        ("who holds what", f"{API}/reservation-board/", 1, lambda a: len(a["results"]) == 20),
        ("who waits for what is not there", f"{API}/reservation-board/?show=short", 1,
         lambda a: len(a["results"]) == 20),
        ("who holds one product", f"{API}/reservation-board/?search=SKU-00007", 1,
         lambda a: [row["product"]["code"] for row in a["results"]] == ["SKU-00007"]),
        ("locks", f"{API}/reservations/", 0.03, lambda a: len(a["results"]) == 50),
    ]  # fmt: skip
    return [
        _one(browser, name, path, bar, right, balances=rows, **{"open lines": lines})
        for name, path, bar, right in asked
    ]


def main() -> int:
    count, warehouses, each = (int(n) for n in [*sys.argv[1:], *("20000", "500", "25")[len(sys.argv) - 1 :]])
    with fresh_company() as (company, actor), tempfile.TemporaryDirectory() as folder:
        with serving(company):
            of = bulk.fill(actor, count, warehouses)
            rows = bulk.balances(of, range(each))
            bulk.open_orders(actor, of, 0, ORDERS)
        with outside():
            cookies = cookies_of(Person.objects.get(email="owner@bench.example"))
        with site_on(settings.DATABASES["default"]["NAME"], Path(folder), web_workers=1) as site:
            browser = Browser(site.port, "bench", cookies)
            found = _pages(browser, of, rows) + _boards(browser, of, rows, ORDERS * bulk.LINES)
            with serving(company):
                rows += bulk.balances(of, range(each, warehouses))
                bulk.open_orders(actor, of, 1, ORDERS * 9)
            browser = Browser(site.port, "bench", cookies)
            found += _pages(browser, of, rows) + _boards(browser, of, rows, ORDERS * bulk.LINES * 10)
    return 0 if keep("stock", found) else 1


if __name__ == "__main__":
    sys.exit(main())
