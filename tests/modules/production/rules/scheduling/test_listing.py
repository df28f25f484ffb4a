"""List scheduling: rule 35 by hand, and any shop whatever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.production.rules.scheduling.listing import backward, forward
from modules.production.rules.scheduling.slips import held_within, moved, rush, slips
from modules.production.rules.scheduling.terms import Bar, Job, Key, Link, Mode, Resource, Schedule, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime
from tests.modules.production.rules.scheduling.checker import contradictions
from tests.modules.production.rules.scheduling.worlds import DAY, shops, weekly

WEEK = {day: [(480, 720), (780, 1020)] for day in range(1, 6)}  # 8–12 and 13–17, Monday to Friday
DAY_SHIFT = weekly(WEEK)


def shop(*tasks: Task, machines: Mapping[str, Resource] | None = None, **jobs: Job) -> Shop:
    resources: dict[Key, Resource] = (
        {r.key: r for r in machines.values()} if machines else {"M": Resource("M", DAY_SHIFT)}
    )
    known = {t.job: jobs.get(str(t.job), Job(t.job)) for t in tasks}
    return Shop(resources, {t.key: t for t in tasks}, known)


def on(machine: str, run: int, setup: int = 0, *more: str) -> tuple[Mode, ...]:
    return (Mode((machine, *more), run, setup),)


def at(day: int, hour: int, minute: int = 0) -> int:
    return day * DAY + hour * 60 + minute


def test_an_operation_pauses_over_lunch_night_and_weekend_and_goes_on() -> None:
    # Ten hours from Friday 13:00: four on Friday, then Monday's four before lunch and two after it.
    bars = forward(shop(Task("a", "A", on("M", 600), earliest=at(4, 13)))).bars
    assert (bars["a"].start, bars["a"].end) == (at(4, 13), at(7, 15))


def test_machine_operator_and_tool_are_there_together() -> None:
    machines = {
        "M": Resource("M", WorkingTime([(0, 10_000)])),
        "operator": Resource("operator", WorkingTime([(100, 200), (300, 10_000)])),
        "tool": Resource("tool", WorkingTime([(0, 10_000)])),
        "N": Resource("N", WorkingTime([(0, 10_000)])),
    }
    found = forward(
        shop(
            Task("a", "A", (Mode(("M", "operator", "tool"), 150),)),
            Task("b", "B", (Mode(("N", "tool"), 10),)),
            machines=machines,
            A=Job("A", due=0),
        )
    )
    assert (found.bars["a"].start, found.bars["a"].end) == (100, 350)
    assert found.bars["b"].start in (0, 350)  # before or after: the tool is with the other one in between


def test_set_up_is_saved_after_its_like_and_counted_by_what_was_before() -> None:
    free = {"M": Resource("M", WorkingTime([(0, 10_000)]))}
    tasks = [
        Task("red 1", "A", on("M", 10, 30), family="red"),
        Task("red 2", "B", on("M", 10, 30), (Link("red 1"),), family="red"),
        Task("blue", "C", on("M", 10, 30), (Link("red 2"),), family="blue"),
    ]
    plain = shop(*tasks, machines=free)
    assert forward(plain).bars["blue"].end == 30 + 10 + 10 + 30 + 10
    changed = replace(plain, changes={("red", "blue"): 45})
    assert forward(changed).bars["blue"].end == 30 + 10 + 10 + 45 + 10


def test_overlap_starts_with_the_first_pieces_and_never_runs_out_of_them() -> None:
    free = {"M": Resource("M", WorkingTime([(0, 10_000)])), "N": Resource("N", WorkingTime([(0, 10_000)]))}
    slow_first = shop(
        Task("a", "A", on("M", 100)), Task("b", "A", on("N", 20), (Link("a", 5, ahead=10, tail=2),)), machines=free
    )
    # It could begin at 15, but its last two minutes come after the other's end and the move: 100 + 5 + 2.
    assert (forward(slow_first).bars["b"].start, forward(slow_first).bars["b"].end) == (87, 107)
    quick_first = shop(
        Task("a", "A", on("M", 100)), Task("b", "A", on("N", 200), (Link("a", 5, ahead=10, tail=2),)), machines=free
    )
    assert forward(quick_first).bars["b"].start == 15


def test_work_outside_counts_days_of_the_calendar_and_parallel_machines_share() -> None:
    outside = shop(Task("a", "A", (Mode((), 3 * DAY),), earliest=at(4, 17)), Task("b", "A", on("M", 60), (Link("a"),)))
    assert forward(outside).bars["b"].start == at(8, 8)  # Monday 17:00 is the end of the shift
    two = {"M": Resource("M", WorkingTime([(0, 10_000)]), units=2)}
    found = forward(shop(*(Task(n, n, on("M", 50)) for n in "abcd"), machines=two))
    assert max(b.end for b in found.bars.values()) == 100


def test_an_alternative_is_taken_where_it_ends_earlier() -> None:
    two = {"M": Resource("M", WorkingTime([(0, 10_000)])), "N": Resource("N", WorkingTime([(0, 10_000)]))}
    either = (Mode(("M",), 50), Mode(("N",), 80))
    found = forward(shop(Task("a", "A", either), Task("b", "B", either), Task("c", "C", either), machines=two))
    assert sorted((b.mode, b.end) for b in found.bars.values()) == [(0, 50), (0, 100), (1, 80)]


def test_backwards_is_just_in_time_and_what_is_late_goes_forward() -> None:
    due = at(3, 17)
    world = shop(
        Task("a", "A", on("M", 120)), Task("b", "A", on("M", 60), (Link("a"),)), Task("c", "B", on("M", 60)),
        A=Job("A", due), B=Job("B", due=at(0, 8)),
    )  # fmt: skip
    bars = backward(world).bars
    assert (bars["b"].end, bars["a"].end) == (due, at(3, 16))
    assert bars["c"].start == at(0, 8)  # late already: as soon as possible


def test_a_rush_order_uses_a_gap_or_pushes_and_says_by_how_much() -> None:
    free = {"M": Resource("M", WorkingTime([(0, 10_000)]))}
    world = shop(
        Task("a", "A", on("M", 100)), Task("b", "B", on("M", 100)), Task("r", "R", on("M", 30)),
        machines=free, A=Job("A", 100), B=Job("B", 250), R=Job("R", 40, 10),
    )  # fmt: skip
    now: dict[Key, Bar] = {"a": Bar("a", 0, 0, 100, 0, (0,)), "b": Bar("b", 0, 150, 250, 0, (0,))}
    after = rush(world, now, {"R"})
    assert (after.bars["r"].end, after.bars["a"].start, after.bars["b"]) == (30, 30, now["b"])
    found = {s.job: (s.minutes, s.late) for s in slips(world, {"A": 100, "B": 250}, after)}
    assert found == {"A": (30, True), "R": (0, False)}
    relaxed = replace(world, jobs={**world.jobs, "R": Job("R", 140)})
    gentle = rush(relaxed, now, {"R"})
    assert gentle.bars["r"].start == 100
    assert {k: gentle.bars[k] for k in now} == now


def test_a_dragged_bar_stays_where_it_was_put_and_the_others_give_way() -> None:
    free = {"M": Resource("M", WorkingTime([(0, 10_000)]))}
    world = shop(*(Task(n, n, on("M", 100)) for n in "abc"), machines=free)
    now: dict[Key, Bar] = {n: Bar(n, 0, i * 100, i * 100 + 100, 0, (0,)) for i, n in enumerate("abc")}
    after = moved(world, now, {"c": Bar("c", 0, 50, 150, 0, (0,))})
    assert contradictions(world, after) == []
    assert {n: after.bars[n].start for n in "abc"} == {"c": 50, "a": 150, "b": 250}
    frozen = held_within(world, now, 10)
    assert moved(frozen, now, {"c": Bar("c", 0, 50, 150, 0, (0,))}).bars["a"] == now["a"]


def test_a_circle_is_refused_and_no_time_left_is_said() -> None:
    with pytest.raises(ValueError, match="circle"):
        forward(shop(Task("a", "A", on("M", 1), (Link("b"),)), Task("b", "A", on("M", 1), (Link("a"),))))
    short = {"M": Resource("M", WorkingTime([(0, 50)]))}
    found = forward(
        shop(Task("a", "A", on("M", 100)), Task("b", "A", on("M", 1), (Link("a"),)), machines=short)
    )  # fmt: skip
    assert found.unplaced == {"a", "b"}
    assert not found.bars


@settings(max_examples=60, deadline=None)
@given(shops())
def test_whatever_the_shop_what_comes_out_can_be_done(world: Shop) -> None:
    for made in (forward(world), backward(world)):
        assert contradictions(world, made) == []
        assert set(made.bars) | made.unplaced == set(world.tasks)


@settings(max_examples=60, deadline=None)
@given(shops(), st.data())
def test_whatever_is_moved_or_rushed_what_comes_out_can_be_done(world: Shop, data: st.DataObject) -> None:
    urgent = data.draw(st.sampled_from(sorted(world.jobs, key=str)))
    before: Schedule = forward(world)
    now = {key: bar for key, bar in before.bars.items() if world.tasks[key].job != urgent}
    frozen = held_within(world, now, data.draw(st.sampled_from([0, 0, 1500])))
    if any(link.before not in frozen.held for key in frozen.held for link in world.tasks[key].after):
        frozen = world  # the rush order feeds what is frozen: no sensible question
    after = rush(frozen, now, {urgent})
    assert contradictions(frozen, after) == []
    assert all(after.bars[key].start >= bar.start for key, bar in now.items() if key in after.bars), (
        "nobody comes early"
    )
    if after.bars:
        key = data.draw(st.sampled_from(sorted(after.bars, key=str)))
        bar = after.bars[key]
        wished = replace(bar, start=max(bar.start + data.draw(st.integers(-3000, 3000)), 0))
        again = moved(world, after.bars, {key: wished})
        assert contradictions(world, again) == []
        assert again.unplaced or key not in again.bars or again.bars[key].start >= min(wished.start, bar.start)
        nothing = moved(world, again.bars, {})
        assert {k: b.start for k, b in nothing.bars.items()} == {k: b.start for k, b in again.bars.items()}
        assert all(nothing.bars[k].end <= b.end for k, b in again.bars.items()), "set-up that is too much may go"
