"""How right the books were found to be, by warehouse, class or month (盘点准确率)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from modules.inventory.models import CountLine
from modules.inventory.rules.counting import Accuracy, Counted, accuracy
from tenon.tenancy.context import current

ZERO = Decimal(0)
By = Literal["warehouse", "abc", "month", "cause"]


@dataclass(frozen=True)
class Row:
    key: str
    label: str
    figures: Accuracy


@dataclass(frozen=True)
class Report:
    total: Accuracy
    rows: list[Row]


def count_accuracy(by: By, since: date, until: date) -> Report:
    """Of sheets that were posted in that time. `cause` looks at lines with a difference only. One query."""
    lines = CountLine.objects.filter(
        sheet__status="posted", sheet__posted_on__range=(since, until), counted__isnull=False
    ).values_list(
        "in_tolerance", "book_value", "value", "abc", "cause", "counted_at", "sheet__warehouse_id",
        "sheet__warehouse__name",
    )  # fmt: skip
    zone, groups = ZoneInfo(current().time_zone), defaultdict(list)
    labels: dict[str, str] = {}
    every = []
    for hit, book_value, value, abc, cause, at, warehouse_id, warehouse in lines:
        row = Counted(bool(hit), book_value or ZERO, value or ZERO)
        every.append(row)
        if by == "cause" and not row.difference_value:
            continue
        key = {
            "warehouse": str(warehouse_id), "abc": abc, "cause": cause,
            "month": f"{at.astimezone(zone):%Y-%m}" if at else "",
        }[by]  # fmt: skip
        labels[key] = {"warehouse": warehouse, "cause": str(CountLine.Cause(cause).label)}.get(by, key)
        groups[key].append(row)
    rows = [Row(key, labels[key], accuracy(found)) for key, found in sorted(groups.items())]
    return Report(accuracy(every), rows)
