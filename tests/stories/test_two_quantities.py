"""Goods that are counted in pieces and valued by weight (变重商品), with the ledger, under moving average and FIFO.
Every number was worked out by hand.

| what | pieces, kg | stock, average | FIFO |
| --- | --- | --- | --- |
| 5 pieces come, 110 kg at 8.00 = 880.00 | 5, 110 | 880.00 | 880.00 |
| 3 pieces come, 71.5 kg at 8.40 = 600.60 | 8, 181.5 | 1,480.60 | 1,480.60 |
| 2 are sold, 45.3 kg: 1,480.60 × 45.3/181.5 = 369.54; FIFO 45.3 × 8 = 362.40 | 6, 136.2 | 1,111.06 | 1,118.20 |
| 1 comes back, 22.1 kg: 369.54 × 22.1/45.3 = 180.28; FIFO 176.80 | 7, 158.3 | 1,291.34 | 1,295.00 |
| the supplier bills 109.5 of the 110 kg: −4.00, of which 86.8/110 are here: −3.16 | 7, 158.3 | 1,288.18 | 1,291.84 |
| a count finds 0.9 kg less: × 1,288.18/158.3 = 7.32; FIFO × 691.24/86.8 = 7.17 | 7, 157.4 | 1,280.86 | 1,284.67 |
| 1 is spoiled, 21.9 kg: × 1,280.86/157.4 = 178.21; FIFO × 684.07/85.9 = 174.40 | 6, 135.5 | 1,102.65 | 1,110.27 |
| all that is left is sold | 0, 0 | 0 | 0 |"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from modules.finance.checks import check as finance_check
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_credit, invoice_post
from modules.finance.services.invoices import invoice_create_from_order
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.place import place_new
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.transfer import stock_count, stock_scrap
from modules.inventory.services.transfer_order import transfer_create, transfer_receive, transfer_send
from modules.shared.data.models import Unit
from modules.shared.data.services import (
    product_create,
    purchase_order_confirm,
    purchase_order_create,
    sales_order_confirm,
    sales_order_create,
)
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal
STOCK, COGS = "1403", "5401.01"
EXPECTED = {
    "average": ["880", "1480.60", "1111.06", "1291.34", "1288.18", "1280.86", "1102.65", "0"],
    "fifo": ["880", "1480.60", "1118.20", "1295.00", "1291.84", "1284.67", "1110.27", "0"],
}
WEIGHTS = [("5", "110"), ("8", "181.5"), ("6", "136.2"), ("7", "158.3"), ("7", "158.3"), ("7", "157.4"),
           ("6", "135.5"), ("0", "0")]  # fmt: skip


class Butcher:
    """Who buys and sells sides of beef."""

    def __init__(self, actor: Actor, method: str) -> None:
        self.actor, self.world, self.books = actor, World(actor), Books(actor)
        self.beef = product_create(
            actor=actor, name="Side of beef", unit=Unit.objects.get(code="EA"), second_unit=Unit.objects.get(code="KG"),
            second_nominal=D(22), second_tolerance=D(30), priced_by_second=True, cost_method=method,
        )  # fmt: skip
        self.steps = iter(zip(WEIGHTS, EXPECTED[method], strict=True))

    def line(self, pieces: Any, price: Any) -> list[dict[str, Any]]:
        return [{"product": self.beef, "quantity": D(pieces), "unit_price": D(price), "tax": None}]

    def buy(self, pieces: Any, price: Any) -> Any:
        order = purchase_order_create(
            actor=self.actor, supplier=self.world.party("supplier"), lines=self.line(pieces, price)
        )
        return purchase_order_confirm(actor=self.actor, order=order)

    def receive(self, order: Any, pieces: Any, weight: Any) -> Any:
        line = {"order_line": order.lines.get().pk, "quantity": D(pieces), "second_quantity": D(weight)}
        return receipt_post(actor=self.actor, receipt=receipt_create(actor=self.actor, order=order, lines=[line]))

    def sell(self, pieces: Any, price: Any) -> Any:
        order = sales_order_create(
            actor=self.actor, customer=self.world.party("customer"), lines=self.line(pieces, price)
        )
        return sales_order_confirm(actor=self.actor, order=order)

    def ship(self, order: Any, pieces: Any, weight: Any) -> Any:
        line = {"order_line": order.lines.get().pk, "quantity": D(pieces), "second_quantity": D(weight)}
        return delivery_post(actor=self.actor, delivery=delivery_create(actor=self.actor, order=order, lines=[line]))

    def bill(self, order: Any) -> Any:
        draft = invoice_create_from_order(actor=self.actor, order=order)
        return invoice_post(actor=self.actor, invoice=draft)

    def there(self) -> tuple[Decimal, Decimal]:
        rows = StockBalance.objects.filter(product=self.beef)
        return sum((r.on_hand for r in rows), D(0)), sum((r.second_on_hand or D(0) for r in rows), D(0))

    def says(self) -> None:
        """Pieces, kilograms, the stock account: and the books hold."""
        (pieces, weight), value = next(self.steps)
        assert [*finance_check(current()), *inventory_check(current())] == []
        assert self.there() == (D(pieces), D(weight))
        assert self.books.balance(STOCK) == self.world.cost(self.beef)[1] == D(value)
        assert self.world.cost(self.beef)[0] == D(weight)


@pytest.mark.parametrize("method", EXPECTED)
def test_sides_of_beef(serving_acme, actor, method):
    """Rule 1."""
    here = Butcher(actor, method)
    first = here.buy(5, "8.00")
    assert (first.lines.get().second_quantity, first.subtotal) == (D(110), D(880))  # expected: 5 × 22 kg
    here.receive(first, 5, "110")
    here.says()
    second = here.buy(3, "8.40")
    assert second.subtotal == D("554.40")
    assert here.receive(second, 3, "71.5").lines.get().value == D("600.60")
    here.says()

    order = here.sell(2, "12.00")
    assert order.subtotal == D(528)
    sent = here.ship(order, 2, "45.3")
    here.says()
    invoice = here.bill(order)
    line = invoice.lines.get()
    assert (line.quantity, line.unit.code, line.base_quantity, invoice.total) == (D("45.3"), "KG", D(2), D("543.60"))

    delivery_return(
        actor=actor, delivery=sent, lines={sent.lines.get().pk: D(1)}, seconds={sent.lines.get().pk: D("22.1")}
    )
    here.says()
    with pytest.raises(Invalid, match="how many of 2 pieces"):
        invoice_credit(actor=actor, invoice=invoice, lines=[{"line": line.pk, "quantity": "22.1"}])
    note = invoice_credit(actor=actor, invoice=invoice, lines=[{"line": line.pk, "quantity": "22.1", "pieces": "1"}])
    assert note.total == D("265.20")
    sold = order.lines.get()
    assert (sold.delivered, sold.returned, sold.invoiced) == (2, 1, 1)
    assert (sold.second_delivered, sold.second_returned, sold.second_invoiced) == (D("45.3"), D("22.1"), D("23.2"))

    def charged(of, weight, price, reference):
        row = {"purchase_order_line": of.lines.get().pk, "quantity": D(weight), "unit_price": D(price)}
        return purchase_invoice_enter(actor=actor, party=here.world.party("supplier"), lines=[row], reference=reference)

    billed = invoice_post(actor=actor, invoice=charged(first, "109.5", "8.00", "S-1"))
    assert (billed.match, billed.total, billed.lines.get().base_quantity) == ("matched", D(876), D(5))
    here.says()
    dear, heavy = charged(second, "71.5", "9.50", "S-2"), charged(second, "75", "8.40", "S-3")
    assert [(f["code"], D(f["expected"]), D(f["found"])) for f in dear.findings] == [("price", D("8.4"), D("9.5"))]
    assert [(f["code"], D(f["expected"]), D(f["found"])) for f in heavy.findings] == [("quantity", D("71.5"), D(75))]

    shelf = StockBalance.objects.get(product=here.beef, on_hand__gt=0)
    stock_count(actor=actor, stock=shelf, quantity=D(7), second_quantity=D("157.4"))
    here.says()
    stock_scrap(actor=actor, stock=shelf, quantity=D(1), second_quantity=D("21.9"))
    here.says()

    with acting(actor):
        cold = place_new(kind="stock", code="COLD", name="Cold store", warehouse=shelf.location.warehouse)
    line = {"product": here.beef, "quantity": D(3), "second_quantity": D("66.4")}
    moved = transfer_send(
        actor=actor,
        transfer=transfer_create(actor=actor, from_location=shelf.location, to_location=cold, lines=[line]),
    )
    of = moved.lines.get().pk
    with pytest.raises(Invalid, match="say how many KG"):
        transfer_receive(actor=actor, transfer=moved, lines={of: D(2)})
    transfer_receive(actor=actor, transfer=moved, lines={of: D(2)}, seconds={of: D("44.3")})
    transfer_receive(actor=actor, transfer=moved)  # what is still on its way is known
    assert StockBalance.objects.get(product=here.beef, location=cold).second_on_hand == D("66.4")
    assert here.world.cost(here.beef) == (D("135.5"), D(EXPECTED[method][6]))

    last = here.sell(6, "12.00")
    with pytest.raises(Invalid, match=r"135\.5 KG"):
        here.ship(last, 6, "135.4")
    here.ship(last, 6, "135.5")
    here.says()
    assert here.bill(last).total == D(1626)
    assert [*finance_check(current()), *inventory_check(current())] == []


def test_part_of_what_was_delivered_is_billed_by_what_it_weighed(serving_acme, actor):
    """6 pieces of 135.5 kg at 12.00 go to the customer: 2 of 44.3 kg are billed (531.60), then all that is left: 4 of
    91.2 kg (1,094.40)."""
    here = Butcher(actor, "average")
    here.receive(here.buy(6, "8.00"), 6, "135.5")
    order = here.sell(6, "12.00")
    here.ship(order, 6, "135.5")
    of = order.lines.get().pk

    def bill(pieces, weight=None):
        seconds = {of: D(weight)} if weight else None
        return invoice_create_from_order(actor=actor, order=order, quantities={of: D(pieces)}, seconds=seconds)

    for pieces, weight in ((2, None), (2, "135.5"), (2, "135.6"), (6, "135.4")):  # two do not weigh what all six do
        with pytest.raises(Invalid, match=r"of 6 pieces that weighed 135\.5"):
            bill(pieces, weight)
    part = invoice_post(actor=actor, invoice=bill(2, "44.3"))
    assert (part.total, part.lines.get().base_quantity, part.lines.get().second_quantity) == (D("531.60"), 2, D("44.3"))
    rest = here.bill(order)
    assert (rest.total, rest.lines.get().base_quantity) == (D("1094.40"), 4)
    order.refresh_from_db()
    assert order.invoice_status == "full"
    assert [*finance_check(current()), *inventory_check(current())] == []
