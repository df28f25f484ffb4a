"""Proof that a schedule can be done, written from the rules and not from the scheduler: it reads the words of a shop
and uses none of the scheduler's arithmetic. Everything that contradicts is said in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from modules.production.rules.scheduling.terms import Bar, Key, Schedule, Shop

Windows = Sequence[tuple[int, int]]


def minutes_together(calendars: Sequence[Windows], start: int, end: int) -> int:
    """Minutes of [start, end) that lie in a window of every calendar."""
    edges = {start, end}
    for windows in calendars:
        for a, b in windows:
            if a < end and b > start:
                edges |= {max(a, start), min(b, end)}
    total = 0
    for a, b in pairwise(sorted(edges)):
        if all(any(c <= a and b <= d for c, d in windows) for windows in calendars):
            total += b - a
    return total


def contradictions(shop: Shop, schedule: Schedule) -> list[str]:
    """Empty when the schedule can be done as it stands."""
    found: list[str] = []
    bars = schedule.bars
    for key, held in shop.held.items():
        if bars.get(key) != held:
            found.append(f"{key} was held and is elsewhere")
    for key in shop.tasks:
        if (key in bars) == (key in schedule.unplaced):
            found.append(f"{key} is not either placed or unplaced")
    for bar in bars.values():
        found += _of_itself(shop, bar) if bar.task not in shop.held else []
        found += _of_what_comes_first(shop, bars, bar) if bar.task not in shop.held else []
    return found + _of_resources(shop, bars)


def _calendars(shop: Shop, bar: Bar) -> list[Windows]:
    needs = shop.tasks[bar.task].modes[bar.mode].needs
    return [shop.resources[n].time.windows for n in needs]


def _of_itself(shop: Shop, bar: Bar) -> list[str]:
    task = shop.tasks[bar.task]
    mode = task.modes[bar.mode]
    calendars, found = _calendars(shop, bar), []
    if bar.start < max(shop.now, task.earliest):
        found.append(f"{bar.task} begins at {bar.start}, before it can")
    worked = minutes_together(calendars, bar.start, bar.end)
    if worked != bar.setup + mode.run:
        found.append(f"{bar.task} has {worked} minutes of work for {bar.setup} + {mode.run}")
    if worked and (
        minutes_together(calendars, bar.start, bar.start + 1) != 1
        or minutes_together(calendars, bar.end - 1, bar.end) != 1
    ):
        found.append(f"{bar.task} begins or ends when nobody works")
    if len(bar.units) != len(mode.needs):
        found.append(f"{bar.task} has {bar.units} for {mode.needs}")
    for need, unit in zip(mode.needs, bar.units, strict=False):
        if not 0 <= unit < shop.resources[need].units:
            found.append(f"{bar.task} is on unit {unit} of {need}")
    return found


def _of_what_comes_first(shop: Shop, bars: Mapping[Key, Bar], bar: Bar) -> list[str]:
    found = []
    for link in shop.tasks[bar.task].after:
        first = bars.get(link.before)
        if first is None:
            found.append(f"{bar.task} is placed and {link.before}, which comes first, is not")
        elif link.ahead is None or bar.start >= first.end + link.gap:
            if bar.start < first.end + link.gap:
                found.append(f"{bar.task} begins at {bar.start}, {link.before} ends at {first.end} + {link.gap}")
        else:
            done = minutes_together(_calendars(shop, first), first.start, bar.start - link.gap)
            if done < first.setup + link.ahead:
                found.append(f"{bar.task} begins when {done} minutes of {link.before} are done")
            if minutes_together(_calendars(shop, bar), first.end + link.gap, bar.end) < max(link.tail, 1):
                found.append(f"{bar.task} ends at {bar.end}, less than {link.tail} minutes after {link.before}")
    return found


def _of_resources(shop: Shop, bars: Mapping[Key, Bar]) -> list[str]:
    found = []
    stays: dict[tuple[Key, int], list[tuple[Bar, bool]]] = defaultdict(list)
    for bar in bars.values():
        needs = shop.tasks[bar.task].modes[bar.mode].needs
        for place, (need, unit) in enumerate(zip(needs, bar.units, strict=False)):
            if bar.end > bar.start:
                stays[(need, unit)].append((bar, place == 0))
    for where, kept in stays.items():
        kept.sort(key=lambda k: (k[0].start, k[0].end))
        for (one, _), (other, machine) in pairwise(kept):
            both_held = one.task in shop.held and other.task in shop.held
            if other.start < one.end and not both_held:
                found.append(f"{one.task} and {other.task} are on {where} together")
            if machine and other.task not in shop.held and other.setup < _set_up(shop, one, other):
                found.append(f"{other.task} has {other.setup} minutes of set-up after {one.task}")
        bar, machine = kept[0]
        mode = shop.tasks[bar.task].modes[bar.mode]
        if machine and bar.task not in shop.held and bar.setup < mode.setup:
            found.append(f"{bar.task} comes first on {where} and is not set up")
    return found


def _set_up(shop: Shop, one: Bar, other: Bar) -> int:
    before, after = shop.tasks[one.task].family, shop.tasks[other.task].family
    if (before, after) in shop.changes:
        return shop.changes[before, after]
    return 0 if after and before == after else shop.tasks[other.task].modes[other.mode].setup
