"""By-products: how much comes, and what share of the cost it takes with it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from tenon.money.rounding import allocate

ZERO, WHOLE = Decimal(0), Decimal(100)
SHARE_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Arrival:
    """A by-product in one report: its share in percent, the value that waits for it in process, how much comes now."""

    share: Decimal
    waiting: Decimal
    quantity: Decimal


def split(
    value: Decimal, arrivals: Sequence[Arrival], good: Decimal, last: bool, step: Decimal
) -> tuple[Decimal, list[tuple[Decimal, Decimal]]]:
    """Divides what a report takes out of work in process, to the last cent: (value of the good pieces, [(value
    received, value still waiting)] in the order of the arrivals). The share of what has not come yet waits in process;
    with the last report the good pieces bear what never came."""
    main, *parts = allocate(value, [WHOLE - sum((a.share for a in arrivals), ZERO), *(a.share for a in arrivals)], step)
    answers = []
    for arrival, part in zip(arrivals, parts, strict=True):
        due = arrival.waiting + part
        if arrival.quantity > 0:
            answers.append((due, ZERO))
        elif last and good > 0:
            main += due
            answers.append((ZERO, ZERO))
        else:
            answers.append((ZERO, due))
    return main, answers


def comes(expected: Decimal, received: Decimal, done: Decimal, ordered: Decimal, step: Decimal) -> Decimal:
    """What comes now when nobody counted it: in proportion to the pieces `done`, these included, in whole steps."""
    due = expected if done >= ordered else (expected * done / ordered / step).to_integral_value(ROUND_FLOOR) * step
    return max(due - received, ZERO)


def shares_by_value(product: Decimal | None, outputs: Sequence[Decimal | None]) -> list[Decimal] | None:
    """Shares in percent of outputs by what they and the product sell for together; None when nobody knows that."""
    if product is None or any(value is None for value in outputs):
        return None
    values = [product, *(value for value in outputs if value is not None)]
    if sum(values, ZERO) <= 0:
        return None
    return allocate(WHOLE, values, SHARE_STEP)[1:]
