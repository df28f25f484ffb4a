"""100,000 mixed requests over 50 companies: not one answer holds another company's mark.

    python -m bench.isolation [requests] [companies]

Through HTTP (lists, search, details, exports, files, history, API keys, stolen and forged ones), sockets, background
jobs, delivered events and the cache, over four database connections that go from company to company all the time. A
request that does not find its own company's mark counts as a failure too: silence proves nothing."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

os.environ["TENON_DB_POOL_MAX"] = "4"  # first: few connections, so that each is used again by everybody
os.environ["TENON_WEB_THREADS"] = "8"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon_site.settings")

from bench.company import on_fresh_database  # isort: skip  (names the database)
from bench.isolation.mix import Verdict, build, run
from bench.measure import keep, seconds_of
from tenon_site.celery_app import app as celery


def _say(verdict: Verdict) -> None:
    print(f"{verdict.requests:,} requests, {len(verdict.leaks)} foreign, {len(verdict.faults)} wrong", flush=True)


def main() -> int:
    requests = int(sys.argv[1]) if sys.argv[1:] else 100_000
    companies = int(sys.argv[2]) if sys.argv[2:] else 50
    logging.getLogger("django.request").setLevel(logging.ERROR)  # thousands are refused, as they should be
    celery.conf.task_always_eager = True  # jobs run here, inside and between requests, on the same connections
    with on_fresh_database():
        print(f"building {companies} companies", flush=True)
        verdict = asyncio.run(run(build(companies), requests, say=_say))
    for line in [*verdict.leaks[:20], *verdict.faults[:20]]:
        print(line)
    print(", ".join(f"{count:,} {kind}" for kind, count in verdict.kinds.most_common()))
    print(f"{verdict.heard:,} messages on sockets, {verdict.delivered:,} steps of events spread and delivered")
    size = {"requests": verdict.requests, "companies": companies, "foreign": len(verdict.leaks)}
    kept = keep("isolation", [seconds_of("isolation: mixed requests, none foreign", verdict.seconds, **size)])
    return 0 if kept and verdict.clean else 1


if __name__ == "__main__":
    sys.exit(main())
