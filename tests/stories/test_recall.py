"""FEFO over lots, and a recall traced both ways. Every number was worked out by hand.

Powder comes in lots A (2, expires first, supplier's lot S-77), B (4, S-88) and A2 (6, last, S-77 again).

| | takes | left of A, B, A2 |
| --- | --- | --- |
| customer one buys 5 | 2 of A, 3 of B | 0, 1, 6 |
| order MO makes 4 bars of 4 powder | 1 of B, 3 of A2 | 0, 0, 3 |
| 2 bars of MO are repacked into MO-R | | |
| customer two buys 3 bars | 2 of MO, 1 of MO-R | |
| customer two returns 1 bar | 1 of MO-R | |
| 1 powder of A2 is scrapped | | 0, 0, 2 |
| 1 powder of A2 goes to a shop on consignment | | 0, 0, 2 |
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal as D

from modules.inventory.models import Lot, StockBalance
from modules.inventory.selectors.genealogy import Node, customers_of, mass_balance, starts, trace
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.place import location_create
from modules.inventory.services.transfer import stock_scrap, stock_transfer
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockIssue
from tenon import ports
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api

MO = RecordRef("production.order", 7, "MO-26-00007")


def receive(world, product, number, quantity, days, supplier_lot):
    order = world.purchase((product, quantity, 10))
    line = {
        "order_line": order.lines.get().pk, "quantity": quantity, "lots": number, "supplier_lot": supplier_lot,
        "expires_on": current().today() + timedelta(days=days),
    }  # fmt: skip
    world.receive(order, [line])


def ship(world, product, quantity):
    sale = world.sale((product, quantity))
    return delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))


def test_all_customers_who_got_the_suppliers_lot(serving_acme, actor, django_assert_max_num_queries):
    """Rule 36."""
    world = World(actor)
    today, issue = current().today(), ports.find(StockIssue)
    assert issue is not None
    powder, bar = world.product(tracking="lot"), world.product(tracking="lot")
    receive(world, powder, "A", 2, 20, "S-77")
    receive(world, powder, "B", 4, 40, "S-88")
    one = world.party("customer")
    ship(world, powder, 5)
    receive(world, powder, "A2", 6, 90, "S-77")
    issue.issue_to_production(actor=actor, order=MO, items=[(powder.pk, D(4))], moved_on=today)
    issue.receive_from_production(actor=actor, order=MO, product_id=bar.pk, quantity=D(4), value=D(40), moved_on=today)
    made = StockBalance.objects.get(product=bar)
    world.repack(made, 2, "MO-R")
    del world.parties["customer"]
    two = world.party("customer")
    bars = ship(world, bar, 3)
    delivery_return(actor=actor, delivery=bars, lines={bars.lines.get().pk: D(1)})
    left = StockBalance.objects.get(product=powder, lot="A2")
    stock_scrap(actor=actor, stock=left, quantity=D(1), reason="spilt")
    shop = location_create(actor=actor, code="SHOP", name="Shop", kind="consigned", party=one)
    stock_transfer(actor=actor, stock=left, to_location=shop, quantity=D(1))

    a, a2, b = Node(powder.pk, "A"), Node(powder.pk, "A2"), Node(powder.pk, "B")
    mo, mo_r = Node(bar.pk, MO.label), Node(bar.pk, "MO-R")
    lot = Lot.objects.get(product=powder, number="A")
    down = trace(starts(lot), forward=True)
    assert down.nodes == [a, a2, mo, mo_r]
    got = {(x.customer_id, x.node): (x.shipped, x.returned, x.consigned) for x in customers_of(down)}
    assert got == {
        (one.pk, a): (D(2), D(0), D(0)),
        (one.pk, a2): (D(0), D(0), D(1)),
        (two.pk, mo): (D(2), D(0), D(0)),
        (two.pk, mo_r): (D(1), D(1), D(0)),
    }
    up = trace([mo_r], forward=False)
    assert set(up.nodes) == {mo_r, mo, b, a2}
    assert {(s.of, s.into) for s in up.steps} == {(mo, mo_r), (b, mo), (a2, mo)}
    suppliers = {x.node for x in up.links if x.kind == "receipt"}
    assert suppliers == {b, a2}

    balances = {node: mass_balance(node) for node in (a, b, a2, mo, mo_r)}
    figures = {n: (x.came, x.went, x.on_hand, x.lost) for n, x in balances.items()}
    assert figures == {
        a: (D(2), D(2), D(0), D(0)),
        b: (D(4), D(4), D(0), D(0)),
        a2: (D(6), D(3), D(2), D(1)),
        mo: (D(4), D(4), D(0), D(0)),
        mo_r: (D(2), D(0), D(2), D(0)),
    }
    assert all(x.closes for x in balances.values())

    api = Api(actor)
    path = f"/api/v1/inventory/lots/{lot.pk}/"
    with django_assert_max_num_queries(60):
        story = api.get(f"{path}trace/")
    assert (story.status, story.json["balance"]["closes"], len(story.json["customers"])) == (200, True, 4)
    held = api.post(f"{path}recall/", {"reason": "metal found"})
    assert held.status == 200, held.content
    assert {x["label"] for x in held.json["held"]} == {"A", "A2", MO.label, "MO-R"}
    assert set(Lot.objects.filter(quality="held").values_list("number", flat=True)) == {"A", "A2", MO.label, "MO-R"}
    assert world.sale((powder, 1)).lines.get().reserved == 0
    assert world.sale((bar, 1)).lines.get().reserved == 0
    sheet = api.get(f"{path}customers.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet)))
    assert len(rows) == 5
    assert {(row[0], row[5], row[6], row[7], row[8]) for row in rows[1:]} == {
        (one.code, "A", "2", "0", "0"), (one.code, "A2", "0", "0", "1"), (two.code, MO.label, "2", "0", "0"),
        (two.code, "MO-R", "1", "1", "0"),
    }  # fmt: skip
    soon = api.get("/api/v1/inventory/expiry/?days=120").json["results"]
    assert [(x["number"], D(x["on_hand"]), D(x["worth"])) for x in soon] == [("A2", D(2), D(20))]
    assert api.get(f"{path}labels.pdf?copies=2").content.startswith(b"%PDF-")
    world.prove()
