"""The profit of one order through rework, a return and late freight. Every figure was worked out by hand.

Ten wheels are ordered at 60.00. A wheel takes 32 spokes at 0.50 and six minutes at 60.00 an hour, with 12.00 of machine
and 30.00 of overhead an hour: 26.20 a wheel, and 338.00 are expected to be left of 600.00.

Lacing takes 66 minutes instead of 60: 66.00, 13.20 and 33.00. One wheel has to be done again, in 15 minutes: 15.00,
3.00 and 7.50, which is 25.50 of rework. Ten wheels cost 160.00 + 66.00 + 13.20 + 33.00 + 25.50 = 297.70. All are
delivered and invoiced; one comes back (29.77) and is credited (60.00). Long after, the carrier's invoice says 45.00.

| | estimate | actual | why |
| --- | --- | --- | --- |
| revenue | 600.00 | 540.00 | returned −60.00 |
| material | 160.00 | 144.00 | returned −16.00 |
| labour | 60.00 | 59.40 | time +6.00, returned −6.60 |
| machine | 12.00 | 11.88 | time +1.20, returned −1.32 |
| overhead | 30.00 | 29.70 | time +3.00, returned −3.30 |
| freight | 0 | 45.00 | not in the estimate +45.00 |
| rework | 0 | 22.95 | done again +25.50, returned −2.55 |
| profit | 338.00 | 227.07 | |"""

from __future__ import annotations

from decimal import Decimal

from modules.finance.checks import check as finance_check
from modules.finance.selectors.profit import order_profit, profit_lines, profit_tie
from modules.finance.services.invoice_posting import invoice_credit, invoice_post
from modules.finance.services.invoices import invoice_create
from modules.inventory.checks import check as inventory_check
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.production.checks import check as production_check
from modules.production.models import Operation
from modules.production.services import (
    production_order_create,
    production_order_release,
    production_order_report,
)
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import make_factory

D = Decimal


def figures(order: SalesOrder) -> dict[str, tuple[Decimal | None, Decimal, dict[str, Decimal]]]:
    lines = profit_lines(order)
    for line in lines:
        assert line.estimate is not None
        assert sum(amount for _key, amount in line.reasons) == line.actual - line.estimate
    assert profit_tie().difference == 0
    assert [*finance_check(current()), *inventory_check(current()), *production_check(current())] == []
    return {x.key: (x.estimate, x.actual, dict(x.reasons)) for x in lines}


def test_through_rework_a_return_and_late_freight(serving_acme: Company, actor: Actor) -> None:
    factory, world, books = make_factory(actor), World(actor), Books(actor)
    with acting(actor):
        factory.centre.machine_rate = D(12)
        factory.centre.save()
        Operation(
            product=factory.wheel, position=10, name="Lace", work_centre=factory.centre, run_minutes=D(6)
        ).save()  # fmt: skip
    world.opening((factory.spoke, 320, "0.50"))
    order = sales_order_create(
        actor=actor, customer=world.party("customer"),
        lines=[{"product": factory.wheel, "quantity": D(10), "unit_price": D(60), "tax": None}],
    )  # fmt: skip
    order = sales_order_confirm(actor=actor, order=order)
    assert figures(order) == {
        "revenue": (600, 0, {"not_invoiced": -600}), "material": (160, 0, {"not_delivered": -160}),
        "labour": (60, 0, {"not_delivered": -60}), "machine": (12, 0, {"not_delivered": -12}),
        "overhead": (30, 0, {"not_delivered": -30}),
    }  # fmt: skip

    line = order.lines.get()
    made = production_order_create(
        actor=actor, product=factory.wheel, quantity=D(10),
        made_for=RecordRef("shared.sales_order_line", line.pk, order.number),
    )  # fmt: skip
    made = production_order_release(actor=actor, order=made)
    lace = made.operations.get()
    production_order_report(actor=actor, order=made, operation=lace, good=D(9), rework=D(1), minutes=D(66))
    again = made.operations.get(rework_of=lace)
    production_order_report(actor=actor, order=made, operation=again, good=D(1), minutes=D(15))
    made.refresh_from_db()
    assert (made.status, made.received_value) == ("done", D("297.70"))

    sent = delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order))
    invoice = books.invoice(order)
    assert figures(order) == {
        "revenue": (600, 600, {}), "material": (160, 160, {}), "labour": (60, 66, {"made_efficiency": 6}),
        "machine": (12, D("13.20"), {"made_efficiency": D("1.20")}), "overhead": (30, 33, {"made_efficiency": 3}),
        "rework": (0, D("25.50"), {"rework": D("25.50")}),
    }  # fmt: skip

    delivery_return(actor=actor, delivery=sent, lines={sent.lines.get().pk: D(1)})
    invoice_credit(actor=actor, invoice=invoice, lines=[{"line": invoice.lines.get(), "quantity": D(1)}])
    truck = {"description": "Truck", "unit_price": "45", "account": books.account("5601.01"), "cost_order": order}
    carrier = invoice_create(actor=actor, kind="purchase_invoice", party=world.party("supplier"), lines=[truck])
    invoice_post(actor=actor, invoice=carrier)
    order.refresh_from_db()
    assert figures(order) == {
        "revenue": (600, 540, {"returned": -60}), "material": (160, 144, {"returned": -16}),
        "labour": (60, D("59.40"), {"made_efficiency": 6, "returned": D("-6.60")}),
        "machine": (12, D("11.88"), {"made_efficiency": D("1.20"), "returned": D("-1.32")}),
        "overhead": (30, D("29.70"), {"made_efficiency": 3, "returned": D("-3.30")}),
        "freight": (0, 45, {"unplanned": 45}),
        "rework": (0, D("22.95"), {"rework": D("25.50"), "returned": D("-2.55")}),
    }  # fmt: skip
    report = order_profit(actor=actor, sales_order_id=order.pk)
    assert (report.estimate, report.actual, report.margin) == (338, D("227.07"), D("42.0"))
    for row in report.lines:
        assert sum(p.amount for p in report.postings[row.key]) == row.actual
