"""What scanners ask and say over HTTP: by the warehouse's role, and once however often it is sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest

from modules.inventory.models import Location, Receipt
from modules.inventory.services.delivery import delivery_create
from modules.inventory.services.place import place_new
from tenon.records.service import acting
from tenon.registry.registry import registry
from tests.platform.api.client import Api

BASE = "/api/v1/inventory"


@pytest.fixture
def keeper(world):
    """A member with the warehouse's shipped role and nothing else."""
    held = {p.code for p in registry().permissions.values() if "warehouse" in p.roles}
    return Api(replace(world.actor, permissions=frozenset(held), roles=("warehouse",)))


def test_a_receipt_by_scan_is_booked_once(world, keeper):
    product = world.product()
    order = world.purchase((product, 6, 4))
    line = order.lines.get()
    body = {"order": order.pk, "lines": [{"order_line": line.pk, "quantity": "5"}]}
    first = keeper.post(f"{BASE}/scan/receive/", body, idempotency_key="one-press")
    again = keeper.post(f"{BASE}/scan/receive/", body, idempotency_key="one-press")
    assert first.status == 200, first.json
    assert first.json == again.json
    assert again.response["Idempotent-Replayed"] == "true"
    assert Receipt.objects.filter(order=order).count() == 1
    assert world.balance(product)[0] == 5
    more = keeper.post(f"{BASE}/scan/receive/", body, idempotency_key="another-press")
    assert more.status == 409
    world.prove()


def test_codes_are_what_they_are_called(world, keeper):
    with acting(world.actor):
        shelf = place_new(name="Z-77", parent=world.place())
    product = world.product(barcode="4006381333931")
    world.opening((product, 3, 2), place=shelf)
    found = keeper.get(f"{BASE}/scan/?code=4006381333931").json
    assert (found["kind"], found["id"]) == ("product", product.pk)
    assert [(r["place"]["label"], D(r["on_hand"])) for r in found["stock"]] == [(shelf.code, 3)]
    for code in (shelf.code, "z-77"):
        place = keeper.get(f"{BASE}/scan/?code={code}").json
        assert (place["kind"], place["id"], len(place["stock"])) == ("place", shelf.pk, 1)
    order = world.purchase((product, 1, 1))
    assert keeper.get(f"{BASE}/scan/?code={order.number}").json["kind"] == "purchase_order"
    assert keeper.get(f"{BASE}/scan/?code=NOTHING").json["kind"] == "none"


def test_a_pick_sent_again_after_a_lost_answer_counts_once(world, keeper):
    with acting(world.actor):
        place_new(name="PACK", parent=world.place(), purpose=Location.Purpose.PACKING)
    product = world.product()
    world.opening((product, 5, 2))
    note = delivery_create(actor=world.actor, order=world.sale((product, 3)))
    made = keeper.post(f"{BASE}/waves/", {"warehouse": world.place().warehouse_id, "chosen": [note.pk]})
    assert made.status == 201, made.json
    assert made.json["stops_left"] == 1
    (pick,) = keeper.get(f"{BASE}/picks/?wave__in={made.json['id']}&limit=500").json["results"]
    for _ in range(2):
        answer = keeper.post(f"{BASE}/picks/{pick['id']}/actions/pick/", {"quantity": "2"}, idempotency_key="scan-1")
        assert answer.status == 200, answer.json
        assert D(answer.json["record"]["left_over"]) == 1
    short = keeper.post(f"{BASE}/picks/{pick['id']}/actions/short/", {"then": "back_order"})
    assert short.status == 200, short.json
    packed = keeper.post(f"{BASE}/parcels/", {"delivery": note.pk, "weight": "1.2"})
    assert packed.status == 201, packed.json
    assert [D(x["quantity"]) for x in packed.json["lines"]] == [2]
    shipped = keeper.post(f"{BASE}/deliveries/{note.pk}/actions/post/")
    assert shipped.status == 200, shipped.json
    assert shipped.json["record"]["work"] == "packed"
    world.prove()


def test_carriers_report_with_the_one_permission_they_need(world):
    carrier = Api(replace(world.actor, permissions=frozenset({"inventory.tracking_event.create"}), roles=()))
    event = {"tracking_number": "T", "event_id": "1", "status": "out", "happened_at": "2026-01-01T10:00:00Z"}
    answer = carrier.post(f"{BASE}/carrier-events/", {"events": [event]})
    assert answer.json == {"results": [{"event_id": "1", "result": "unknown"}]}
    assert carrier.get(f"{BASE}/shipments/").status == 403
    nobody = Api(replace(world.actor, permissions=frozenset(), roles=()))
    assert nobody.post(f"{BASE}/carrier-events/", {"events": [event]}).status == 403
    assert carrier.post(f"{BASE}/carrier-events/", {"events": [{"event_id": "1"}]}).status == 400


def test_questions_do_not_grow_with_the_rows(world, keeper, django_assert_max_num_queries):
    with acting(world.actor):
        dock = place_new(name="IN", parent=world.place(), purpose=Location.Purpose.RECEIVING)
    for product in world.products(6):
        world.opening((product, 3, 2), place=dock)
    with django_assert_max_num_queries(12):
        assert len(keeper.get(f"{BASE}/put-away/").json["results"]) == 6
    with django_assert_max_num_queries(12):
        assert len(keeper.get(f"{BASE}/scan/?code={dock.code}").json["stock"]) == 6
