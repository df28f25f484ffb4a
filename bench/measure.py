"""Wall and CPU seconds, ours and of the PostgreSQL backend, against a bar; kept as JSON, shown as a line."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measurement:
    """`wall` and `cpu` are medians over `runs`; `database` is the CPU of the server's process for our connection."""

    name: str
    wall: float
    cpu: float
    database: float
    runs: int
    bar: float | None = None
    size: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.bar is None or self.wall <= self.bar

    def line(self) -> str:
        against = "" if self.bar is None else f"  bar {self.bar:.2f} s  {'ok' if self.passed else 'MISSED'}"
        size = ", ".join(f"{v:,} {k}" for k, v in self.size.items())
        return (
            f"{self.name:44} {self.wall:7.3f} s wall {self.cpu:7.3f} s CPU {self.database:7.3f} s in PostgreSQL"
            f"  ({self.runs} runs; {size}){against}"
        )


def _backend_cpu() -> float:
    """CPU of the server process behind our connection, when it runs on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(
    name: str, work: Callable[[int], Any], *, runs: int = 7, warm: int = 1, bar: float | None = None, **size: Any
) -> tuple[Measurement, list[Any]]:
    """Runs `work(n)` `warm` + `runs` times (n counts up); returns the medians and what each run returned."""
    walls, cpus, results = [], [], []
    backend = 0.0
    for n in range(warm + runs):
        if n == warm:
            backend = _backend_cpu()
        wall, cpu = time.perf_counter(), time.process_time()
        results.append(work(n))
        if n >= warm:
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    backend = (_backend_cpu() - backend) / runs
    found = Measurement(name, statistics.median(walls), statistics.median(cpus), backend, runs, bar, size)
    print(found.line(), flush=True)
    return found, results


def keep(name: str, measurements: list[Measurement]) -> bool:
    """Writes bench/results/<name>.json. Returns whether every bar was met."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps([asdict(m) for m in measurements], indent=1) + "\n")
    return all(m.passed for m in measurements)


def seconds_of(name: str, wall: float, *, bar: float | None = None, **size: Any) -> Measurement:
    """A time taken elsewhere, such as a percentile over HTTP: the CPU of other processes is not known here."""
    found = Measurement(name, wall, 0.0, 0.0, 1, bar, size)
    print(found.line(), flush=True)
    return found
