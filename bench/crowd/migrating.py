"""A deploy: one that changes nothing, and one that adds a column, killed half-way, resumed, the old code serving."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.crowd.visiting import Visitor

ROOT = Path(__file__).resolve().parents[2]
COLUMN = "bench_added"
_MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "{last}")]
    operations = [
        migrations.RunSQL(
            "alter table access_department add column if not exists {column} text not null default ''",
            "alter table access_department drop column if exists {column}",
        )
    ]
"""


@contextmanager
def new_release(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a copy of the code that has one more migration; the code that serves stays as it is."""
    release = folder / "release"
    release.mkdir()
    for name in ("platform", "tenants", "billing", "modules", "ops", "demo", "console", "tests", "requirements"):
        if (ROOT / name).exists():
            _copy(ROOT / name, release / name)
    (release / "manage.py").write_bytes((ROOT / "manage.py").read_bytes())  # a link would lead back to the old code
    (release / "frontend").symlink_to(ROOT / "frontend")
    migrations = release / "platform" / "tenon" / "access" / "migrations"
    last = max(path.stem for path in migrations.glob("[0-9]*.py"))
    number = int(last.partition("_")[0]) + 1
    (migrations / f"{number:04d}_bench_column.py").write_text(_MIGRATION.format(last=last, column=COLUMN))
    yield {**os.environ, "PYTHONPATH": f"{release / 'platform'}:{release}", "TENON_BENCH_RELEASE": str(release)}


def _copy(source: Path, target: Path) -> None:
    import shutil

    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))


def _command(cwd: Path) -> list[str]:
    return [sys.executable, str(cwd / "manage.py"), "tenants", "migrate", "--parallel", "2", "--no-pool"]


def deploy(env: dict[str, str]) -> tuple[float, str]:
    """Seconds of `tenants migrate` and its last line. Raises RuntimeError when it fails."""
    cwd = Path(env.get("TENON_BENCH_RELEASE", ROOT))
    began = time.perf_counter()
    done = subprocess.run(_command(cwd), cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-4000:])
    return time.perf_counter() - began, done.stdout.strip().splitlines()[-1]


def deploy_killed(env: dict[str, str], owner_url: str, after: int) -> float:
    """The same, killed with all its processes when `after` schemas have the column. Returns its seconds."""
    cwd = Path(env["TENON_BENCH_RELEASE"])
    began = time.perf_counter()
    log = cwd / "migrate.log"
    with log.open("w") as out:
        running = subprocess.Popen(
            _command(cwd), cwd=cwd, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    while done_schemas(owner_url) < after:
        if running.poll() is not None:
            raise RuntimeError(f"the migration ended before it could be killed:\n{log.read_text()[-3000:]}")
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    return time.perf_counter() - began


def done_schemas(owner_url: str) -> int:
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(
            "select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " where a.attname = %s and not a.attisdropped and c.relname = 'access_department'",
            [COLUMN],
        ).fetchone()
    assert row is not None
    return int(row[0])


class Serving:
    """Pages asked of the old code all the time; `failed` must stay empty."""

    def __init__(self, visitor: Visitor, companies: int) -> None:
        self.visitor, self.companies = visitor, companies
        self.walls: list[float] = []
        self.failed: list[str] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> Serving:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()

    def _work(self) -> None:
        at = 0
        while not self.over.is_set():
            try:
                self.walls.append(self.visitor.page(at % self.companies))
            except Exception as error:  # counted, and told at the end
                self.failed.append(f"{type(error).__name__}: {error}"[:300])
            at += 1
            time.sleep(0.02)
