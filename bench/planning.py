"""Planning runs over five-level bills of materials: 1,000 and 10,000 products.

    python -m bench.planning [1000 10000]

Bars (design: quality): 1,000 products with results stored ≤ 1 s, an unchanged run ≤ 0.5 s and nothing written; 10,000
products ≤ 4 s, netting alone ≤ 0.3 s; one changed order planned again at 10,000 products ≤ 0.3 s. The result is
checked: what is proposed equals an independent recursion over the same bills, product by product."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.production.models import BillOfMaterials, BomLine, PlannedOrder
from modules.production.rules.netting import plan
from modules.production.selectors.planning_input import planning_input
from modules.production.services import planning_run
from modules.production.services.planning_changes import mark
from modules.production.services.planning_update import planning_update
from modules.shared.data.models import Party, Product, SalesOrderLine, SupplierPrice, Unit
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current, serving

LEVELS, FAN = 5, 3
Bills = dict[int, list[tuple[int, int]]]


def _world(actor: Actor, count: int) -> tuple[list[list[Product]], Bills, dict[int, int]]:
    """`count` products on five levels; each made one takes three of the level below. Returns levels, bills, demand."""
    random.seed(7)
    with acting(actor):
        unit = Unit.objects.get(code="EA")
        supplier = Party(code="S", name="Supplier", is_supplier=True)
        supplier.save()
        levels: list[list[Product]] = []
        for level in range(LEVELS):
            make = level < LEVELS - 1
            levels.append(
                Product.objects.bulk_create(
                    Product(
                        code=f"L{level}-{n:05d}", name=f"Part {level} {n}", unit=unit, lead_time_days=2 if make else 7,
                        source="make" if make else "buy",
                    )
                    for n in range(count // LEVELS)
                )
            )  # fmt: skip
        SupplierPrice.objects.bulk_create(
            SupplierPrice(
                supplier=supplier, product=p, unit=unit, price=Decimal(3), currency="CNY", lead_time_days=7,
                is_preferred=True,
            )
            for p in levels[-1]
        )  # fmt: skip
        bills: Bills = {}
        heads = BillOfMaterials.objects.bulk_create(BillOfMaterials(product=p) for row in levels[:-1] for p in row)
        lines = []
        by_product = {h.product_id: h for h in heads}
        for level, row in enumerate(levels[:-1]):
            for product in row:
                parts = random.sample(levels[level + 1], FAN)
                bills[product.pk] = [(part.pk, random.randint(1, 4)) for part in parts]
                lines += [
                    BomLine(bom=by_product[product.pk], component_id=p, quantity=q, base_quantity=q, unit=unit)
                    for p, q in bills[product.pk]
                ]
        BomLine.objects.bulk_create(lines, batch_size=5000)
        customer = Party(code="C", name="Customer", is_customer=True)
        customer.save()
    demand = {p.pk: random.randint(1, 20) for p in levels[0]}
    for start in range(0, len(levels[0]), 100):
        rows = [
            {"product": p, "quantity": Decimal(demand[p.pk]), "unit_price": Decimal(9)}
            for p in levels[0][start : start + 100]
        ]
        order = sales_order_create(
            actor=actor, customer=customer, requested_on=current().today() + timedelta(days=120), lines=rows
        )
        sales_order_confirm(actor=actor, order=order)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return levels, bills, demand


def _expected(bills: Bills, demand: dict[int, int]) -> dict[int, Decimal]:
    """Total need of every product by plain recursion from the top: nothing is in stock, all lots are exact."""
    total: dict[int, Decimal] = defaultdict(Decimal)

    def add(product: int, quantity: Decimal) -> None:
        total[product] += quantity
        for part, per in bills.get(product, ()):
            add(part, quantity * per)

    for product, quantity in demand.items():
        add(product, Decimal(quantity))
    return total


def _forget() -> None:
    PlannedOrder.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("select set_config('tenon.actor', 'system:bench', false)")
        cursor.execute("update production_planningrun set fingerprint = ''")


def _measure(actor: Actor, count: int) -> list[Measurement]:
    _levels, bills, demand = _world(actor, count)
    expected = _expected(bills, demand)
    bars = {1000: (1.0, 0.5, None), 10_000: (4.0, 2.0, 0.3)}.get(count, (None, None, None))
    size = {"products": count, "orders lines": len(demand)}
    found = planning_input(current().today())
    netting, plans = measure(
        f"netting {count:,} products alone",
        lambda _n: plan(found.items, found.needs, found.supplies, found.on_hand, found.calendar, found.today),
        runs=5,
        bar=bars[2],
        **size,
    )

    def run(_n: int) -> None:
        _forget()
        planning_run(actor=actor)

    full, _ = measure(
        f"planning run, {count:,} products, stored", run, runs=3, bar=bars[0], **size, proposals=len(plans[0].planned)
    )
    got: dict[int, Decimal] = defaultdict(Decimal)
    for product, quantity in PlannedOrder.objects.values_list("product_id", "quantity"):
        got[product] += quantity
    assert dict(got) == expected, "planning and the plain recursion disagree"
    ids = set(PlannedOrder.objects.values_list("id", flat=True))
    again, _ = measure(
        f"unchanged run, {count:,} products", lambda _n: planning_run(actor=actor), runs=3, bar=bars[1], **size
    )
    assert set(PlannedOrder.objects.values_list("id", flat=True)) == ids, "an unchanged run wrote something"
    return [netting, full, again, _one_changed(actor, count, size)]


def _one_changed(actor: Actor, count: int, size: dict[str, Any]) -> Measurement:
    """Each time another order's first line asks for one piece more: only what lies below its product is planned. What
    stands in the end is what a run over everything finds."""
    lines = list(SalesOrderLine.objects.order_by("id")[: 100 * 8 : 100])

    def change(n: int) -> None:
        planning_update(actor=actor)

    def ask(n: int) -> None:
        line = lines[n]
        with acting(actor):
            SalesOrderLine.objects.filter(pk=line.pk).update(base_quantity=line.base_quantity + 1)
            mark([line.product_id])

    walls = []
    for n in range(len(lines)):
        ask(n)
        one, _ = measure(
            f"one changed order planned again, {count:,} products", change, runs=1, warm=0,
            bar=0.3 if count == 10_000 else None, **size,
        )  # fmt: skip
        walls.append(one)
    part = _found()
    _forget()
    planning_run(actor=actor)
    assert part == _found(), "planning what has changed and planning everything disagree"
    walls.sort(key=lambda one: one.wall)
    return replace(walls[len(walls) // 2], runs=len(walls))


def _found() -> list[tuple[Any, ...]]:
    rows = PlannedOrder.objects.order_by("product_id", "index")
    return list(rows.values_list("product_id", "quantity", "release_on", "due_on", "late", "level"))


def main() -> int:
    counts = [int(a) for a in sys.argv[1:]] or [1000, 10_000]
    found: list[Measurement] = []
    for count in counts:
        with fresh_company() as (company, actor), serving(company):
            found += _measure(actor, count)
    return 0 if keep("planning", found) else 1


if __name__ == "__main__":
    sys.exit(main())
