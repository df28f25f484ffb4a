"""A sales order of 100 lines from taking it to the money: in a company with 2,000 other products and 1,000 open orders,
then with ten times as many.

    python -m bench.orders

Each of its products lies in 5 places, then in 50. Bars (design: quality): create, price, tax, confirm, lock ≤ 0.30 s;
pack and ship with the cost of goods posted ≤ 0.30 s; invoice, receive, allocate ≤ 0.30 s; the locking alone ≤ 0.10 s.
The result is checked: every line locked and shipped, cost and tax to the cent, nothing left open, the books proved."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal

from bench import bulk
from bench.bulk import Bulk
from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create_from_order
from modules.finance.services.payments import payment_record
from modules.inventory.models import Location, ProductCost, StockBalance, StockMove
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.packing import parcel_create
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
PRICE, FIRST, ELSEWHERE = Decimal("19.95"), 10_000, 2  # on hand: where a product lies first, and in its other places
PRODUCTS, ORDERS, SITES, PLACES, TIMES = 2_000, 1_000, 50, 5, 10


@dataclass
class Shop:
    customer: Party
    products: list[Product]
    on_hand: int = 0  # of each product
    orders: int = 0  # taken so far


def _open(actor: Actor) -> Shop:
    with acting(actor):
        unit, tax = Unit.objects.get(code="EA"), Tax.objects.order_by("-rate").first()
        prices = PriceList.objects.order_by("pk")[0]
        customer = Party(code="C-1", name="Customer", is_customer=True, price_list=prices)
        customer.save()
        products = [
            Product(code=f"P-{n:04d}", name=f"Ordered {n}", unit=unit, tax=tax, list_price=Decimal(20))
            for n in range(LINES)
        ]
        for product in products:
            product.save()
            Price(price_list=prices, product=product, price=PRICE).save()
    return Shop(customer, products)


def _stock(actor: Actor, shop: Shop, places: int) -> None:
    """Opening stock by the services, until each product lies in so many places."""
    known = StockBalance.objects.filter(product=shop.products[0]).count()
    rows = [
        {"product": product, "location": place, "quantity": Decimal(ELSEWHERE if n else FIRST), "unit_cost": UNIT_COST}
        for n, place in enumerate(Location.objects.filter(kind="stock").order_by("pk")[:places])
        for product in shop.products
        if n >= known
    ]
    adjustment_post(actor=actor, adjustment=adjustment_create(actor=actor, kind="opening", lines=rows))
    shop.on_hand += sum(FIRST if not n else ELSEWHERE for n in range(known, places))


def _fill(actor: Actor, times: int) -> Bulk:
    of = bulk.fill(actor, PRODUCTS * times, SITES * times, mark=str(times))
    bulk.balances(of, range(PLACES))
    bulk.open_orders(actor, of, 0, ORDERS * times)
    return of


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


def _measure(actor: Actor, shop: Shop, places: int, others: int) -> list[Measurement]:
    size = {"lines": LINES, "other products": others, "places of each": places}
    locking, _ = measure(
        "lock stock for 100 lines", lambda n: _lock_only(actor=actor, products=shop.products, n=n), runs=RUNS,
        bar=0.10, **size,
    )  # fmt: skip
    _unlock(actor=actor, runs=RUNS + 1)

    def take(_n: int) -> SalesOrder:
        rows = [{"product": p.pk, "quantity": QUANTITY} for p in shop.products]
        order = sales_order_create(actor=actor, customer=shop.customer, lines=rows)
        return sales_order_confirm(actor=actor, order=order)

    taken, orders = measure("order of 100 lines: create, price, confirm, lock", take, runs=RUNS, bar=0.30, **size)
    for order in orders:
        assert order.status == "confirmed"
        assert all(line.reserved == QUANTITY and line.unit_price == PRICE for line in order.lines.all())

    def ship(n: int) -> None:
        delivery = delivery_create(actor=actor, order=orders[n])
        parcel_create(actor=actor, delivery=delivery)
        delivery_post(actor=actor, delivery=delivery)

    shipped, _ = measure("ship it: pick, pack, deliver, cost of goods", ship, runs=RUNS, bar=0.30, **size)

    def settle(n: int) -> None:
        invoice = invoice_post(actor=actor, invoice=invoice_create_from_order(actor=actor, order=orders[n]))
        payment = payment_record(
            actor=actor, direction="in", party=invoice.party, amount=invoice.total,
            allocations=[{"invoice": invoice.pk, "amount": invoice.total}],
        )  # fmt: skip
        invoice.refresh_from_db()
        assert (invoice.subtotal, invoice.status, payment.open_amount) == (LINES * QUANTITY * PRICE, "paid", 0)

    settled, _ = measure("invoice it, receive, allocate", settle, runs=RUNS, bar=0.30, **size)
    for order in orders:
        order.refresh_from_db()
        assert (order.status, order.invoice_status) == ("delivered", "full")
    shop.orders += len(orders)
    moves = StockMove.objects.filter(kind="delivery")
    assert moves.count() == LINES * shop.orders
    assert set(moves.values_list("value", flat=True)) == {QUANTITY * UNIT_COST}
    left = shop.on_hand - QUANTITY * shop.orders
    costs = ProductCost.objects.filter(product__in=shop.products)
    assert set(costs.values_list("quantity", "value")) == {(left, left * UNIT_COST)}
    return [locking, taken, shipped, settled]


def main() -> int:
    found: list[Measurement] = []
    with fresh_company() as (company, actor):
        with serving(company):
            shop = _open(actor)
            for times in (1, TIMES):
                others = _fill(actor, times)
                _stock(actor, shop, PLACES * times)
                found += _measure(actor, shop, PLACES * times, others.products)
                bulk.take_away(others)
        findings = check_company(company)
        assert findings == [], findings
    return 0 if keep("orders", found) else 1


if __name__ == "__main__":
    sys.exit(main())
