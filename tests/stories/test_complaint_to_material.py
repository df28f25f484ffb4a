"""From a complaint to the heat of steel, and from the heat to every customer. Every number was worked out by hand.

Steel comes as H-1 (5, expires first, supplier's heat S-77) and H-2 (10, heat S-88). A rod takes 2.

| | takes | left of H-1, H-2 |
| --- | --- | --- |
| order A makes 3 rods, turned by the founder, inspected, all good | 5 of H-1, 1 of H-2 | 0, 9 |
| order B makes 2 rods | 4 of H-2 | 0, 5 |
| customer one buys 2 rods | 2 of A | |
| customer two buys 2 rods | 1 of A, 1 of B | |

Customer one says a rod has cracked. Its lot is A; A was made of H-1 and H-2; H-2 is also in B, so customer two has two
rods to be called back, one rod of B and 5 of H-2 are still here."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

from modules.inventory.models import Lot, StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.production.models import Inspection, NonConformance, Operation
from modules.production.services import bom_create, operation_report, production_order_create, production_order_release
from modules.production.services.inspection_plans import inspection_plan_create
from modules.production.services.inspections import inspection_judge, inspection_record
from modules.production.services.nonconformances import nonconformance_create
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import make_factory
from tests.platform.api.client import Api


def receive(world, product, number, quantity, days, heat):
    order = world.purchase((product, quantity, 10))
    line = {
        "order_line": order.lines.get().pk, "quantity": quantity, "lots": number, "supplier_lot": heat,
        "expires_on": current().today() + timedelta(days=days),
    }  # fmt: skip
    return world.receive(order, [line])


def make(actor, product, quantity, days):
    made = production_order_create(actor=actor, product=product, quantity=D(quantity))
    order = production_order_release(actor=actor, order=made)
    operation = order.operations.get()
    operation_report(actor=actor, operation=operation, good=D(quantity))
    with acting(actor):
        Lot.objects.filter(product=product, number=order.number).update(
            expires_on=current().today() + timedelta(days=days)
        )
    return order


def sell(world, product, quantity):
    sale = world.sale((product, quantity))
    delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))
    return sale


def test_the_crack_leads_to_the_heat_and_the_heat_to_all_customers(serving_acme, actor, django_assert_max_num_queries):
    world = World(actor)
    centre = make_factory(actor).centre
    steel, rod = world.product(tracking="lot"), world.product(tracking="lot", source="make")
    bom_create(actor=actor, product=rod, lines=[{"component": steel, "quantity": D(2)}])
    with acting(actor):
        Operation(product=rod, position=10, name="Turn", work_centre=centre, run_minutes=D(3)).save()
    one = receive(world, steel, "H-1", 5, 20, "S-77")
    two = receive(world, steel, "H-2", 10, 90, "S-88")
    inspection_plan_create(
        actor=actor, name="Rods", stage="final", product=rod, sampling="whole",
        characteristics=[{"name": "No cracks", "kind": "attribute"}],
    )  # fmt: skip
    orders = []
    for quantity, days in ((3, 30), (2, 60)):
        order = make(actor, rod, quantity, days)
        inspection = Inspection.objects.get(order=order)
        check = inspection.checks.get()
        inspection_record(actor=actor, inspection=inspection, readings={str(check.pk): {"bad_pieces": []}})
        inspection_judge(actor=actor, inspection=inspection)
        orders.append(order)
    a, b = orders
    first = world.party("customer")
    sale = sell(world, rod, 2)
    del world.parties["customer"]
    second = world.party("customer")
    sell(world, rod, 2)

    nc = nonconformance_create(
        actor=actor, title="Cracked at the shoulder", sales_order_line=sale.lines.get(), quantity=D(1), holds=True
    )
    assert (nc.customer_id, nc.lot) == (first.pk, a.number)
    api = Api(actor)
    with django_assert_max_num_queries(70):
        answer = api.get(f"/api/v1/production/nonconformances/{nc.pk}/trace/")
    assert answer.status == 200, answer.content
    (found,) = answer.json["lots"]
    assert found["lot"]["number"] == a.number
    assert {n["number"] for n in found["up"]["nodes"]} == {a.number, "H-1", "H-2"}
    suppliers = {
        (x["lot"].split("|")[1], x["document"]["label"], x["partner"], D(x["quantity"]))
        for x in found["up"]["links"]
        if x["document"]["entity"] == "inventory.receipt"
    }
    assert suppliers == {("H-1", one.number, "The supplier", D(5)), ("H-2", two.number, "The supplier", D(10))}
    (made,) = found["orders"]
    assert (made["number"], D(made["completed"])) == (a.number, D(3))
    (report,) = made["reports"]
    assert (report["operation"], report["work_centre"], D(report["good"])) == ("Turn", "Assembly", D(3))
    assert report["worker"]
    (looked,) = found["inspections"]
    assert (looked["lots"], looked["status"], looked["bad"]) == ([a.number], "accepted", 0)
    got = {(x["customer"]["id"], x["lot"]["number"]): D(x["shipped"]) for x in found["customers"]}
    assert got == {(first.pk, a.number): D(2), (second.pk, a.number): D(1)}

    # Forward from the second heat: two rods at customer two, one of them of order B.
    heat = Lot.objects.get(product=steel, number="H-2")
    story = api.get(f"/api/v1/inventory/lots/{heat.pk}/trace/").json
    got = {(x["customer"]["id"], x["lot"]["number"]): D(x["shipped"]) for x in story["customers"]}
    assert got == {(first.pk, a.number): D(2), (second.pk, a.number): D(1), (second.pk, b.number): D(1)}
    held = api.post(f"/api/v1/inventory/lots/{heat.pk}/recall/", {"reason": "Cracks"})
    assert {x["label"] for x in held.json["held"]} == {"H-2", b.number}  # A is held by the complaint
    assert Lot.objects.get(product=rod, number=a.number).quality_reason == nc.number
    left = {(x.product_id, x.lot): x.on_hand for x in StockBalance.objects.filter(on_hand__gt=0)}
    assert left == {(steel.pk, "H-2"): D(5), (rod.pk, b.number): D(1)}
    assert world.sale((rod, 1)).lines.get().reserved == 0

    # Whom to call, for those who may see it.
    sheet = api.get(f"/api/v1/inventory/lots/{heat.pk}/customers.csv").content.decode("utf-8-sig")
    assert {(row[0], row[5], row[6]) for row in list(csv.reader(io.StringIO(sheet)))[1:]} == {
        (first.code, a.number, "2"), (second.code, a.number, "1"), (second.code, b.number, "1"),
    }  # fmt: skip
    blind = Api(replace(actor, permissions=actor.permissions - {"inventory.lot.trace"}))
    assert blind.get(f"/api/v1/inventory/lots/{heat.pk}/customers.csv").status == 403
    assert blind.get(f"/api/v1/production/nonconformances/{nc.pk}/trace/").status == 403
    assert NonConformance.objects.count() == 1
    world.prove()
