"""Past demand of the demo company: the data set knows what was bought of each part in three years, which is what was
used of it. The months are moved as a whole so that the last whole one is the one before this."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from dateutil.relativedelta import relativedelta

from modules.inventory.services.forecasts import forecasts_run
from modules.inventory.services.replenishment import policies_compute, policies_propose, replenishment_check
from tenon.access.actor import Actor
from tenon.api.importing import import_rows
from tenon.tenancy.context import current

LAST = date(2014, 7, 1)  # August 2014 and what is after it are hardly begun in the files


def past_demand(actor: Actor, files: Path, say: Callable[[str], None]) -> None:
    """Brings it in through the importer, and works out forecasts, reorder points and alerts of it."""
    ordered_on = {row["number"]: row["ordered_on"] for row in _rows(files / "purchase_orders.csv")}
    used: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for row in _rows(files / "purchase_order_lines.csv"):
        month = date.fromisoformat(ordered_on[row["order"]]).replace(day=1)
        if month <= LAST:
            used[(row["product"], month)] += Decimal(row["received"]) - Decimal(row["rejected"])
    now = current().today().replace(day=1) - relativedelta(months=1)
    later = relativedelta(months=(now.year - LAST.year) * 12 + now.month - LAST.month)
    rows = [
        {"product": code, "month": (month + later).isoformat(), "quantity": f"{quantity:f}"}
        for (code, month), quantity in sorted(used.items())
        if quantity > 0
    ]
    brought = import_rows(actor=actor, entity_key="inventory.past_demand", rows=rows)
    run = forecasts_run(actor=actor)
    made = policies_propose(actor=actor)
    policies_compute(actor=actor)
    alerts = replenishment_check(actor=actor)
    say(f"{'Past demand':<24}{brought.created:>6} months, {run.written} forecasts, {made} policies, {alerts} alerts")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
