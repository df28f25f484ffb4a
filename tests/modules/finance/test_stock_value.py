"""What stock is worth, with hand-worked figures, through real documents and into the ledger: average, FIFO, standard;
late costs; goods that went before they came. After every step inventory and the ledger prove one another."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.finance.checks import check as finance_check
from modules.finance.services.invoice_posting import invoice_credit, invoice_post, invoice_reverse
from modules.finance.services.invoices import purchase_invoice_from_receipts
from modules.inventory.checks import check as inventory_check
from modules.inventory.errors import InsufficientStock
from modules.inventory.models import StockBalance, StockLayer, StockValueChange
from modules.inventory.selectors.valuation import layer_list, stock_on
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.landed_cost import (
    landed_cost_create,
    landed_cost_post,
    landed_cost_reverse,
)
from modules.inventory.services.place import location_create, location_update
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_count, stock_scrap
from modules.shared.data.services import product_update
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal
STOCK, COGS, PPV, GRNI, CHARGES = "1403", "5401.01", "5401.02", "2202.01", "2202.03"


class Firm:
    """acme's stock and books together; bought goods stand on 1403."""

    def __init__(self, actor):
        self.actor, self.world, self.books = actor, World(actor), Books(actor)

    def product(self, method="average", **values):
        return self.world.product(source="buy", cost_method=method, **values)

    def buy(self, product, quantity, price):
        return self.world.buy((product, quantity, price))

    def sell(self, product, quantity):
        order = self.world.sale((product, quantity))
        line = {"order_line": order.lines.get().pk, "quantity": str(quantity)}
        return delivery_post(actor=self.actor, delivery=delivery_create(actor=self.actor, order=order, lines=[line]))

    def bill(self, receipt, price):
        """The supplier's invoice for a receipt of one line, at another price than ordered."""
        draft = purchase_invoice_from_receipts(actor=self.actor, order=receipt.order)
        with acting(self.actor):
            line = draft.lines.get()
            line.unit_price, line.subtotal = D(price), D(price) * line.quantity
            line.total = line.subtotal
            line.save()
            draft.subtotal = draft.total = line.subtotal
            draft.save()
        return invoice_post(actor=self.actor, invoice=draft)

    def freight(self, receipt, amount, **values):
        landed = landed_cost_create(actor=self.actor, amount=D(amount), receipt=receipt, **values)
        return landed_cost_post(actor=self.actor, landed=landed)

    def says(self, *codes):
        """Balances of accounts, when everything proves."""
        assert [*finance_check(current()), *inventory_check(current())] == []
        return tuple(self.books.balance(code) for code in codes)


@pytest.fixture
def firm(serving_acme, actor):
    return Firm(actor)


def test_fifo_from_receipt_to_return(firm):
    """10@100, 5@110; 12 sold: 1,000 + 220; 3 left at 330. 4 come back at 1,220 × 4/12 = 406.67: two into each layer."""
    product = firm.product("fifo")
    first = firm.buy(product, 10, 100)
    firm.buy(product, 5, 110)
    sold = firm.sell(product, 12)
    assert firm.says(STOCK, COGS) == (D(330), D(1220))
    delivery_return(actor=firm.actor, delivery=sold, lines={sold.lines.get().pk: D(4)})
    assert firm.says(STOCK, COGS) == (D("736.67"), D("813.33"))
    assert list(StockLayer.objects.filter(product=product).order_by("pk").values_list("remaining", flat=True)) == [2, 5]
    # Back to the supplier go the goods of that receipt, at what they are valued at.
    receipt_return(actor=firm.actor, receipt=first, lines={first.lines.get().pk: D(2)})
    left = firm.world.cost(product)
    assert left[0] == 5
    assert firm.says(STOCK)[0] == left[1]


def test_purchase_return_under_average(firm):
    """Rule 9: 10@100, 5@110, return 5@100: stock −516.67, GRNI 500, variance 16.67."""
    product = firm.product()
    first = firm.buy(product, 10, 100)
    firm.buy(product, 5, 110)
    assert firm.says(STOCK, GRNI) == (D(1550), D(-1550))
    receipt_return(actor=firm.actor, receipt=first, lines={first.lines.get().pk: D(5)})
    assert firm.says(STOCK, GRNI, PPV) == (D("1033.33"), D(-1050), D("16.67"))


def test_purchase_return_under_fifo_takes_the_goods_of_that_receipt(firm):
    product = firm.product("fifo")
    firm.buy(product, 10, 100)
    second = firm.buy(product, 5, 110)
    receipt_return(actor=firm.actor, receipt=second, lines={second.lines.get().pk: D(5)})
    assert firm.says(STOCK, GRNI, PPV) == (D(1000), D(-1000), D(0))


