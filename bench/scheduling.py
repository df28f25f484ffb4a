"""Finite scheduling: a shop of 200 orders × 6 operations × 20 work centres, a rush order into it, and the job shops of
the literature.

    python -m bench.scheduling [--quick]

Bars (design: quality): scheduled ≤ 1 s; a rush order with its slips ≤ 0.1 s, improved ≤ 1 s; ft06, la01, la16 solved
to the optimum and ft10, la21, abz7 to 5 % above it within 20 s. Ten times the orders are scheduled too. Every schedule
is proved by the checker of the tests, which shares nothing with the scheduler; `--quick` leaves the literature out."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.production.rules.scheduling.improving import improve
from modules.production.rules.scheduling.listing import backward, forward
from modules.production.rules.scheduling.slips import rush, slips
from modules.production.rules.scheduling.terms import Job, Key, Link, Mode, Resource, Schedule, Shop, Task
from tenon.tenancy.context import serving
from tests.modules.production.rules.scheduling.checker import contradictions
from tests.modules.production.rules.scheduling.job_shops import job_shop
from tests.modules.production.rules.scheduling.worlds import DAY, weekly

CENTRES, STEPS = 20, 6
ONE_SHIFT = {day: [(480, 720), (780, 1020)] for day in range(1, 6)}
TWO_SHIFTS = {day: [(360, 840), (840, 1320)] for day in range(1, 7)}


def _job(chance: random.Random, key: Key, due: int, weight: int = 1) -> tuple[list[Task], Job]:
    tasks = []
    for step in range(STEPS):
        centre = chance.randrange(CENTRES)
        ways = (centre, (centre + 1) % CENTRES) if chance.random() < 0.2 else (centre,)
        modes = tuple(Mode((f"M{m}",), chance.randint(20, 240), chance.choice([0, 15, 30])) for m in ways)
        after = (Link((key, step - 1), chance.choice([0, 30])),) if step else ()
        tasks.append(Task((key, step), key, modes, after, chance.choice(["", "a", "b", "c"])))
    return tasks, Job(key, due, weight)


def _shop(orders: int) -> Shop:
    chance = random.Random(7)
    resources: dict[Key, Resource] = {}
    for n in range(CENTRES):
        time = weekly(TWO_SHIFTS if n % 3 == 0 else ONE_SHIFT, days=400)
        resources[f"M{n}"] = Resource(f"M{n}", time, 2 if n % 4 == 0 else 1)
    tasks: dict[Key, Task] = {}
    jobs: dict[Key, Job] = {}
    for n in range(orders):
        due = chance.randint(5, max(orders // 7, 6)) * DAY + 1020
        made, jobs[n] = _job(chance, n, due, chance.choice([1, 1, 3]))
        tasks |= {task.key: task for task in made}
    return Shop(resources, tasks, jobs)


def _proved(shop: Shop, schedule: Schedule) -> Schedule:
    assert not schedule.unplaced, "something found no place"
    wrong = contradictions(shop, schedule)
    assert not wrong, wrong[:5]
    return schedule


def _shops() -> list[Measurement]:
    found = []
    for orders, bar in ((200, 1.0), (2000, None)):
        shop = _shop(orders)
        size = {"orders": orders, "operations": len(shop.tasks), "work centres": CENTRES}
        done, made = measure(
            f"schedule forward, {orders:,} orders", partial(_of, forward, shop), runs=5, bar=bar, **size
        )
        _proved(shop, made[-1])
        back, late = measure(
            f"schedule backward, {orders:,} orders", partial(_of, backward, shop), runs=3, bar=bar, **size
        )
        _proved(shop, late[-1])
        found += [done, back]
        if orders == 200:
            found += _rush(shop, made[-1])
    return found


def _of(work: Callable[[Shop], Schedule], shop: Shop, _n: int) -> Schedule:
    return work(shop)


def _solved(shop: Shop) -> Schedule:
    return improve(shop, forward(shop), seconds=19.5)


def _rush(shop: Shop, now: Schedule) -> list[Measurement]:
    tasks, job = _job(random.Random(11), "rush", 3 * DAY, 5)
    shop = replace(shop, tasks={**shop.tasks, **{t.key: t for t in tasks}}, jobs={**shop.jobs, "rush": job})
    before = now.ends(shop)

    def preview(_n: int) -> tuple[Schedule, int]:
        made = rush(shop, now.bars, {"rush"})
        return made, len(slips(shop, before, made))

    shown, made = measure("rush order with slip preview", preview, runs=7, bar=0.1, operations=len(shop.tasks))
    start = _proved(shop, made[-1][0])
    near = start.bars["rush", 0].start
    better, improved = measure(
        "rush order improved", lambda _n: improve(shop, start, seconds=0.8, near=near), runs=3, bar=1.0,
        jobs_that_slip=made[-1][1],
    )  # fmt: skip
    for one in improved:
        assert _proved(shop, one).score(shop) <= start.score(shop)
    print(f"  score {start.score(shop):,} → {min(s.score(shop) for s in improved):,}")
    return [shown, better]


def _literature() -> list[Measurement]:
    found = []
    for name, within in (("ft06", 0), ("la01", 0), ("la16", 0), ("ft10", 5), ("la21", 5), ("abz7", 5)):
        shop, optimum = job_shop(name)
        done, made = measure(
            f"job shop {name}", partial(_of, _solved, shop), runs=1, warm=0, bar=20.0,
            optimum=optimum,
        )  # fmt: skip
        span = max(bar.end for bar in _proved(shop, made[-1]).bars.values())
        print(f"  {span} for {optimum}: {100 * (span / optimum - 1):.1f} % above")
        assert span <= optimum * (1 + within / 100), f"{name}: {span} is more than {within} % above {optimum}"
        found.append(done)
    return found


def main() -> int:
    with fresh_company() as (company, _actor), serving(company):  # measure asks PostgreSQL what it did meanwhile
        found = _shops()
        if "--quick" not in sys.argv:
            found += _literature()
    return 0 if keep("scheduling", found) else 1


if __name__ == "__main__":
    sys.exit(main())
