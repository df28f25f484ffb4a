"""The master plan by week or month: what is wanted, what comes, what can be promised."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from modules.production.models import MasterPlanEntry, Pegging, PlannedOrder, PlanningRule, PlanningRun
from modules.production.rules.buckets import Bucket, Size, buckets, first_working_day, place
from modules.production.rules.master_plan import Rows, empty, work_out
from modules.production.rules.terms import from_micro, micro
from modules.production.selectors.forecast_demand import ENTITY as FORECAST
from modules.production.selectors.forecast_demand import forecast_expected
from modules.production.selectors.parameters import parameters
from modules.production.selectors.planning_input import PlanningInput, planning_input
from modules.production.selectors.workbench import last_run
from modules.shared.data.models import Product
from tenon.tenancy.context import current

SALES_LINE = "shared.sales_order_line"
SHOWN = (
    "forecast", "orders", "dependent", "counted", "gross", "scheduled", "entered", "planned", "projected", "promise",
    "cumulative",
)  # fmt: skip


def master_plan(size: Size, count: int) -> dict[str, Any]:
    """All products of the master plan in `count` buckets. A constant number of queries. Quantities in stock units."""
    today = current().today()
    among = buckets(today, size, count)
    known = PlanningRule.objects.filter(master=True, product__is_active=True)
    rules = {r.product_id: r for r in known if r.product_id is not None}
    products = list(Product.objects.filter(pk__in=rules).select_related("unit").order_by("code"))
    run = last_run()
    found = planning_input(today, list(rules))
    rows = _rows(found, run, among)
    entries: dict[int, list[MasterPlanEntry]] = defaultdict(list)
    for entry in MasterPlanEntry.objects.filter(product__in=rules).order_by("due_on"):
        entries[entry.product_id].append(entry)
        if (n := place(entry.due_on, among)) is not None and entry.product_id in rows:
            rows[entry.product_id].entered[n] += micro(entry.quantity)
    shown = []
    for product in products:
        if product.pk not in rows:
            continue
        rule, its = rules[product.pk], rows[product.pk]
        free = found.on_hand.get(product.pk, 0)
        work_out(its, free)
        shown.append({
            "product": {"id": product.pk, "label": product.code, "name": product.name},
            "unit": product.unit.code,
            "decimals": product.unit.decimals,
            "free": from_micro(free),
            "safety": product.safety_stock,
            # Inside a fence: all days before these.
            "frozen_until": found.calendar.forward(today, rule.frozen_days) if rule.frozen_days else None,
            "demand_until": found.calendar.forward(today, rule.demand_days) if rule.demand_days else None,
            "rows": {
                name: [None if q is None else from_micro(q) for q in getattr(its, name)] for name in SHOWN
            },
            "reasons": [
                next((e.reason for e in entries[product.pk] if place(e.due_on, among) == n and e.reason), "")
                for n in range(count)
            ],
        })  # fmt: skip
    return {
        "planned_on": None if run is None else run.planned_on,
        "buckets": [
            {"since": b.since, "until": b.until, "due_on": first_working_day(b, found.calendar, today)} for b in among
        ],
        "products": shown,
    }


def _rows(found: PlanningInput, run: PlanningRun | None, among: list[Bucket]) -> dict[int, Rows]:
    rows = {product: empty(len(among)) for product in found.items}
    for need in found.needs:
        if (n := place(need.on, among)) is not None:
            peg: Any = need.peg
            row = rows[need.product]
            of = {FORECAST: row.counted, SALES_LINE: row.orders}.get(peg[0], row.dependent)
            of[n] += need.quantity
    for supply in found.supplies:
        if (n := place(supply.on, among)) is not None:
            rows[supply.product].scheduled[n] += supply.quantity
    for product, on, quantity in _expected(found):
        if (n := place(on, among)) is not None:
            rows[product].forecast[n] += quantity
    if run is not None:
        _of_run(run, rows, among)
    return rows


def _expected(found: PlanningInput) -> list[tuple[int, Any, int]]:
    said = parameters(list(found.items))
    return [
        (product, bucket.on, bucket.quantity)
        for product, weeks in forecast_expected(found.items, said, found.calendar, found.today).items()
        for bucket in weeks
    ]


def _of_run(run: PlanningRun, rows: dict[int, Rows], among: list[Bucket]) -> None:
    """What the last run proposes, and what its proposals take of these products."""
    proposed = PlannedOrder.objects.filter(run=run, state=PlannedOrder.State.PROPOSED)
    own = proposed.filter(product__in=rows, entry__isnull=True)
    for product, quantity, on in own.values_list("product_id", "quantity", "due_on"):
        if (n := place(on, among)) is not None:
            rows[product].planned[n] += micro(quantity)
    pegs = list(
        Pegging.objects.filter(run=run, product__in=rows, need_planned__isnull=False).values_list(
            "product_id", "need_planned", "quantity"
        )
    )
    parents = proposed.filter(index__in={index for _product, index, _quantity in pegs})
    release = dict(parents.values_list("index", "release_on"))
    for product, index, quantity in pegs:
        if index in release and (n := place(release[index], among)) is not None:
            rows[product].dependent[n] += micro(quantity)
