"""When and how much stock will fall short of what shall be there (采购缺口). Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


def shortages(
    on_hand: Decimal, changes: Iterable[tuple[date, Decimal]], least: Decimal, today: date
) -> list[tuple[date, Decimal]]:
    """(day, quantity) that must come so that the projected stock never falls below `least`. `changes`: what comes (+)
    and goes (−), the past counted today; what comes on a day is there for what goes on it."""
    days: dict[date, Decimal] = {today: ZERO}
    for on, quantity in changes:
        day = max(on, today)
        days[day] = days.get(day, ZERO) + quantity
    found, balance = [], on_hand
    for day in sorted(days):
        balance += days[day]
        if balance < least:
            found.append((day, least - balance))
            balance = least
    return found
