"""So many companies, light ones: schema, role, owner, customers; no module's seed, which a list page does not read."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from django.db import connection, connections

from bench.crowd.worker import build_one, build_some, slug_of
from tenants.models import Person, Tenant
from tenon.tenancy.context import outside

WORKERS = 2


class DiskFull(RuntimeError):
    """There is not room enough for so many companies."""


def size_of(schema: str) -> tuple[int, int]:
    """(bytes on the disk, relations) of a schema with all its indexes."""
    with outside(), connection.cursor() as cursor:
        cursor.execute(
            """select coalesce(sum(pg_total_relation_size(c.oid)) filter (where c.relkind = 'r'), 0), count(*)
                 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = %s""",
            [schema],
        )
        size, relations = cursor.fetchone()
        return int(size), int(relations)


def build_all(count: int, home: Path, room: float) -> tuple[float, int]:
    """Seconds that building took, and bytes of one schema. Raises DiskFull before it begins rather than in between."""
    with outside():
        person = Person.objects.create_user("everywhere@bench.example", name="Owner")
        build_one(0, person)
        size, relations = size_of(Tenant.objects.get(slug=slug_of(0)).schema_name)
    free = shutil.disk_usage(home).free
    needed = size * count * room
    print(
        f"a schema has {relations} relations, {size / 1e6:.1f} MB; {count:,} take {size * count / 1e9:.1f} GB, "
        f"{free / 1e9:.1f} GB are free",
        flush=True,
    )
    if needed > free:
        raise DiskFull(f"{needed / 1e9:.1f} GB are wanted, {free / 1e9:.1f} GB are free")
    connections.close_all()
    began = time.perf_counter()
    numbers = list(range(1, count))
    parts = [numbers[at : at + 10] for at in range(0, len(numbers), 10)]
    done = 1
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(build_some, part) for part in parts]):
                done += future.result()
                if done % 100 < 10:
                    print(f"{done:,} companies after {time.perf_counter() - began:.0f} s", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return time.perf_counter() - began, size
