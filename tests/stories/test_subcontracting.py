"""Work outside, from the order to the supplier's invoice; stock, orders and ledger after every step. Every figure was
worked out by hand.

An operation outside: 100 housings of one casting each (bought at 20.00) are turned here (five hours at 60 and 30),
plated outside at 4.00 a piece, packed here.

| step | in process | accrued | housings |
| --- | --- | --- | --- |
| turned: 2,000.00 of castings, 300.00 and 150.00 of work | 2,450.00 | 0 | 0 |
| 60 sent, 50 come: 45 good, 3 rejected, 2 spoiled by us: 47 × 4.00 | 2,638.00 | 188.00 | 0 |
| 45 packed: 45/95 of 2,000 + 450 + 188 × 100/50 = 1,338.63 | 1,299.37 | 188.00 | 1,338.63 |
| 40 more sent, the last 50 come good: 200.00 | 1,499.37 | 388.00 | 1,338.63 |
| 50 packed: all that is left | 0 | 388.00 | 2,838.00 |
| the supplier asks for 97 pieces | 0 | 0 | 2,838.00 |

A whole item outside: 40 covers of three plates each (200 bought at 5.00), at 8.00 a piece.

| step | plates here | there | plates worth | in process | accrued | covers |
| --- | --- | --- | --- | --- | --- | --- |
| 150 plates sent, 120 are needed | 50 | 150 | 1,000.00 | 0 | 0 | 0 |
| 20 come, 2 rejected: 60 plates by the bill, not 75 by the share; 144.00 | 50 | 90 | 700.00 | 23.37 | 144 | 420.63 |
| 20 come good, 4 plates were lost: 64 plates; 160.00 | 50 | 26 | 380.00 | 0 | 304 | 924.00 |
| the next order for 10 takes 26 over and gets 4 | 46 | 30 | 380.00 | 0 | 304 | 924.00 |
| it is given up: everything comes back | 76 | 0 | 380.00 | 0 | 304 | 924.00 |

The first 18 covers take 18/38 of 600 + 144 × 40/20 = 888.00."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.finance.checks import check as finance_check
from modules.finance.models import Account, Invoice
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import ProductCost, StockBalance
from modules.production.checks import check as production_check
from modules.production.errors import QuantityExceeded
from modules.production.models import LossReason, Operation, ProductionOrder, SubcontractOrder, WorkCentre
from modules.production.providers import ProductionDemand
from modules.production.selectors.subcontracting import outside_desk
from modules.production.services import (
    bom_create,
    production_order_close,
    production_order_create,
    production_order_release,
    production_order_report,
)
from modules.production.services.subcontract_moves import subcontract_receive, subcontract_send, subcontract_take_back
from modules.production.services.subcontracting import subcontract_order_end, subcontract_orders_place
from modules.shared.data.models import Product, PurchaseOrder
from modules.shared.data.services import purchase_order_confirm
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal


class Outside:
    """A company that has things done outside."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.world, self.books = actor, World(actor), Books(actor)
        self.supplier = self.world.party("supplier")
        self.reason = LossReason.objects.filter(kind="scrap").order_by("code")[0]

    def made_of(self, part: Product, quantity: int) -> Product:
        made = self.world.product(source="make")
        bom_create(actor=self.actor, product=made, lines=[{"component": part, "quantity": D(quantity)}])
        return made

    def operation(self, product: Product, position: int, name: str, **values: object) -> None:
        with acting(self.actor):
            Operation(product=product, position=position, name=name, **values).save()

    def order(self, product: Product, quantity: int) -> ProductionOrder:
        order = production_order_create(actor=self.actor, product=product, quantity=D(quantity))
        return production_order_release(actor=self.actor, order=order)

    def placed(self, order: ProductionOrder, name: str) -> tuple[SubcontractOrder, PurchaseOrder]:
        [bought] = subcontract_orders_place(actor=self.actor, operations=[order.operations.get(name=name)])
        return SubcontractOrder.objects.get(purchase_line__order=bought), bought

    def invoice(self, bought: PurchaseOrder, quantity: str) -> Invoice:
        line = {"purchase_order_line": bought.lines.get().pk, "quantity": quantity}
        return purchase_invoice_enter(
            actor=self.actor, party=self.supplier, lines=[line], reference=f"R-{quantity}"
        )  # fmt: skip

    def holds(self) -> None:
        company = current()
        assert [*finance_check(company), *inventory_check(company), *production_check(company)] == []

    def stands(self, in_process: str, accrued: str, product: Product, worth: str) -> None:
        self.holds()
        [wip] = Account.objects.filter(control="wip")
        assert self.books.balance(wip.code) == D(in_process)
        assert self.accrued() - self.before == D(accrued)
        assert self.worth(product) == D(worth)

    def worth(self, product: Product) -> Decimal:
        return ProductCost.objects.filter(product=product).values_list("value", flat=True).first() or D(0)

    def buy(self, part: Product, quantity: int, price: int) -> None:
        self.world.receive(self.world.purchase((part, quantity, price)))
        self.before = self.accrued()

    def accrued(self) -> Decimal:
        codes = Account.objects.filter(control="grni").values_list("code", flat=True)
        return -sum((self.books.balance(code) for code in codes), D(0))


