"""A production order with four inputs, from its draft to goods in stock with their cost: reported at once, and by two
operations.

    python -m bench.production_order

Bar (design: quality): started to finished and costed ≤ 0.06 s, of the order that is reported at once. Making and
releasing it, with its material locked, is measured by itself. The result is checked: material out, goods in at what
they cost, nothing left in process, the books proved."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal

from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.inventory.models import Location, ProductCost
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.production.models import Operation, ProductionOrder, WorkCentre
from modules.production.services import (
    bom_create,
    production_order_close,
    production_order_create,
    production_order_release,
    production_order_report,
)
from modules.shared.data.models import Product, Unit
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import serving
from tenon_site.management.commands.check_books import check_company

RUNS, PIECES, THERE, UNIT_COST = 40, Decimal(5), Decimal(100_000), Decimal("2.50")
INPUTS = (1, 2, 3, 4)  # pieces of each
MINUTES = Decimal(30)


@dataclass
class Works:
    table: Product
    shelf: Product
    centre: WorkCentre


def _works(actor: Actor) -> Works:
    with acting(actor):
        unit = Unit.objects.get(code="EA")
        parts = [Product(code=f"IN-{n}", name=f"Input {n}", unit=unit, source="buy") for n in INPUTS]
        table, shelf = (Product(code=c, name=c.title(), unit=unit, source="make") for c in ("TABLE", "SHELF"))
        centre = WorkCentre(code="W", name="Work centre", cost_rate=Decimal(60), overhead_rate=Decimal(30))
        for row in (*parts, table, shelf, centre):
            row.save()
        for position in (10, 20):
            Operation(
                product=table, position=position, name=f"Step {position}", work_centre=centre, run_minutes=Decimal(3)
            ).save()
        place = Location.objects.filter(kind="stock").order_by("pk")[0]
    for made in (table, shelf):
        lines = [{"component": part, "quantity": Decimal(n)} for part, n in zip(parts, INPUTS, strict=True)]
        bom_create(actor=actor, product=made, lines=lines)
    rows = [{"product": part, "location": place, "quantity": THERE, "unit_cost": UNIT_COST} for part in parts]
    adjustment_post(actor=actor, adjustment=adjustment_create(actor=actor, kind="opening", lines=rows))
    return Works(table, shelf, centre)


def _measure(actor: Actor, works: Works, product: Product) -> list[Measurement]:
    """The shelf is reported at once; the table by its two operations."""
    times = 2 if product == works.table else 1

    def begin(_n: int) -> ProductionOrder:
        order = production_order_create(actor=actor, product=product, quantity=PIECES)
        return production_order_release(actor=actor, order=order)

    begun, waiting = measure("made and released", begin, runs=RUNS, warm=3, inputs=4, reports=times)

    def finish(n: int) -> ProductionOrder:
        order = waiting[n]
        for step in list(order.operations.order_by("position")) or [None]:
            production_order_report(
                actor=actor, order=order, operation=step, good=PIECES, minutes=MINUTES, work_centre=works.centre
            )
        return production_order_close(actor=actor, order=order)

    done, orders = measure(
        "started, finished, costed", finish, runs=RUNS, warm=3, bar=0.06 if times == 1 else None, inputs=4,
        reports=times,
    )  # fmt: skip
    material, labour = PIECES * sum(INPUTS) * UNIT_COST, times * MINUTES
    for order in orders:
        order.refresh_from_db()
        assert (order.status, order.completed, order.work_in_process) == ("closed", PIECES, 0)
        assert (order.material_cost, order.labour_cost, order.overhead_cost) == (material, labour, labour / 2)
        assert order.received_value == material + labour + labour / 2
    stock = ProductCost.objects.get(product=product)
    received = sum(order.received_value for order in orders)
    assert (stock.quantity, stock.value) == (PIECES * len(orders), received)
    return [begun, done]


def main() -> int:
    found: list[Measurement] = []
    with fresh_company() as (company, actor):
        with serving(company):
            works = _works(actor)

            for product in (works.shelf, works.table):
                found += _measure(actor, works, product)
        findings = check_company(company)
        assert findings == [], findings
    return 0 if keep("production_order", found) else 1


if __name__ == "__main__":
    sys.exit(main())
