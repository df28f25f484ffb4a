"""Entered late: receipts and freight for a day before others. The moves after them are corrected on their own days, and
any day's stock is what it would have been (domain rules 5 and 7), with hand-worked figures."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.checks import check as finance_check
from modules.finance.errors import PeriodClosed
from modules.finance.models import JournalEntry
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import ProductCost, StockLayer, StockValueChange
from modules.inventory.rules.replay import tell_again
from modules.inventory.rules.valuation import Stock
from modules.inventory.selectors.valuation import stock_on
from modules.inventory.services import history
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.landed_cost import landed_cost_create, landed_cost_post
from modules.inventory.services.moves import step
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.receipt_return import receipt_return
from tenon.problems import Problem, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal
STOCK, COGS = "1403", "5401.01"


def ago(days):
    return current().today() - timedelta(days=days)


class Days:
    """Buying and selling on days that have passed."""

    def __init__(self, actor):
        self.actor, self.world, self.books = actor, World(actor), Books(actor)

    def product(self, method="average", **values):
        return self.world.product(source="buy", cost_method=method, **values)

    def buy(self, product, quantity, price, days):
        order = self.world.purchase((product, quantity, price))
        made = receipt_create(actor=self.actor, order=order, received_on=ago(days))
        return receipt_post(actor=self.actor, receipt=made)

    def sell(self, product, quantity, days):
        order = self.world.sale((product, quantity))
        return delivery_post(
            actor=self.actor, delivery=delivery_create(actor=self.actor, order=order, shipped_on=ago(days))
        )

    def freight(self, receipt, amount, days):
        made = landed_cost_create(actor=self.actor, amount=D(amount), receipt=receipt, costed_on=ago(days))
        return landed_cost_post(actor=self.actor, landed=made)

    def on(self, product, days):
        found = stock_on(ago(days), [product.pk]).get(product.pk)
        return (found.quantity, found.value) if found else (D(0), D(0))

    def says(self, *codes):
        assert [*finance_check(current()), *inventory_check(current())] == []
        return tuple(self.books.balance(code) for code in codes)

    def told_alike(self, product):
        """Told again from the start, the history comes out as it stands: nothing is left to correct."""
        cost = ProductCost.objects.get(product=product)
        if cost.method == "standard":
            return
        facts = history.history_read(product.pk, current().now())
        told = tell_again(Stock(cost.method, step()), facts.facts)
        assert {
            move: told.cost[move] - value for move, value in facts.standing.items() if told.cost[move] != value
        } == {}
        # A history that begins where nothing was there tells what is there now.
        assert (told.stock.quantity, told.stock.value) == (cost.quantity, cost.value)


@pytest.fixture
def days(serving_acme, actor):
    return Days(actor)


def test_a_receipt_entered_late_under_average(days):
    """Rule 7.
    10@100 five days ago, 5 sold three days ago at 500. Now 10@80 of four days ago: the average was 90, the sale cost
    450; 15 at 90 = 1,350 are there."""
    product = days.product()
    days.buy(product, 10, 100, 5)
    days.sell(product, 5, 3)
    assert days.says(STOCK, COGS) == (D(500), D(500))
    days.buy(product, 10, 80, 4)
    assert days.says(STOCK, COGS) == (D(1350), D(450))
    change = StockValueChange.objects.get(product=product)
    assert (change.kind, change.before, change.after, change.amount) == ("backdated", D(500), D(450), D(50))
    assert [days.on(product, n) for n in (6, 5, 4, 3, 0)] == [
        (D(0), D(0)), (D(10), D(1000)), (D(20), D(1800)), (D(15), D(1350)), (D(15), D(1350)),
    ]  # fmt: skip
    correction = JournalEntry.objects.filter(event="delivery").order_by("pk").last()
    assert correction is not None
    assert correction.entry_date == ago(3)
    days.told_alike(product)
    start = current().now() - timedelta(days=9)
    with acting(days.actor):
        cost = ProductCost.objects.get(product=product)
        history.history_correct([cost], since=start, step=step(), source=None)
    assert StockValueChange.objects.filter(product=product).count() == 1


def test_a_receipt_entered_late_under_fifo(days):
    """Rule 7: 10@100, 5 sold at 500; then 4@80 from a day before: the sale took those first: 4 × 80 + 100 = 420."""
    product = days.product("fifo")
    days.buy(product, 10, 100, 5)
    days.sell(product, 5, 3)
    days.buy(product, 4, 80, 6)
    assert days.says(STOCK, COGS) == (D(900), D(420))
    layers = StockLayer.objects.filter(product=product).order_by("pk")
    assert [(x.quantity, x.remaining, x.worth) for x in layers] == [(10, 9, 900), (4, 0, 0)]
    days.told_alike(product)


def test_what_came_back_follows(days):
    """Rule 7.
    10@100, 6 sold at 600, 2 back at 200; then 10@80 from before the sale: the sale cost 540, 180 came back; 16 at 90
    = 1,440."""
    product = days.product()
    days.buy(product, 10, 100, 5)
    sold = days.sell(product, 6, 3)
    delivery_return(actor=days.actor, delivery=sold, lines={sold.lines.get().pk: D(2)}, on=ago(2))
    days.buy(product, 10, 80, 4)
    assert days.says(STOCK, COGS) == (D(1440), D(360))
    days.told_alike(product)


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_freight_entered_late(days, method):
    """Rule 8 in time: freight of 100 for a day when all 10 were there; 6 were sold after it."""
    product = days.product(method)
    receipt = days.buy(product, 10, 100, 5)
    days.sell(product, 6, 3)
    days.freight(receipt, 100, 4)
    assert days.says(STOCK, COGS) == (D(440), D(660))
    assert [days.on(product, n)[1] for n in (5, 4, 3)] == [D(1000), D(1100), D(440)]
    days.told_alike(product)


def test_a_sale_entered_late_takes_what_was_there_then(days):
    """10@100 five days ago, 10@120 two days ago; a sale of 4 three days ago, entered now: 400, not 440."""
    product = days.product()
    days.buy(product, 10, 100, 5)
    days.buy(product, 10, 120, 2)
    days.sell(product, 4, 3)
    assert days.says(STOCK, COGS) == (D(1800), D(400))
    days.told_alike(product)


def test_closed_periods_stay_as_they_are(days, closed):
    """Rule 7."""
    product = days.product()
    last_month = current().today().replace(day=1) - timedelta(days=1)
    closed(f"{last_month:%Y-%m}")
    days.buy(product, 10, 100, 0)
    order = days.world.purchase((product, 1, 1))
    made = receipt_create(actor=days.actor, order=order, received_on=last_month)
    with pytest.raises(PeriodClosed):
        receipt_post(actor=days.actor, receipt=made)


def test_the_work_is_bounded(days, monkeypatch):
    """Rule 7."""
    product = days.product()
    days.buy(product, 10, 100, 5)
    days.sell(product, 1, 3)
    monkeypatch.setattr(history, "LONGEST", 2)
    with pytest.raises(StateRefused):
        days.buy(product, 10, 80, 4)
    # Where the product was empty, the history begins anew.
    other = days.product()
    days.buy(other, 10, 100, 9)
    days.sell(other, 10, 8)
    days.buy(other, 10, 100, 5)
    days.buy(other, 1, 50, 6)
    assert days.world.cost(other) == (D(11), D(1050))


@pytest.mark.parametrize("seed", [3, 11])
def test_whatever_is_entered_whenever(days, seed):
    """Rule 7.
    Random receipts, sales, returns and freight on random days, under each method: after every one of them the books
    prove themselves, and the history told again is what stands."""
    chance = random.Random(seed)
    products = [days.product(), days.product("fifo"), days.product("standard", standard_cost=D(7))]
    receipts, sales, done = [], [], 0
    for product in products:
        receipts.append(days.buy(product, 30, D(chance.randint(100, 999)) / 100, 20))
    for _ in range(22):
        product, day = chance.choice(products), chance.randint(0, 15)
        what = chance.choice(["buy", "sell", "sell", "freight", "back", "supplier"])
        try:
            if what == "buy":
                receipts.append(days.buy(product, chance.randint(1, 9), D(chance.randint(100, 999)) / 100, day))
            elif what == "sell":
                sales.append(days.sell(product, chance.randint(1, 9), day))
            elif what == "freight":
                days.freight(chance.choice(receipts), D(chance.randint(1, 999)) / 100, day)
            elif what == "back" and sales:
                sold = chance.choice(sales)
                delivery_return(actor=days.actor, delivery=sold, lines={sold.lines.get().pk: D(1)})
            elif what == "supplier":
                receipt = chance.choice(receipts)
                receipt_return(actor=days.actor, receipt=receipt, lines={receipt.lines.get().pk: D(1)})
            done += 1
        except Problem:
            continue
        days.says()
        for each in products:
            days.told_alike(each)
    assert done > 10
