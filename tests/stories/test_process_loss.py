"""A dairy: process loss, a by-product, a late invoice, goods taken apart; stock, orders and ledger after every step.
Every figure was worked out by hand.

100 kg of cheese are ordered; a kilogram takes 10 litres of milk (bought at 13.00) and leaves 8 litres of whey, which
bears 4 % of the cost. A fixed loss of 5 litres a batch stays in the pipes.

| step | milk | in process | cheese | whey | variance |
| --- | --- | --- | --- | --- | --- |
| 1,100 litres come at 13.00 | 14,300 | 0 | 0 | 0 | 0 |
| 1,005 litres go in: 13,065.00 | 1,235 | 13,065 | 0 | 0 | 0 |
| 7.6 hours of work at 60 and 30 come to 684.00 | 1,235 | 13,749 | 0 | 0 | 0 |
| 96 kg are good, 4 lost: 13,749.00; 4 % = 549.96 with 768 l of whey | 1,235 | 0 | 13,199.04 | 549.96 | 0 |
| the order is closed, nothing is left | 1,235 | 0 | 13,199.04 | 549.96 | 0 |
| the dairy's invoice says 13.10: 110.00 more, 95 litres of it here | 1,244.50 | 0 | 13,199.04 | 549.96 | 100.50 |
| 24 kg are taken apart: 3,299.76 out; 251 of 1,005 litres back at 13.00 | 4,507.50 | 0 | 9,899.28 | 549.96 | 137.26 |

13,199.04 over 96 kg is 137.49 a kilogram, not 131.99. What is taken apart leaves 3,299.76 − 251 × 13.00 = 36.76 of work
and loss in the variance; 24/96 of 1,005 litres is 251.25, and litres are whole ones here."""

from __future__ import annotations

from decimal import Decimal

from modules.finance.checks import check as finance_check
from modules.finance.models import Account
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import ProductCost
from modules.production.checks import check as production_check
from modules.production.models import WorkCentre
from modules.production.services import (
    bom_create,
    bom_output_create,
    production_order_close,
    production_order_create,
    production_order_issue,
    production_order_release,
    production_order_report,
    production_order_unbuild,
)
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal


def test_a_batch_of_cheese(serving_acme: Company, actor: Actor) -> None:
    """Rule 8."""
    world, books = World(actor), Books(actor)
    milk = world.product(source="buy")
    cheese, whey = world.product(source="make"), world.product(source="buy")
    with acting(actor):
        vat = WorkCentre(code="VAT", name="Vat", cost_rate=D(60), overhead_rate=D(30))
        vat.save()
    bom = bom_create(
        actor=actor, product=cheese, lines=[{"component": milk, "quantity": D(10), "fixed_quantity": D(5)}]
    )
    bom_output_create(actor=actor, bom=bom, product=whey, quantity=D(8), cost_share=D(4))
    [wip] = Account.objects.filter(control="wip")

    def stands(milk_worth: str, in_process: str, cheese_worth: str, whey_worth: str) -> None:
        assert [*finance_check(current()), *inventory_check(current()), *production_check(current())] == []
        assert books.balance(wip.code) == D(in_process)
        worth = dict(ProductCost.objects.values_list("product", "value"))
        assert [worth.get(p.pk, D(0)) for p in (milk, cheese, whey)] == [D(milk_worth), D(cheese_worth), D(whey_worth)]

    bought = world.purchase((milk, 1100, 13))
    world.receive(bought)
    stands("14300", "0", "0", "0")
    order = production_order_create(actor=actor, product=cheese, quantity=D(100))
    order = production_order_release(actor=actor, order=order)
    assert [(c.required, o.expected) for c in order.components.all() for o in order.outputs.all()] == [(1005, 800)]
    production_order_issue(actor=actor, order=order)
    stands("1235", "13065", "0", "0")
    production_order_report(actor=actor, order=order, minutes=D(456), work_centre=vat)
    stands("1235", "13749", "0", "0")
    production_order_report(actor=actor, order=order, good=D(96), scrap=D(4), outputs={whey.pk: D(768)})
    stands("1235", "0", "13199.04", "549.96")
    order = production_order_close(actor=actor, order=order)
    assert order.variance == 0
    stands("1235", "0", "13199.04", "549.96")
    line = {"purchase_order_line": bought.lines.get().pk, "quantity": "1100", "unit_price": "13.10"}
    invoice = purchase_invoice_enter(actor=actor, party=bought.supplier, lines=[line], reference="R-1")
    invoice_post(actor=actor, invoice=invoice)
    stands("1244.50", "0", "13199.04", "549.96")
    order = production_order_unbuild(actor=actor, order=order, quantity=D(24))
    assert (order.variance, order.unbuilt_value) == (D("36.76"), D("3299.76"))
    stands("4507.50", "0", "9899.28", "549.96")
