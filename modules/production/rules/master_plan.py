"""The rows of the master plan (主生产计划). Pure; quantities of any exact kind, one for each bucket.

Conventions (as in textbooks of operations management): projected on hand = that of the bucket before + all receipts −
gross; the first starts with what is free. Available to promise (可承诺量) is discrete with look-ahead: a bucket with a
receipt promises that receipt (the first one the stock, too) less what is ordered until the next receipt; where that is
below nothing, the receipts before it cover it, the nearest first. Receipts that are only proposed promise nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rows:
    """Of one product. `forecast`: all that is expected; `counted`: what of it orders have not consumed, and the demand
    fence has not dropped; `dependent`: what other orders and proposals take; `scheduled`: open orders; `entered`: the
    master plan; `planned`: proposals."""

    forecast: list[int]
    orders: list[int]
    dependent: list[int]
    counted: list[int]
    scheduled: list[int]
    entered: list[int]
    planned: list[int]
    gross: list[int] = field(default_factory=list)
    projected: list[int] = field(default_factory=list)
    promise: list[int | None] = field(default_factory=list)
    cumulative: list[int] = field(default_factory=list)


def empty(count: int) -> Rows:
    row = [0] * count
    return Rows([*row], [*row], [*row], [*row], [*row], [*row], [*row])


def work_out(rows: Rows, free: int) -> None:
    """The rows that follow from the others; `free`: stock that is neither reserved nor held."""
    rows.gross = [sum(parts) for parts in zip(rows.orders, rows.dependent, rows.counted, strict=True)]
    stock, rows.projected = free, []
    for coming in zip(rows.scheduled, rows.entered, rows.planned, rows.gross, strict=True):
        stock += sum(coming[:3]) - coming[3]
        rows.projected.append(stock)
    certain = [a + b for a, b in zip(rows.scheduled, rows.entered, strict=True)]
    ordered = [a + b for a, b in zip(rows.orders, rows.dependent, strict=True)]
    rows.promise = available_to_promise(free, certain, ordered)
    rows.cumulative, total = [], 0
    for part in rows.promise:
        total += part or 0
        rows.cumulative.append(total)


def available_to_promise(free: int, receipts: Sequence[int], ordered: Sequence[int]) -> list[int | None]:
    """None where no receipt comes: what can be promised there is what is left of those before it. Below nothing only
    in the first bucket: more is promised than there is and comes."""
    starts = [n for n, quantity in enumerate(receipts) if n == 0 or quantity]
    promise: list[int | None] = [None] * len(receipts)
    lacking = 0
    for n, until in reversed([*zip(starts, [*starts[1:], len(receipts)], strict=True)]):
        left = receipts[n] - sum(ordered[n:until]) - lacking + (free if n == 0 else 0)
        lacking = max(-left, 0) if n else 0
        promise[n] = max(left, 0) if n else left
    return promise