def test_standard_cost_with_its_variance(firm):
    """Standard 100: 10 bought at 110 leave 100 in variance; 4 sold at 400; standard 105 from now on: 6 × 5 more."""
    product = firm.product("standard", standard_cost=D(100))
    firm.buy(product, 10, 110)
    assert firm.says(STOCK, GRNI, PPV) == (D(1000), D(-1100), D(100))
    firm.sell(product, 4)
    assert firm.says(STOCK, COGS) == (D(600), D(400))
    product_update(actor=firm.actor, product=product, standard_cost=D(105))
    assert firm.says(STOCK, "5401.04") == (D(630), D(-30))
    change = StockValueChange.objects.get(product=product, kind="revaluation")
    assert (change.before, change.after) == (D(600), D(630))


def test_cost_method_changes_keep_the_value(firm):
    product = firm.product()
    firm.buy(product, 3, "3.33")
    firm.buy(product, 4, "5")
    product_update(actor=firm.actor, product=product, cost_method="fifo")
    assert firm.says(STOCK) == (D("29.99"),)
    assert sum(StockLayer.objects.filter(product=product).values_list("worth", flat=True)) == D("29.99")
    firm.sell(product, 7)
    assert firm.says(STOCK, COGS) == (D(0), D("29.99"))
    with pytest.raises(Invalid):
        product_update(actor=firm.actor, product=product, cost_method="standard")


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_late_freight(firm, method):
    """Rule 8: 10 received at 100, 6 sold, +100 freight: +40 stock, +60 cost of sales of that order; the charge stands
    to be invoiced."""
    product = firm.product(method)
    receipt = firm.buy(product, 10, 100)
    sold = firm.sell(product, 6)
    landed = firm.freight(receipt, 100)
    assert firm.says(STOCK, COGS, CHARGES) == (D(440), D(660), D(-100))
    line = landed.lines.get()
    assert (line.amount, line.in_stock, line.gone) == (D(100), D(40), D(60))
    whole, moved = StockValueChange.objects.filter(source_entity="inventory.landed_cost").order_by("pk")
    assert (whole.before, whole.after, whole.amount) == (D(1000), D(1100), D(100))
    assert (moved.before, moved.after, moved.amount) == (D(600), D(660), D(-60))
    # What comes back, comes back with the freight it bears.
    delivery_return(actor=firm.actor, delivery=sold, lines={sold.lines.get().pk: D(3)})
    assert firm.says(STOCK, COGS) == (D(770), D(330))
    landed_cost_reverse(actor=firm.actor, landed=landed)
    assert firm.says(STOCK, COGS, CHARGES) == (D(700), D(300), D(0))
    with pytest.raises(StateRefused):
        landed_cost_reverse(actor=firm.actor, landed=landed)


def test_duty_by_quantity_and_weight_over_two_receipts(firm):
    """100.00 over 1 piece of 2 kg and 2 pieces of 500 g: by quantity 33.33 + 66.67, by weight 66.67 + 33.33."""
    from modules.shared.data.models import Unit

    kilogram, gram = Unit.objects.get(code="KG"), Unit.objects.get(code="G")
    heavy = firm.product(weight=D(2), weight_unit=kilogram)
    light = firm.product(weight=D(500), weight_unit=gram)
    one, two = firm.buy(heavy, 1, 10), firm.buy(light, 2, 10)
    lines = [{"receipt_line": r.lines.get().pk} for r in (one, two)]
    for method, shares in (
        ("quantity", ["33.33", "66.67"]),
        ("weight", ["66.67", "33.33"]),
        ("value", ["33.33", "66.67"]),
    ):
        landed = landed_cost_create(actor=firm.actor, amount=D(100), lines=lines, method=method, kind="duty")
        landed_cost_post(actor=firm.actor, landed=landed)
        assert [f"{x.amount:.2f}" for x in landed.lines.order_by("position")] == shares
    assert firm.says(STOCK, CHARGES) == (D(330), D(-300))


def test_freight_of_goods_at_standard_cost_is_a_variance(firm):
    product = firm.product("standard", standard_cost=D(100))
    receipt = firm.buy(product, 10, 100)
    firm.freight(receipt, 50)
    assert firm.says(STOCK, PPV, CHARGES) == (D(1000), D(50), D(-50))


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_the_price_on_the_invoice_goes_the_same_way(firm, method):
    """Rule 8.
    10 received at 100, 6 sold, invoiced at 110: +40 stock, +60 cost of sales, nothing left in variance; credited and
    reversed it goes back."""
    product = firm.product(method)
    receipt = firm.buy(product, 10, 100)
    firm.sell(product, 6)
    bill = firm.bill(receipt, 110)
    assert firm.says(STOCK, COGS, PPV, GRNI, "2202.02") == (D(440), D(660), D(0), D(0), D(-1100))
    invoice_reverse(actor=firm.actor, invoice=bill)
    assert firm.says(STOCK, COGS, PPV, GRNI, "2202.02") == (D(400), D(600), D(0), D(-1000), D(0))
    again = firm.bill(receipt, 90)
    assert firm.says(STOCK, COGS, PPV, GRNI) == (D(360), D(540), D(0), D(0))
    invoice_credit(actor=firm.actor, invoice=again)
    assert firm.says(STOCK, COGS, PPV) == (D(400), D(600), D(0))


