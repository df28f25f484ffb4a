"""Overall equipment effectiveness (设备综合效率). Pure; minutes and pieces."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ONE = Decimal(1)


class NotPlausible(ValueError):
    """A share above one: the records contradict each other, and no figure is better than a wrong one."""

    def __init__(self, share: str, value: Decimal) -> None:
        super().__init__(f"{share} {value:.4f}")
        self.share, self.value = share, value


@dataclass(frozen=True)
class Effectiveness:
    availability: Decimal
    performance: Decimal
    quality: Decimal

    @property
    def oee(self) -> Decimal:
        return self.availability * self.performance * self.quality


def effectiveness(
    planned: Decimal, run: Decimal, ideal: Decimal, total: Decimal, good: Decimal
) -> Effectiveness | None:
    """availability = run ÷ planned, performance = ideal minutes of all pieces ÷ run, quality = good ÷ total; planned
    stops are not in `planned`. None where there is nothing to divide by. Raises NotPlausible for a share outside
    0 … 1: nothing is clipped."""
    if not planned or not run or not total:
        if run and not planned:
            raise NotPlausible("availability", run)
        if total and not run:
            raise NotPlausible("performance", total)
        return None
    shares = {"availability": run / planned, "performance": ideal / run, "quality": good / total}
    for name, value in shares.items():
        if not 0 <= value <= ONE:
            raise NotPlausible(name, value)
    return Effectiveness(**shares)
