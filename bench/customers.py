"""100,000 customers: imported with the check for duplicates, then listed by part of their name over HTTP.

    python -m bench.customers [100000]

Bars (design: quality): import ≤ 60 s; a page of 50 in p50 ≤ 15 ms and p95 ≤ 30 ms with one client, ≥ 120 requests/s
with four. Names are made of words that thousands share, so that a search meets many rows. The result is checked: every
customer is there once, the planted duplicate is reported, each page holds what was asked for."""

from __future__ import annotations

import csv
import io
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from bench.browser import Browser, cookies_of
from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure, seconds_of
from modules.shared.data.models import Party
from modules.shared.data.selectors.duplicates import duplicate_groups
from tenants.models import Person
from tenon.access.actor import Actor
from tenon.api.importing.run import import_file
from tenon.tenancy.context import outside, serving
from tests.e2e.site import Site, site_on

WORDS = ["Bike", "Store", "Trading", "Metal", "Works", "Harbour", "North", "Cycles", "Global", "Sport"]
WORDS += ["Valley", "River", "Mountain", "Steel", "Parts", "Outdoor", "Gear", "Central", "Prime"]
PATH = "/api/v1/shared/parties/"
CLIENTS, REQUESTS = 4, 400


def _names(count: int) -> list[str]:
    """`count` customers; the last two are the same company, written differently."""
    chance = random.Random(1)
    names = [" ".join(chance.sample(WORDS, 3)) + f" {n}" for n in range(count - 1)]
    return [*names, names[-1].upper() + " Ltd."]


def _file(count: int) -> bytes:
    names = _names(count)
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["code", "name", "is_customer", "email", "phone"])
    for n, name in enumerate(names):
        mail = f"mail{min(n, count - 2)}@x.example"
        sheet.writerow([f"C{n:06d}", name, "true", mail, f"+86 21 {n:08d}"])
    return out.getvalue().encode()


def _import(actor: Actor, count: int) -> Measurement:
    content = _file(count)

    def work(_n: int) -> None:
        result = import_file(actor=actor, entity_key="shared.party", path_or_bytes=content, key="code")
        assert (result.created, result.errors) == (count, []), result
        twins = [{code for _id, code, _name in rows} for _key, rows in duplicate_groups(actor=actor)]
        assert {f"C{count - 2:06d}", f"C{count - 1:06d}"} in twins, "the planted duplicate was not reported"

    done, _ = measure(f"import {count:,} customers, duplicates reported", work, runs=1, warm=0, bar=60, customers=count)
    assert Party.objects.filter(is_customer=True).count() == count
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return done


def _terms(count: int) -> dict[str, list[str]]:
    chance = random.Random(2)
    known = chance.sample(_names(count), REQUESTS)
    return {
        "part of a word": [chance.choice(WORDS)[:4] for _ in range(REQUESTS)],
        "two words": [" ".join(chance.sample(WORDS, 2)) for _ in range(REQUESTS)],
        "word and number": [f"{name.split()[0]} {name.split()[3]}" for name in known],
    }


def _seconds(browser: Browser, term: str) -> float:
    """Asks for a page and reads it; every row must hold each word."""
    began = time.perf_counter()
    page = browser.call("GET", f"{PATH}?{urlencode({'search': term, 'limit': 50})}")
    took = time.perf_counter() - began
    words, rows = term.lower().split(), page["results"]
    assert len(rows) == 50 or (words[-1].isdigit() and rows), (term, len(rows))
    assert all(word in " ".join(map(str, row.values())).lower() for row in rows for word in words), term
    return took


def _pages(site: Site, cookies: dict[str, str], count: int) -> list[Measurement]:
    found: list[Measurement] = []
    one = Browser(site.port, "bench", cookies)
    for term in WORDS:
        _seconds(one, term)
    everything: list[str] = []
    for kind, terms in _terms(count).items():
        everything += terms
        walls = sorted(_seconds(one, term) for term in terms)
        size = {"customers": count, "requests": len(walls)}
        found.append(seconds_of(f"page of 50 by {kind}, p50", statistics.median(walls), bar=0.015, **size))
        found.append(seconds_of(f"page of 50 by {kind}, p95", walls[int(0.95 * len(walls))], bar=0.030, **size))
    random.Random(3).shuffle(everything)
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda n: _many(Browser(site.port, "bench", cookies), everything[n::CLIENTS]), range(CLIENTS)))
    rate = len(everything) / (time.perf_counter() - began)
    name = f"a page, {CLIENTS} clients at once: {rate:.0f} requests/s"
    found.append(seconds_of(name, 1 / rate, bar=1 / 120, customers=count, requests=len(everything)))
    return found


def _many(browser: Browser, terms: list[str]) -> None:
    for term in terms:
        _seconds(browser, term)


def main() -> int:
    count = int(sys.argv[1]) if sys.argv[1:] else 100_000
    with fresh_company() as (company, actor), tempfile.TemporaryDirectory() as folder:
        with serving(company):
            found = [_import(actor, count)]
        with outside():
            cookies = cookies_of(Person.objects.get(email="owner@bench.example"))
        with site_on(settings.DATABASES["default"]["NAME"], Path(folder), web_workers=2) as site:
            found += _pages(site, cookies, count)
    return 0 if keep("customers", found) else 1


if __name__ == "__main__":
    sys.exit(main())
