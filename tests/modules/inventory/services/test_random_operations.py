"""Whatever people do, in whatever order, the books prove themselves after every step."""

from __future__ import annotations

import random
from decimal import Decimal as D

import pytest

from modules.inventory.models import Delivery, Receipt, StockBalance, StockMove
from modules.inventory.services.delivery import delivery_create, delivery_post, delivery_update
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.place import warehouse_create
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_count, stock_scrap, stock_transfer
from modules.shared.data.models import SalesOrder
from modules.shared.data.services import sales_order_cancel, sales_order_close
from tenon.problems import Problem

STEPS = 45


class Chaos:
    """Random operations on three products in two warehouses. Refusals that are the rules' own are part of it."""

    def __init__(self, world, seed):
        self.world, self.random = world, random.Random(seed)
        self.products = world.products(3)
        self.second = warehouse_create(actor=world.actor, code=f"R{seed}", name="Second").stock_place
        self.orders: list[SalesOrder] = []
        self.refused = 0

    def step(self):
        operation = self.random.choice(
            [self.buy, self.buy, self.sell, self.sell, self.ship, self.ship, self.ship, self.back, self.to_supplier,
             self.move, self.count, self.scrap, self.cancel, self.close]
        )  # fmt: skip
        try:
            operation()
        except Problem:
            self.refused += 1

    def amount(self, top=9):
        return self.random.randint(1, top)

    def buy(self):
        rows = [(p, self.amount(), D(self.random.randint(1, 9999)) / 100) for p in self.random.sample(self.products, 2)]
        order = self.world.purchase(*rows)
        lines = [{"order_line": x.pk, "quantity": str(self.amount(int(x.quantity)))} for x in order.lines.all()]
        self.world.receive(order, lines)

    def sell(self):
        self.orders.append(self.world.sale(*((p, self.amount()) for p in self.random.sample(self.products, 2))))

    def ship(self):
        if self.orders:
            order = self.random.choice(self.orders)
            draft = delivery_create(actor=self.world.actor, order=order)
            line = self.random.choice(list(draft.lines.order_by("pk")))
            keep = [{"id": line.pk, "quantity": str(self.amount(int(line.quantity)))}]
            if self.random.random() < 0.5:
                delivery_update(actor=self.world.actor, delivery=draft, lines=keep)
            delivery_post(actor=self.world.actor, delivery=draft)

    def back(self):
        done = list(Delivery.objects.filter(kind="delivery", status="posted").order_by("pk"))
        if done:
            delivery = self.random.choice(done)
            line = self.random.choice(list(delivery.lines.order_by("pk")))
            delivery_return(actor=self.world.actor, delivery=delivery, lines={line.pk: D(self.amount(2))})

    def to_supplier(self):
        done = list(Receipt.objects.filter(kind="receipt", status="posted").order_by("pk"))
        if done:
            receipt = self.random.choice(done)
            line = self.random.choice(list(receipt.lines.order_by("pk")))
            receipt_return(actor=self.world.actor, receipt=receipt, lines={line.pk: D(self.amount(3))})

    def _stock(self):
        rows = list(StockBalance.objects.filter(on_hand__gt=0, product__in=self.products).order_by("pk"))
        return self.random.choice(rows) if rows else None

    def move(self):
        assert self.second is not None
        if stock := self._stock():
            place = self.second if stock.location_id != self.second.pk else self.world.place()
            stock_transfer(actor=self.world.actor, stock=stock, to_location=place, quantity=D(self.amount(4)))

    def count(self):
        if stock := self._stock():
            found = max(stock.on_hand + self.random.randint(-2, 2), D(0))
            stock_count(actor=self.world.actor, stock=stock, quantity=found)

    def scrap(self):
        if stock := self._stock():
            stock_scrap(actor=self.world.actor, stock=stock, quantity=D(self.amount(2)))

    def cancel(self):
        if self.orders:
            sales_order_cancel(actor=self.world.actor, order=self.random.choice(self.orders))

    def close(self):
        if self.orders and self.random.random() < 0.3:
            sales_order_close(actor=self.world.actor, order=self.random.choice(self.orders))


@pytest.mark.parametrize("seed", [1, 20261121, 7])
def test_the_books_hold(world, seed):
    chaos = Chaos(world, seed)
    for _ in range(STEPS):
        chaos.step()
        world.prove()
    assert chaos.refused < STEPS * 0.7  # most of it happened
    assert StockMove.objects.filter(product__in=chaos.products).values("kind").distinct().count() >= 4