def test_the_price_on_the_invoice_of_goods_at_standard_cost_stays_a_variance(firm):
    product = firm.product("standard", standard_cost=D(100))
    receipt = firm.buy(product, 10, 100)
    firm.bill(receipt, 110)
    assert firm.says(STOCK, PPV) == (D(1000), D(100))


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_sold_before_it_came(firm, method):
    """Rule 6: the place allows it; −2 at cost 0, then 20 @ 3.30: 18 at 3.30 = 59.40, the two pieces cost 6.60."""
    product = firm.product(method)
    place = firm.world.place()
    location_update(actor=firm.actor, location=place, allows_negative=True)
    firm.sell(product, 2)
    assert firm.says(STOCK, COGS) == (D(0), D(0))
    assert StockBalance.objects.get(product=product).on_hand == -2
    with pytest.raises(StateRefused):
        location_update(actor=firm.actor, location=place, allows_negative=False)
    firm.buy(product, 20, "3.30")
    assert firm.says(STOCK, COGS) == (D("59.40"), D("6.60"))
    assert firm.world.cost(product) == (D(18), D("59.40"))
    change = StockValueChange.objects.get(product=product)
    assert (change.kind, change.before, change.after) == ("cover", D(0), D("6.60"))
    location_update(actor=firm.actor, location=place, allows_negative=False)
    with pytest.raises(InsufficientStock):
        firm.sell(product, 19)


def test_negative_stock_is_refused_unless_the_place_allows_it(firm):
    """Rule 6."""
    product = firm.product()
    firm.buy(product, 2, 5)
    with pytest.raises(InsufficientStock):
        firm.sell(product, 3)
    with pytest.raises(Invalid):
        location_create(actor=firm.actor, name="Far side", kind="customer", allows_negative=True)


def test_back_into_quarantine_it_is_ours_but_not_for_sale(firm):
    """Rule 10: at the original cost, into a place from which nothing is sold."""
    product = firm.product()
    firm.buy(product, 5, 10)
    sold = firm.sell(product, 5)
    firm.buy(product, 1, 40)
    place = location_create(actor=firm.actor, name="Quarantine", parent=firm.world.place(), kind="quarantine")
    delivery_return(actor=firm.actor, delivery=sold, location=place, lines={sold.lines.get().pk: D(2)})
    assert firm.says(STOCK, COGS) == (D(60), D(30))
    assert StockBalance.objects.get(product=product, location=place).on_hand == 2
    with pytest.raises(InsufficientStock):
        firm.sell(product, 2)
    with pytest.raises(Invalid):
        delivery_return(actor=firm.actor, delivery=sold, lines={sold.lines.get().pk: D(4)})


def test_scrap_and_count_under_fifo(firm):
    """2@10, 2@20; one scrapped at 10; counted 4, so one is found at the present cost of 50/3 = 16.67."""
    product = firm.product("fifo")
    firm.buy(product, 2, 10)
    firm.buy(product, 2, 20)
    stock_scrap(actor=firm.actor, stock=StockBalance.objects.get(product=product), quantity=D(1))
    assert firm.says(STOCK) == (D(50),)
    stock_count(actor=firm.actor, stock=StockBalance.objects.get(product=product), quantity=D(4))
    assert firm.says(STOCK) == (D("66.67"),)


def test_any_past_day_is_what_was_computed_plus_what_was_declared(firm):
    """Rule 5."""
    product, today = firm.product(), current().today()
    receipt = firm.buy(product, 10, 100)
    firm.sell(product, 6)
    firm.freight(receipt, 100)
    worth = stock_on(today, [product.pk])[product.pk]
    assert (worth.quantity, worth.value) == (D(4), D(440))
    assert stock_on(today - timedelta(days=1), [product.pk]) == {}


def test_layers_say_how_old_stock_is(firm, django_assert_max_num_queries):
    product = firm.product()
    firm.buy(product, 10, 100)
    firm.buy(product, 10, 120)
    firm.sell(product, 15)
    with django_assert_max_num_queries(1):
        layers: Any = layer_list(actor=firm.actor)  # with what is read beside their columns
        rows = list(layers.filter(product=product, remaining__gt=0).values_list("remaining", "left_value", "age"))
    assert rows == [(D(5), D(550), 0)]
