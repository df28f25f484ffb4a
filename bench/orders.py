"""A sales order of 100 lines: taken, confirmed with its stock locked, shipped with its cost posted.

    python -m bench.orders

Bars (design: quality): create, price, tax, confirm, lock ≤ 0.30 s; ship with cost of goods ≤ 0.30 s; the locking alone
≤ 0.10 s. The result is checked: every line locked and shipped, cost to the cent, the books proved."""

from __future__ import annotations

import sys
from decimal import Decimal

from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.inventory.models import Location, ProductCost, StockMove
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.reservation import stock_release, stock_reserve
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Party, Price, PriceList, Product, SalesOrder, Tax, Unit
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.records.service import acting, service
from tenon.tenancy.context import serving
from tenon_site.management.commands.check_books import check_company

LINES, RUNS, QUANTITY, UNIT_COST = 100, 9, Decimal(3), Decimal("7.25")


def _prepare(actor: Actor) -> tuple[Party, list[Product]]:
    with acting(actor):
        unit, tax = Unit.objects.get(code="EA"), Tax.objects.order_by("-rate").first()
        prices = PriceList.objects.order_by("pk")[0]
        customer = Party(code="C-1", name="Customer", is_customer=True, price_list=prices)
        customer.save()
        products = [
            Product(code=f"P-{n:04d}", name=f"Part {n}", unit=unit, tax=tax, list_price=Decimal(20))
            for n in range(LINES)
        ]
        for product in products:
            product.save()
            Price(price_list=prices, product=product, price=Decimal("19.95")).save()
        place = Location.objects.filter(kind="stock").order_by("pk")[0]
        lines = [
            {"product": p, "location": place, "quantity": Decimal(10_000), "unit_cost": UNIT_COST} for p in products
        ]
        opening = adjustment_create(actor=actor, kind="opening", lines=lines)
        adjustment_post(actor=actor, adjustment=opening)
    return customer, products


@service()
def _lock_only(*, actor: Actor, products: list[Product], n: int) -> None:
    demands = [
        Demand(RecordRef("bench.line", n * LINES + i), p.pk, QUANTITY, None, RecordRef("bench.order", n))
        for i, p in enumerate(products)
    ]
    stock_reserve(actor=actor, demands=demands, partial=False)


@service()
def _unlock(*, actor: Actor, runs: int) -> None:
    stock_release(actor=actor, lines=[RecordRef("bench.line", i) for i in range(runs * LINES)])


def main() -> int:
    with fresh_company() as (company, actor):
        with serving(company):
            customer, products = _prepare(actor)
            found = _measure(actor, customer, products)
        findings = check_company(company)
        assert findings == [], findings
    return 0 if keep("orders", found) else 1


def _measure(actor: Actor, customer: Party, products: list[Product]) -> list[Measurement]:
    size = {"lines": LINES, "products": len(products)}
    locking, _ = measure(
        "lock stock for 100 lines",
        lambda n: _lock_only(actor=actor, products=products, n=n),
        runs=RUNS,
        bar=0.10,
        **size,
    )
    _unlock(actor=actor, runs=RUNS + 1)

    def take(_n: int) -> SalesOrder:
        rows = [{"product": p.pk, "quantity": QUANTITY} for p in products]
        order = sales_order_create(actor=actor, customer=customer, lines=rows)
        return sales_order_confirm(actor=actor, order=order)

    taken, orders = measure("order of 100 lines: create, confirm, lock", take, runs=RUNS, bar=0.30, **size)
    for order in orders:
        assert order.status == "confirmed"
        assert all(line.reserved == QUANTITY and line.unit_price == Decimal("19.95") for line in order.lines.all())

    def ship(n: int) -> None:
        delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=orders[n]))

    shipped, _ = measure("ship it: pick, deliver, cost of goods", ship, runs=RUNS, bar=0.30, **size)
    for order in orders:
        order.refresh_from_db()
        assert order.status == "delivered"
    moves = StockMove.objects.filter(kind="delivery")
    assert moves.count() == LINES * len(orders)
    assert set(moves.values_list("value", flat=True)) == {QUANTITY * UNIT_COST}
    left = Decimal(10_000) - QUANTITY * len(orders)
    assert set(ProductCost.objects.values_list("quantity", "value")) == {(left, left * UNIT_COST)}
    return [locking, taken, shipped]


if __name__ == "__main__":
    sys.exit(main())