@pytest.fixture
def outside(serving_acme: Company, actor: Actor) -> Outside:
    return Outside(actor)


def test_an_operation_outside(outside: Outside) -> None:
    actor = outside.actor
    casting = outside.world.product(source="buy")
    housing = outside.made_of(casting, 1)
    with acting(actor):
        lathe = WorkCentre(code="LATHE", name="Lathe", cost_rate=D(60), overhead_rate=D(30))
        lathe.save()
    outside.operation(housing, 10, "Turn", work_centre=lathe)
    outside.operation(housing, 20, "Plate", supplier=outside.supplier, outside_price=D(4), outside_days=5)
    outside.operation(housing, 30, "Pack", work_centre=lathe)
    outside.buy(casting, 100, 20)
    order = outside.order(housing, 100)
    turn, plate, pack = order.operations.all()
    subcontract, bought = outside.placed(order, "Plate")
    assert (subcontract.quantity, bought.subtotal, subcontract.materials.count()) == (100, 400, 0)
    with pytest.raises(StateRefused):  # nobody has confirmed it
        subcontract_send(actor=actor, subcontract=subcontract)
    purchase_order_confirm(actor=actor, order=bought)
    with pytest.raises(StateRefused):  # nothing has been turned
        subcontract_send(actor=actor, subcontract=subcontract)
    production_order_report(actor=actor, order=order, operation=turn, good=D(100), minutes=D(300))
    outside.stands("2450", "0", housing, "0")

    with pytest.raises(StateRefused):  # it is received from the supplier, not reported here
        production_order_report(actor=actor, order=order, operation=plate, good=D(1))
    with pytest.raises(QuantityExceeded):
        subcontract_send(actor=actor, subcontract=subcontract, pieces=D(101))
    subcontract = subcontract_send(actor=actor, subcontract=subcontract, pieces=D(60))
    [at] = outside_desk()["at"]
    assert [(row["name"], row["quantity"]) for row in at["pieces"]] == [("Plate", 60)]
    with pytest.raises(QuantityExceeded):
        subcontract_receive(actor=actor, subcontract=subcontract, good=D(61))
    subcontract = subcontract_receive(
        actor=actor, subcontract=subcontract, good=D(45), rejected=D(3), spoiled=D(2), reason=outside.reason
    )
    assert (subcontract.fee, subcontract.status) == (188, "outside")
    outside.stands("2638", "188", housing, "0")

    with pytest.raises(QuantityExceeded):  # 45 have come through
        production_order_report(actor=actor, order=order, operation=pack, good=D(46))
    production_order_report(actor=actor, order=order, operation=pack, good=D(45))
    outside.stands("1299.37", "188", housing, "1338.63")
    with pytest.raises(StateRefused):
        production_order_close(actor=actor, order=order)

    subcontract = subcontract_send(actor=actor, subcontract=subcontract)
    assert subcontract.sent == 100
    subcontract = subcontract_receive(actor=actor, subcontract=subcontract, good=D(50))
    assert (subcontract.status, subcontract.fee) == ("done", 388)
    outside.stands("1499.37", "388", housing, "1338.63")
    production_order_report(actor=actor, order=order, operation=pack, good=D(50))
    order.refresh_from_db()
    assert (order.status, order.completed, order.scrapped) == ("done", 95, 5)
    assert (order.material_cost, order.labour_cost, order.overhead_cost, order.outside_cost) == (2000, 300, 150, 388)
    outside.stands("0", "388", housing, "2838")

    # Three-way match: 97 were accepted, 100 came.
    assert outside.invoice(bought, "100").match == Invoice.Match.BLOCKED
    invoice = outside.invoice(bought, "97")
    assert (invoice.match, invoice.total) == (Invoice.Match.MATCHED, 388)
    invoice_post(actor=actor, invoice=invoice)
    outside.stands("0", "0", housing, "2838")


