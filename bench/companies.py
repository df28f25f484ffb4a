"""Many companies on one machine: what each of them costs the others.

    python -m bench.companies 1000        (50 when not said)

Builds so many companies (each with its schema, its role, a member and 60 customers) on a database server of its own,
measures, checks, and removes all of it, also after Ctrl-C. Bars (design: quality, "Scale in companies"): p95 of a list
page over all companies ≤ 1.3 × that of one; a deploy that changes nothing decides so in ≤ 5 s; a migration that adds a
column ≤ 0.15 s a company in parallel, resumed after a kill, the old code serving meanwhile; the memory of all backends
bounded while every company is visited."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from ops.services import ensure, stop

HOME = Path(os.environ.get("TENON_BENCH_DIR") or Path(__file__).parents[1] / ".tenon") / "bench-companies"
ROOM = 1.5  # of what the companies will take, on the disk, before they are built


def _begin() -> None:
    """Services of this benchmark's own, named in the environment before anything reads it."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    os.environ["TENON_STATE_DIR"] = str(HOME)
    # As docs/scale.md says of a server for so many: the catalogues of a thousand companies alone take some 3 GB.
    os.environ.setdefault("TENON_PG_SHARED_BUFFERS", "4GB")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL", "REDIS_URL", "EMAIL_URL", "FILES_URL"):
        os.environ.pop(name, None)
    found = ensure("test", die_with=os.getpid())
    os.environ.update(found)
    os.environ["TENON_TEST_BASE_URL"] = found["DATABASE_URL"]
    os.environ["TENON_TEST_BASE_OWNER_URL"] = found["DATABASE_OWNER_URL"]
    root = Path(__file__).parents[1]
    sys.path[:0] = [str(root / "platform")]
    os.environ["PYTHONPATH"] = f"{root / 'platform'}:{root}"  # of the processes that are begun
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenon_site.settings"
    os.environ["TENON_SCHEMA_POOL"] = "1"
    os.environ["TENON_API_KEY_RATE"] = os.environ["TENON_COMPANY_RATE"] = "1000000"


def main() -> int:
    companies = int(sys.argv[1]) if sys.argv[1:] else 50
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = 1
    try:
        _begin()
        from bench.crowd.measuring import measure_all

        with tempfile.TemporaryDirectory(dir=HOME) as folder:
            status = 0 if measure_all(companies, Path(folder), HOME, ROOM) else 1
    except KeyboardInterrupt:
        print("interrupted; removing what was built", flush=True)
    finally:
        stop("test")
        shutil.rmtree(HOME, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
