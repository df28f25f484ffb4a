"""All figures, in order, each checked."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from bench.company import on_fresh_database  # isort: skip  (names the database)
from bench.crowd.building import build_all, size_of
from bench.crowd.migrating import Serving, deploy, deploy_killed, done_schemas, new_release
from bench.crowd.visiting import Visitor, backends, cookies, spread
from bench.crowd.worker import slug_of
from bench.measure import Measurement, keep, seconds_of
from tenants.models import Tenant
from tenon.tenancy.context import outside
from tests.e2e.site import site_on
from tests.environment import with_database

MAX_COMPANIES = 100  # a connection is replaced after so many


def measure_all(companies: int, folder: Path, home: Path, room: float) -> bool:
    """Returns whether every bar was met."""
    with on_fresh_database() as database:
        owner_url = with_database(os.environ["TENON_TEST_BASE_OWNER_URL"], database)
        os.environ["TENON_DB_MAX_COMPANIES"] = str(MAX_COMPANIES)
        took, size = build_all(companies, home, room)
        found = [
            seconds_of(f"build a company, two at a time ({size / 1e6:.1f} MB)", took / companies, companies=companies)
        ]
        with site_on(database, folder, web_workers=1) as site:
            visitor = Visitor(site.port, cookies())
            memory = _memory(visitor, companies, owner_url, database)
            found += _pages(visitor, companies)
            found += _deploys(visitor, companies, folder, owner_url)
        kept = keep("companies", found)
        return kept and memory


def _memory(visitor: Visitor, companies: int, owner_url: str, database: str) -> bool:
    """Every company visited once, then again: what all backends keep, at its highest, and how many there were."""
    began, seen, most, highest = time.perf_counter(), set(), 0, 0
    for number in range(companies * 2):
        visitor.page(number % companies)
        if number % 10 == 0:
            now = backends(owner_url, database)
            seen |= set(now)
            most, highest = max(most, sum(now.values())), max(highest, *now.values(), 0)
    # The fixed cost of a backend is some 15 MB; a visited company at most 3.5 MB.
    bound = (15 + 3.5 * MAX_COMPANIES) * 1e6
    ok = highest <= bound and (companies < 2 * MAX_COMPANIES or len(seen) > 1)
    print(
        f"memory while {companies:,} companies are visited twice: one backend at most {highest / 1e6:.0f} MB "
        f"(bound {bound / 1e6:.0f} MB), all together {most / 1e6:.0f} MB, {len(seen)} backends one after another, "
        f"{time.perf_counter() - began:.0f} s  {'ok' if ok else 'MISSED'}",
        flush=True,
    )
    return ok


def _pages(visitor: Visitor, companies: int) -> list[Measurement]:
    requests = max(600, 2 * companies)
    one, over_all = spread(visitor, companies, requests)
    size = {"companies": companies, "requests": requests}
    p95_one, p95_all = one[int(0.95 * len(one))], over_all[int(0.95 * len(over_all))]
    found = [
        seconds_of("list page of one company, p50", statistics.median(one), **size),
        seconds_of("list page of one company, p95", p95_one, **size),
        seconds_of("list page spread over all, p50", statistics.median(over_all), **size),
        seconds_of("list page spread over all, p95", p95_all, bar=1.3 * p95_one, **size),
    ]
    print(f"p95 over all is {p95_all / p95_one:.2f} × that of one", flush=True)
    return found


def _deploys(visitor: Visitor, companies: int, folder: Path, owner_url: str) -> list[Measurement]:
    deploy(dict(os.environ))  # what the template lacked, if anything
    nothing, said = deploy(dict(os.environ))
    assert said.startswith("0 schemas migrated"), said
    found = [seconds_of("a deploy that changes nothing", nothing, bar=5, companies=companies)]
    with new_release(folder) as env, Serving(visitor, companies) as old_code:
        first = deploy_killed(env, owner_url, after=companies // 2)
        half = done_schemas(owner_url)
        second, said = deploy(env)
        assert half < done_schemas(owner_url), half
    # The blueprint and what is pooled have it too.
    assert done_schemas(owner_url) >= companies, (done_schemas(owner_url), companies)
    assert not old_code.failed, old_code.failed[:3]
    print(
        f"killed when {half:,} schemas had the column; resumed: {said}; the old code served {len(old_code.walls):,} "
        "pages meanwhile, none failed",
        flush=True,
    )
    per_company = (first + second) / companies
    found.append(seconds_of("a column added, with a kill, per company", per_company, bar=0.15, companies=companies))
    served = sorted(old_code.walls)
    found.append(seconds_of("list page during the migration, p95", served[int(0.95 * len(served))]))
    with outside():
        size, relations = size_of(Tenant.objects.get(slug=slug_of(0)).schema_name)
        assert size > 0
        assert relations > 100
    return found
