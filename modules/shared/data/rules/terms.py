"""Instalments of a payment term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from modules.shared.data.rules.amounts import ZERO


def instalments(
    amount: Decimal, on: date, *, days: int = 0, lines: Sequence[tuple[Decimal, int]] = (), step: Decimal
) -> list[tuple[date, Decimal]]:
    """Due days and amounts; they sum to `amount` exactly, the rounding goes into the last one. `lines` are (per cent,
    days); without any the whole is due after `days`. Raises ValueError when the per cents do not sum to 100."""
    if not lines:
        return [(on + timedelta(days=days), amount)]
    if sum((p for p, _ in lines), ZERO) != 100:
        raise ValueError("the instalments do not sum to 100 per cent")
    parts, left = [], amount
    for percent, after in lines[:-1]:
        part = (amount * percent / 100 / step).quantize(Decimal(1)) * step
        parts.append((on + timedelta(days=after), part))
        left -= part
    return [*parts, (on + timedelta(days=lines[-1][1]), left)]
