"""What a plan asks of work centres, roughly (粗能力). Pure; minutes of machines as exact decimals.

Conventions: the operations of an order follow each other over the working days from its start until it is due, each as
long as its share of all the order's minutes; its minutes lie evenly over the working days that this touches. What is
planned to the minute lies between its start and its end. Days before today count today: what is overdue is still to be
done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from modules.production.rules.buckets import Bucket, place
from modules.shared.data.rules.calendars import WorkCalendar

ZERO, CENT = Decimal(0), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `since` up to and with `until`."""

    since: date
    until: date


def stretches(minutes: Sequence[Decimal], start: date, due: date, calendar: WorkCalendar, today: date) -> list[Stretch]:
    """The days of each operation of an order in turn."""
    first = calendar.on_or_after(max(start, today))
    last = max(calendar.on_or_before(max(due, today)), first)
    days, total = calendar.count(first, last) + 1, sum(minutes, ZERO)
    found, before = [], ZERO
    for part in minutes:
        after = before + part
        begins = min(int(before * days / total), days - 1) if total else 0
        ends = max(min(ceil(after * days / total), days) - 1, begins) if total else 0
        found.append(Stretch(calendar.forward(first, begins), calendar.forward(first, ends)))
        before = after
    return found


def spread(
    minutes: Decimal, on: Stretch, calendar: WorkCalendar, today: date, among: Sequence[Bucket]
) -> dict[int, Decimal]:
    """Bucket → its part, to hundredths; all parts make `minutes`, less what comes after the last bucket."""
    first = calendar.on_or_after(max(on.since, today))
    last = max(calendar.on_or_before(max(on.until, today)), first)
    days, found, told = calendar.count(first, last) + 1, {}, ZERO
    for n, bucket in enumerate(among):
        if bucket.until < first:
            continue
        if bucket.since > last:
            break
        until = min(last, bucket.until)
        gone = calendar.count(first, until) + calendar.is_working(until)
        upto = minutes if until == last else (minutes * gone / days).quantize(CENT)
        if upto != told:
            found[n] = upto - told
        told = upto
    if not found and place(first, among) == 0 and last < among[0].since:
        found[0] = minutes
    return found
