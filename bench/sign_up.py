"""A new company over HTTP: founded, entered, its first list served; from the pool, and with the pool empty.

    python -m bench.sign_up

Bars (design: quality): ≤ 0.5 s p95 from the pool; ≤ 6 s with an empty pool. The result is checked: the founder is owner
of a company that has the seeds of every module, and each company is one of its own."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

from bench.browser import Browser, cookies_of
from bench.company import fresh_company
from bench.measure import Measurement, keep, seconds_of
from tenants.models import Person, Tenant
from tenon.tenancy import schemas
from tenon.tenancy.context import outside
from tenon.tenancy.models import Slot
from tests.e2e.site import Site, site_on

COMPANIES, WARM, EMPTY = 40, 3, 3


def _found(site: Site, number: int) -> float:
    """Seconds from the form sent to the first page in the new company."""
    slug = f"new-{number:03d}"
    with outside():
        person = Person.objects.create_user(f"founder{number}@new.example", name="Founder")
    cookies = cookies_of(person)
    apex, company = Browser(site.port, "", cookies), Browser(site.port, slug, cookies)
    began = time.perf_counter()
    wanted = {"name": f"New {number}", "slug": slug, "industry": "manufacturing"}
    apex.call("POST", "/api/v1/companies/", wanted, expect=201)
    shell = company.call("GET", "/api/v1/bootstrap/")
    units = company.call("GET", "/api/v1/shared/units/")
    took = time.perf_counter() - began
    assert shell["me"]["roles"] == ["owner"], shell["me"]
    assert shell["tenant"]["slug"] == slug, shell["tenant"]
    assert len(units["results"]) > 3
    return took


def _measure(site: Site) -> list[Measurement]:
    with outside():
        schemas.refill(COMPANIES + WARM)
        assert Slot.objects.filter(state=Slot.State.READY).count() >= COMPANIES + WARM
    for n in range(WARM):
        _found(site, n)
    walls = sorted(_found(site, WARM + n) for n in range(COMPANIES))
    size = {"companies": COMPANIES}
    found = [
        seconds_of("a new company from the pool, p50", statistics.median(walls), **size),
        seconds_of("a new company from the pool, p95", walls[int(0.95 * COMPANIES)], bar=0.5, **size),
    ]
    slow = []
    for n in range(EMPTY):
        with outside():
            Slot.objects.filter(state=Slot.State.READY).update(state=Slot.State.FAILED)
        slow.append(_found(site, WARM + COMPANIES + n))
    found.append(seconds_of("a new company, the pool empty, slowest", max(slow), bar=6, companies=EMPTY))
    with outside():
        made = Tenant.objects.filter(slug__startswith="new-", state=Tenant.State.READY)
        assert len(set(made.values_list("schema_name", flat=True))) == WARM + COMPANIES + EMPTY
    return found


def main() -> int:
    name = settings.DATABASES["default"]["NAME"]
    with fresh_company(), tempfile.TemporaryDirectory() as folder, site_on(name, Path(folder), web_workers=2) as site:
        found = _measure(site)
    return 0 if keep("sign_up", found) else 1


if __name__ == "__main__":
    sys.exit(main())
