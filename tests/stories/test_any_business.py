"""Any business at all: orders, receipts, deliveries, returns, invoices, credit notes, payments, production, counts, in
no order, modules switched off and on in between. What is refused changes nothing; the books hold after every step."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from modules.finance.models import Invoice, Payment, PaymentAllocation
from modules.finance.services import allocation as allocations
from modules.finance.services import invoice_posting as posting
from modules.finance.services import invoices, payments
from modules.inventory.models import Delivery, Receipt, Reservation, StockBalance
from modules.inventory.services import delivery as deliveries
from modules.inventory.services import receipt as receipts
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.hand_locks import reservation_release
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_count, stock_scrap
from modules.production import services as production
from modules.production.models import PlannedOrder, ProductionOrder
from modules.shared.data import services as orders
from modules.shared.data.models import Currency, ExchangeRate, Party, Product, PurchaseOrder, SalesOrder, Tax
from tenon.access.actor import Actor, system
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.registry import hooks
from tenon.tenancy.context import Company, current, serving
from tenon_site.management.commands.check_books import checks
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.services.test_orders import stocked

D = Decimal
STEPS = 120
OPEN_SALES, OPEN_PURCHASE = ("confirmed", "part_delivered"), ("confirmed", "part_received")
MADE = ("released", "in_progress")


@dataclass
class Business:
    """What people do; each verb takes what it finds, and does nothing where there is nothing."""

    dice: random.Random
    actor: Actor
    factory: Factory
    customer: Party
    supplier: Party
    products: Sequence[Product]
    taxes: Sequence[Tax | None]

    def one(self, rows: QuerySet[Any]) -> Any:
        found = list(rows.order_by("pk"))
        return self.dice.choice(found) if found else None

    def many(self) -> Decimal:
        return D(self.dice.choice((1, 1, 2, 3, 4, 7, 10)))

    def lines(self, products: Sequence[Product]) -> list[dict[str, Any]]:
        return [
            {
                "product": self.dice.choice(products), "quantity": self.many(), "tax": self.dice.choice(self.taxes),
                "unit_price": D(self.dice.choice(("0", "9.99", "33.333", "348.35", "0.07"))),
                "discount": D(self.dice.choice(("0", "0", "33.33", "100"))),
            }
            for _ in range(self.dice.randint(1, 3))
        ]  # fmt: skip

    def sell(self) -> None:
        order = orders.sales_order_create(
            actor=self.actor, customer=self.customer, lines=self.lines(self.products), freight=D("12.5"),
            currency=self.dice.choice(("CNY", "USD")), tax_rounding=self.dice.choice(("line", "group")),
        )  # fmt: skip
        orders.sales_order_confirm(actor=self.actor, order=order)

    def buy(self) -> None:
        bought = [p for p in self.products if p.source == "buy"]
        order = orders.purchase_order_create(
            actor=self.actor, supplier=self.supplier, lines=self.lines(bought),
            currency=self.dice.choice(("CNY", "USD")),
        )  # fmt: skip
        orders.purchase_order_confirm(actor=self.actor, order=order)

    def ship(self) -> None:
        if order := self.one(SalesOrder.objects.filter(status__in=OPEN_SALES)):
            draft = deliveries.delivery_create(actor=self.actor, order=order)
            if self.dice.random() < 0.4:
                some = [{"order_line": self.one(draft.lines.all()).order_line_id, "quantity": self.many()}]
                deliveries.delivery_update(actor=self.actor, delivery=draft, lines=some)
            deliveries.delivery_post(actor=self.actor, delivery=draft)

    def take_back(self) -> None:
        if gone := self.one(Delivery.objects.filter(status="posted", kind="delivery")):
            some = {self.one(gone.lines.all()).pk: self.many()}
            delivery_return(actor=self.actor, delivery=gone, lines=self.dice.choice((None, some)))

    def receive(self) -> None:
        if order := self.one(PurchaseOrder.objects.filter(status__in=OPEN_PURCHASE)):
            draft = receipts.receipt_create(actor=self.actor, order=order)
            if self.dice.random() < 0.5:
                line = self.one(draft.lines.all())
                some = [
                    {"order_line": line.order_line_id, "quantity": self.many(), "rejected": self.dice.choice((0, 1))}
                ]
                receipts.receipt_update(actor=self.actor, receipt=draft, lines=some)
            receipts.receipt_post(actor=self.actor, receipt=draft)

    def send_back(self) -> None:
        if came := self.one(Receipt.objects.filter(status="posted", kind="receipt")):
            some = {self.one(came.lines.all()).pk: self.many()}
            receipt_return(actor=self.actor, receipt=came, lines=self.dice.choice((None, some)))

    def end_an_order(self) -> None:
        if order := self.one(SalesOrder.objects.filter(status__in=(*OPEN_SALES, "delivered"))):
            self.dice.choice((orders.sales_order_cancel, orders.sales_order_close))(actor=self.actor, order=order)

    def end_a_purchase(self) -> None:
        if order := self.one(PurchaseOrder.objects.filter(status__in=(*OPEN_PURCHASE, "received"))):
            verbs = (orders.purchase_order_cancel, orders.purchase_order_close)
            self.dice.choice(verbs)(actor=self.actor, order=order)

    def invoice(self) -> None:
        if order := self.one(SalesOrder.objects.exclude(status__in=("draft", "cancelled"))):
            some = {self.one(order.lines.all()).pk: self.many()}
            draft = invoices.invoice_create_from_order(
                actor=self.actor, order=order, basis=self.dice.choice(("delivered", "ordered")),
                quantities=self.dice.choice((None, some)),
            )  # fmt: skip
            posting.invoice_post(actor=self.actor, invoice=draft)

    def keeps_stock(self) -> bool:
        """While nobody does, what is bought is an expense; what becomes of it later has tests of its own."""
        return current().has_module("inventory")

    def bill(self) -> None:
        if not self.keeps_stock():
            return
        if order := self.one(PurchaseOrder.objects.exclude(status__in=("draft", "cancelled"))):
            some = {self.one(order.lines.all()).pk: self.many()}
            draft = invoices.purchase_invoice_from_receipts(
                actor=self.actor, order=order, quantities=self.dice.choice((None, some))
            )
            posting.invoice_post(actor=self.actor, invoice=draft)

    def credit(self) -> None:
        if not self.keeps_stock():
            return
        if invoice := self.one(Invoice.objects.exclude(status="draft")):
            some = [{"line": self.one(invoice.lines.all()).pk, "quantity": self.dice.choice(("1", "0.5"))}]
            posting.invoice_credit(actor=self.actor, invoice=invoice, lines=self.dice.choice((None, some)))

    def reverse(self) -> None:
        if not self.keeps_stock():
            return
        if invoice := self.one(Invoice.objects.filter(status="posted")):
            posting.invoice_reverse(actor=self.actor, invoice=invoice)

    def pay(self) -> None:
        way = self.dice.choice(("in", "out"))
        payment = payments.payment_record(
            actor=self.actor, direction=way, party=self.customer if way == "in" else self.supplier,
            amount=self.dice.choice(("10", "99.99", "500")), currency=self.dice.choice(("CNY", "USD")),
        )  # fmt: skip
        allocations.payment_allocate(actor=self.actor, payment=payment)

    def undo(self) -> None:
        if row := self.one(PaymentAllocation.objects.filter(undone_on=None)):
            allocations.allocation_undo(actor=self.actor, allocation=row)

    def bounce(self) -> None:
        if payment := self.one(Payment.objects.filter(status="posted")):
            payments.payment_reverse(actor=self.actor, payment=payment)

    def make(self) -> None:
        product = self.dice.choice((self.factory.bike, self.factory.wheel))
        order = production.production_order_create(actor=self.actor, product=product, quantity=self.many())
        production.production_order_release(actor=self.actor, order=order)

    def report(self) -> None:
        if order := self.one(ProductionOrder.objects.filter(status__in=MADE)):
            production.production_order_report(
                actor=self.actor, order=order, good=D(self.dice.choice((0, 1, 2))), scrap=D(self.dice.choice((0, 1))),
                minutes=D(17), work_centre=self.factory.centre,
            )  # fmt: skip

    def end_production(self) -> None:
        if order := self.one(ProductionOrder.objects.filter(status__in=(*MADE, "done"))):
            verbs = (production.production_order_close, production.production_order_cancel)
            self.dice.choice(verbs)(actor=self.actor, order=order)

    def count(self) -> None:
        if stock := self.one(StockBalance.objects.filter(on_hand__gt=0)):
            self.dice.choice((stock_count, stock_scrap))(actor=self.actor, stock=stock, quantity=self.many())

    def let_go(self) -> None:
        if reservation := self.one(Reservation.objects.filter(state="active")):
            reservation_release(actor=self.actor, reservation=reservation)

    def plan(self) -> None:
        production.planning_run(actor=self.actor)
        if proposal := self.one(PlannedOrder.objects.filter(state="proposed")):
            production.planned_orders_firm(actor=self.actor, ids=[proposal.pk])


VERBS: tuple[Callable[[Business], None], ...] = (
    *(Business.sell, Business.buy, Business.ship, Business.receive, Business.report) * 3,
    *(Business.invoice, Business.bill, Business.make) * 2,
    Business.take_back, Business.send_back, Business.end_an_order, Business.end_a_purchase, Business.credit,
    Business.reverse, Business.pay, Business.undo, Business.bounce, Business.end_production, Business.count,
    Business.let_go, Business.plan,
)  # fmt: skip


def begin(actor: Actor, dice: random.Random) -> Business:
    world, factory = World(actor), make_factory(actor)
    stocked(factory, (factory.spoke, 900, "0.37"), (factory.frame, 12, "299.99"), (factory.wheel, 5, "41.11"))
    with acting(actor):
        ExchangeRate(currency=Currency.objects.get(code="USD"), day="2020-01-01", rate=D("7.123")).save()
        included = Tax(code="INC", name="Included", rate=D(13), included=True)
        included.save()
    products = [
        factory.bike, factory.frame, factory.wheel, factory.spoke, world.product(), world.product(kind="service")
    ]  # fmt: skip
    customer, supplier = world.party("customer"), world.party("supplier")
    return Business(dice, actor, factory, customer, supplier, products, (None, Tax.objects.get(code="VAT13"), included))


def without(company: Company, off: set[str]) -> Company:
    return replace(company, features=frozenset(f for f in company.features if f.partition(".")[0] not in off))


def switch(company: Company, module: str, off: set[str]) -> None:
    if module not in off:
        off.add(module)
        return
    off.discard(module)
    with serving(without(company, off)), acting(system("switch")):
        hooks.on_enable(module, actor=system("switch"), company=current())


@pytest.mark.parametrize("seed", [8, 18])
def test_the_books_hold_whatever_happens(serving_acme: Company, actor: Actor, seed: int) -> None:
    """Rule 14."""
    dice = random.Random(seed)
    business, company, off, done = begin(actor, dice), current(), set[str](), 0
    for step in range(STEPS):
        if dice.random() < 0.05:
            switch(company, dice.choice(("inventory", "finance", "production")), off)
        verb = dice.choice(VERBS)
        with serving(without(company, off)):
            try:
                with transaction.atomic():
                    verb(business)
                    with connection.cursor() as cursor:
                        cursor.execute("set constraints all immediate")
                        cursor.execute("set constraints all deferred")
                done += 1
            except Problem:
                pass  # refused: nothing has changed
            if step % 4 == 3:
                findings = [f for _app, check in checks() for f in check(current())]
                assert findings == [], (step, verb.__name__, sorted(off))
    assert done > STEPS // 3
