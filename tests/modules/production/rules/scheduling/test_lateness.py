"""Why orders are late, by hand: one machine, or two, and a day of eight hours (480 minutes) from minute 480 on."""

from __future__ import annotations

from dataclasses import replace

from modules.production.rules.scheduling.lateness import Reason, Why, lateness
from modules.production.rules.scheduling.listing import placed
from modules.production.rules.scheduling.terms import Bar, Job, Key, Link, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime

DAY = 1440
TIME = WorkingTime((day * DAY + 480, day * DAY + 960) for day in range(20))


def shop(*tasks: Task, now: int = 480, held: dict[Key, Bar] | None = None, **jobs: Job) -> Shop:
    resources: dict[Key, Resource] = {key: Resource(key, TIME) for key in ("M", "N", "jig")}
    return Shop(resources, {t.key: t for t in tasks}, dict(jobs.items()), now, held or {})


def step(key: str, job: str, run: int, *after: Link, on: tuple[str, ...] = ("M",), earliest: int = 0) -> Task:
    return Task(key, job, (Mode(on, run),), after, earliest=earliest)


def why(there: Shop, *order: str, starts: int = 480) -> dict[Key, list[Reason]]:
    return lateness(there, placed(there, order).bars, dict.fromkeys(there.jobs, starts))


def test_nobody_late_needs_no_reason() -> None:
    assert why(shop(step("a", "A", 60), A=Job("A", 540)), "a") == {}


def test_behind_an_order_that_is_due_before() -> None:
    there = shop(step("a", "A", 240), step("b", "B", 240), A=Job("A", 720), B=Job("B", 900))
    # B waits four hours, from 8 to 12, and ends at 16 o'clock, an hour late.
    assert why(there, "a", "b") == {"B": [Reason(Why.QUEUE, 240, "b", "M", ("A",))]}


def test_behind_orders_that_have_more_time_who_takes_most_first() -> None:
    there = shop(
        step("a", "A", 60), step("b", "B", 120), step("c", "C", 60),
        A=Job("A", 9999), B=Job("B", 9999), C=Job("C", 600),
    )  # fmt: skip
    assert why(there, "a", "b", "c") == {"C": [Reason(Why.BUSY, 180, "c", "M", ("B", "A"))]}
    heavy = replace(there, jobs={**there.jobs, "B": Job("B", 9999, weight=5)})
    assert why(heavy, "a", "b", "c")["C"][0].why == Why.QUEUE


def test_the_tool_is_taken_on_another_machine() -> None:
    there = shop(
        step("a", "A", 120, on=("N", "jig")), step("b", "B", 60, on=("M", "jig")), A=Job("A", 600), B=Job("B", 600),
    )  # fmt: skip
    assert why(there, "a", "b") == {"B": [Reason(Why.QUEUE, 120, "b", "jig", ("A",))]}


def test_material_comes_on_the_third_day_and_night_is_nobodys_fault() -> None:
    there = shop(step("a", "A", 60, earliest=2 * DAY), A=Job("A", DAY))
    # From the first morning (480) to the midnight on which it counts as there; the rest until 8 o'clock is night.
    assert why(there, "a") == {"A": [Reason(Why.MATERIAL, 2 * DAY - 480, "a")]}


def test_another_order_makes_the_part() -> None:
    there = shop(step("p", "P", 300, on=("N",)), step("a", "A", 60, Link("p", 30)), P=Job("P"), A=Job("A", 600))
    assert why(there, "p", "a") == {"A": [Reason(Why.ORDER, 330, "a", jobs=("P",))]}


def test_begun_too_late() -> None:
    there = shop(step("a", "A", 60), now=DAY + 600, A=Job("A", DAY))
    assert why(there, "a") == {"A": [Reason(Why.STARTED, DAY + 120, "a")]}


def test_too_long_even_alone_through_the_gap_and_the_night() -> None:
    there = shop(step("a", "A", 400), step("b", "B", 1), A=Job("A", 960), B=Job("B"))
    there = replace(there, tasks={**there.tasks, "a2": step("a2", "A", 200, Link("a", 60), on=("N",))})
    # 8:00–14:40, an hour's way, then at 15:40 twenty minutes and 180 on the next morning: until 11 o'clock.
    assert why(there, "a", "a2", "b") == {"A": [Reason(Why.TOO_LONG, DAY + 480 + 180 - 960, "a2")]}


def test_put_there_by_hand_and_free_by_now() -> None:
    bar = Bar("a", 0, 600, 660, 0, (0,))
    there = shop(step("a", "A", 60), A=Job("A", 600))
    assert lateness(replace(there, held={"a": bar}), {"a": bar}, {"A": 480}) == {"A": [Reason(Why.FIXED, 120, "a")]}
    assert lateness(there, {"a": bar}, {"A": 480}) == {"A": [Reason(Why.FREE, 120, "a")]}


def test_reasons_of_several_operations_the_longest_first() -> None:
    there = shop(
        step("x", "X", 60), step("y", "Y", 400, on=("N",)), step("a", "A", 60),
        step("b", "A", 60, Link("a"), on=("N",)),
        X=Job("X", 500), Y=Job("Y", 500), A=Job("A", 600),
    )  # fmt: skip
    assert why(there, "x", "y", "a", "b")["A"] == [
        Reason(Why.QUEUE, 280, "b", "N", ("Y",)),  # ready at 10:00, free at 14:40
        Reason(Why.QUEUE, 60, "a", "M", ("X",)),
    ]
