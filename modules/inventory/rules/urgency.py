"""Who comes first when there is not enough: the order's priority, then the day it is needed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NORMAL = 2  # of a demand that no sales order stands behind


@dataclass(frozen=True, order=True)
class Urgency:
    """Compared in this order; the smaller comes first. A demand without a day waits behind those with one."""

    priority: int = NORMAL
    needed_on: date = date.max


def urgency(priority: int | None, needed_on: date | None) -> Urgency:
    return Urgency(NORMAL if priority is None else priority, needed_on or date.max)
