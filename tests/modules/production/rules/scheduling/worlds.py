"""Random shops for the properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from modules.production.rules.scheduling.terms import Job, Link, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import ALWAYS, Window, WorkingTime

DAY = 24 * 60


def weekly(week: Mapping[int, Sequence[Window]], days: int = 60, first: int = 1) -> WorkingTime:
    """The same shifts (minutes of the day) every week, from the midnight that begins weekday `first` (Monday 1)."""
    return WorkingTime(
        (day * DAY + a, day * DAY + b) for day in range(days) for a, b in week.get((first - 1 + day) % 7 + 1, ())
    )


@st.composite
def times(draw: st.DrawFn) -> WorkingTime:
    if draw(st.booleans()):
        return ALWAYS
    shifts = draw(st.sampled_from([[(480, 1020)], [(480, 720), (780, 1020)], [(1320, 1800)], [(0, 1440)]]))
    weekdays = draw(st.sets(st.integers(1, 7), min_size=1))
    return weekly(dict.fromkeys(weekdays, shifts), first=draw(st.integers(1, 7)))


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    machines = [
        Resource(f"M{n}", draw(times()), draw(st.integers(1, 2))) for n in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    others = [Resource(f"P{n}", draw(times()), draw(st.integers(1, 2))) for n in range(draw(st.integers(0, 2)))]
    jobs = [
        Job(f"J{n}", draw(st.none() | st.integers(0, 20_000)), draw(st.integers(1, 5)))
        for n in range(draw(st.integers(1, 6)))
    ]
    tasks: dict[object, Task] = {}
    for job in jobs:
        for n in range(draw(st.integers(1, 4))):
            modes = []
            for _ in range(draw(st.integers(1, 2))):
                outside = draw(st.integers(0, 9)) == 0
                extra = draw(st.lists(st.sampled_from(others), max_size=1)) if others else []
                needs = () if outside else (draw(st.sampled_from(machines)).key, *(r.key for r in extra))
                modes.append(Mode(needs, draw(st.integers(1, 700)), draw(st.sampled_from([0, 0, 15, 60]))))
            after = []
            for before in (
                draw(st.lists(st.sampled_from(sorted(tasks, key=str)), max_size=2, unique=True)) if tasks else []
            ):
                ahead = draw(st.none() | st.integers(1, 200))
                after.append(Link(before, draw(st.sampled_from([0, 0, 30, 600])), ahead, draw(st.integers(0, 100))))
            key = f"{job.key}/{n}"
            family = draw(st.sampled_from(["", "red", "blue"]))
            tasks[key] = Task(key, job.key, tuple(modes), tuple(after), family, draw(st.sampled_from([0, 0, 2000])))
    changes = draw(st.sampled_from([{}, {("red", "blue"): 90, ("blue", "red"): 10, ("red", "red"): 5}]))
    return Shop(
        {r.key: r for r in (*machines, *others)},
        tasks,
        {j.key: j for j in jobs},
        now=draw(st.sampled_from([0, 700])),
        changes=changes,
    )