def test_a_whole_item_outside(outside: Outside) -> None:
    actor = outside.actor
    plate = outside.world.product(source="buy")
    cover = outside.made_of(plate, 3)
    outside.operation(cover, 10, "Press", supplier=outside.supplier, outside_price=D(8))
    outside.buy(plate, 200, 5)
    order = outside.order(cover, 40)
    subcontract, bought = outside.placed(order, "Press")
    purchase_order_confirm(actor=actor, order=bought)

    def lies(here: int, there: int, worth: str) -> None:
        rows = StockBalance.objects.filter(product=plate).order_by("location__kind")
        held = {row.location.kind: row.on_hand for row in rows.select_related("location")}
        assert (held.get("stock", 0), held.get("subcontractor", 0)) == (here, there)
        assert outside.worth(plate) == D(worth)

    def wanted() -> Decimal:
        return sum((d.quantity for d in ProductionDemand().open_demand([plate.pk])), D(0))

    assert wanted() == 120
    subcontract = subcontract_send(actor=actor, subcontract=subcontract, items={plate.pk: 150})
    assert (subcontract.sent, wanted()) == (40, 0)  # what is there for it is not needed again
    lies(50, 150, "1000")
    outside.stands("0", "0", cover, "0")

    subcontract = subcontract_receive(
        actor=actor, subcontract=subcontract, good=D(18), rejected=D(2), reason=outside.reason
    )
    lies(50, 90, "700")
    outside.stands("23.37", "144", cover, "420.63")
    with pytest.raises(QuantityExceeded):  # 60 by the bill and 31 more are not there
        subcontract_receive(actor=actor, subcontract=subcontract, good=D(20), extra={plate.pk: 31})
    subcontract = subcontract_receive(actor=actor, subcontract=subcontract, good=D(20), extra={plate.pk: 4})
    lies(50, 26, "380")
    outside.stands("0", "304", cover, "924")
    order.refresh_from_db()
    assert (order.status, order.material_cost, order.outside_cost) == ("done", 620, 304)
    [at] = outside_desk()["at"]
    [left] = at["material"]
    assert (left["quantity"], left["left_over"], left["left_of"]) == (26, 26, [subcontract.pk])
    assert (at["value"], at["pieces"]) == (130, [])
    assert outside_desk(cost=False)["at"][0]["value"] is None

    after, again = outside.placed(outside.order(cover, 10), "Press")
    purchase_order_confirm(actor=actor, order=again)
    after = subcontract_send(actor=actor, subcontract=after)
    lies(46, 30, "380")
    outside.holds()
    assert outside_desk()["at"][0]["material"][0]["left_over"] == 0
    with pytest.raises(StateRefused):
        subcontract_order_end(actor=actor, subcontract=after)
    after = subcontract_take_back(actor=actor, subcontract=after)
    lies(76, 0, "380")
    assert (subcontract_order_end(actor=actor, subcontract=after).status, wanted()) == ("cancelled", 30)
    outside.stands("0", "304", cover, "924")
