"""The promise for one quote line through five levels of bills: 5,000 products, 500 open production orders on 20 work
centres.

    python -m bench.promise

Bar (design: quality): one quote line ≤ 0.15 s. Every line is asked for anew, so everything is read again; fastest,
median, slowest and how many a second are printed. What is promised is checked: it goes down to what is bought, and
each that is made stands where machines are free."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from time import perf_counter

from bench.company import fresh_company  # first: names the database
from bench.measure import keep, measure
from bench.planning import LEVELS, _world
from modules.production.models import Operation, ProductionOrder, ProductionOrderOperation, WorkCentre
from modules.production.selectors.promises import promised
from modules.production.services import production_order_create, production_order_release
from modules.production.services.scheduling import schedule_in_steps
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current, serving

PRODUCTS, ORDERS, CENTRES, LINES = 5_000, 500, 20, 60


def _routings(actor: Actor, levels: Sequence[Sequence[Product]]) -> None:
    """Two operations for each product that is made."""
    chance = random.Random(11)
    with acting(actor):
        centres = [
            WorkCentre(code=f"W{n:02d}", name=f"Work centre {n}", machines=1 + n % 2, hours_per_week=Decimal(80))
            for n in range(CENTRES)
        ]
        for centre in centres:
            centre.save()
        Operation.objects.bulk_create(
            Operation(
                product=product, position=10 * (step + 1), name=f"Step {step}", work_centre=chance.choice(centres),
                setup_minutes=Decimal(chance.choice([0, 15])), run_minutes=Decimal(chance.randint(1, 4)),
            )
            for level in levels[: LEVELS - 1]
            for product in level
            for step in range(2)
        )  # fmt: skip


def _orders(actor: Actor, levels: Sequence[Sequence[Product]]) -> None:
    chance = random.Random(13)
    today = current().today()
    made = [product for level in levels[: LEVELS - 1] for product in level]
    for n in range(ORDERS):
        order = production_order_create(
            actor=actor, product=chance.choice(made), quantity=Decimal(chance.randint(1, 12)), start_on=today,
            due_on=today + timedelta(days=20 + n // 10),
        )  # fmt: skip
        production_order_release(actor=actor, order=order)
    schedule_in_steps(actor=actor, direction="forward", seconds=0, frozen_hours=0, tell=lambda _share, _words: None)


def main() -> int:
    with fresh_company() as (company, actor), serving(company):
        levels, _bills, _demand = _world(actor, PRODUCTS)
        _routings(actor, levels)
        _orders(actor, levels)
        chance = random.Random(17)
        walls: list[float] = []
        on_order = set(ProductionOrder.objects.values_list("product_id", flat=True))
        sold = [product.pk for product in levels[0] if product.pk not in on_order]

        def ask(n: int) -> int:
            demand = Demand(RecordRef("crm.quote_line", -1), chance.choice(sold), Decimal(1 + n % 5))
            began = perf_counter()
            [answer], _world_read = promised([demand])
            walls.append(perf_counter() - began)
            assert answer.on is not None, "no day is said"
            assert answer.answer is not None, "nothing has to be made"
            reasons = [reason for _depth, reason in answer.answer.all()]
            assert any(reason.kind == "purchase" for reason in reasons), "it does not go down to what is bought"
            assert all(reason.bars for reason in reasons if reason.kind == "production"), "not placed on machines"
            return len(reasons)

        operations = ProductionOrderOperation.objects.filter(planned_start__isnull=False).count()
        assert ProductionOrder.objects.filter(status="released").count() == ORDERS
        found, reasons = measure(
            "promise for one quote line, five levels", ask, runs=LINES, warm=3, bar=0.15, products=PRODUCTS,
            orders=ORDERS, operations=operations,
        )  # fmt: skip
        walls = sorted(walls[-LINES:])
        fastest, median, slowest = (round(walls[n] * 1000) for n in (0, len(walls) // 2, -1))
        print(
            f"  {fastest} … {median} … {slowest} ms (fastest, median, slowest), {len(walls) / sum(walls):.0f} a second"
        )
        print(f"  {min(reasons)} to {max(reasons)} reasons each")
    return 0 if keep("promise", [found]) else 1


if __name__ == "__main__":
    sys.exit(main())
