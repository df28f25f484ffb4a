"""How suppliers perform, worked by hand from one order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from modules.inventory.models import SupplierDocument
from modules.inventory.selectors.purchase_needs import described, workbench
from modules.inventory.selectors.supplier_scores import supplier_scores
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.requisitions import requisition_approve, requisition_create, requisition_submit
from modules.shared.data.models import Party, PurchaseOrder, SupplierPrice
from modules.shared.data.services import purchase_order_dates
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api


def test_spend_punctuality_quality_price_and_answer(world: World) -> None:
    """100 × 10.00 at a standard cost of 8.00: spend 1,000.00, 25 % above standard. 60 came in time, 5 of them refused,
    40 too late: 60 % on time, 50,000 ppm. The answer took 12 hours."""
    today = current().today()
    product = world.product(standard_cost=D(8))
    order = world.purchase((product, 100, 10), ordered_on=today - timedelta(days=20), due_on=today - timedelta(days=5))
    line = order.lines.get()
    for quantity, rejected, day in ((60, 5, 6), (40, 0, 0)):
        made = receipt_create(
            actor=world.actor, order=order, received_on=today - timedelta(days=day),
            lines=[{"order_line": line.pk, "quantity": quantity, "rejected": rejected}],
        )  # fmt: skip
        receipt_post(actor=world.actor, receipt=made)
    second = world.purchase((product, 1, 10), ordered_on=today - timedelta(days=400))
    with acting(world.actor):
        PurchaseOrder.objects.filter(pk=second.pk).update(confirmed_at=timezone.now() - timedelta(hours=12))
        SupplierDocument(supplier=order.supplier, title="ISO 9001", expires_on=today - timedelta(days=1)).save()
        SupplierDocument(supplier=order.supplier, title="Old", expires_on=today + timedelta(days=1)).save()
    purchase_order_dates(actor=world.actor, order=second, on=today)
    purchase_order_dates(actor=world.actor, order=second, on=today + timedelta(days=1))
    (lately,) = supplier_scores(since=today - timedelta(days=30), supplier_id=order.supplier_id)
    assert (lately.orders, lately.spend, lately.received, lately.rejected) == (1, D("1000.00"), D(100), D(5))
    assert (lately.rejected_ppm, lately.on_time, lately.price_variance) == (D(50_000), D("0.6"), D("0.25"))
    assert (lately.response_hours, lately.expired) == (None, "ISO 9001")
    (ever,) = supplier_scores(supplier_id=order.supplier_id)
    assert (ever.orders, ever.spend, ever.response_hours) == (2, D("1010.00"), D("12.0"))


def test_a_supplier_whose_paper_is_out_of_date_is_warned_of(world: World) -> None:
    product, party = world.product(), world.party("supplier")
    with acting(world.actor):
        SupplierPrice(supplier=party, product=product, price=D(5), currency="CNY", unit=product.unit).save()
        SupplierDocument(
            supplier=party, title="Licence", expires_on=current().today() - timedelta(days=3), is_required=False
        ).save()
    asked = requisition_create(
        actor=world.actor, needed_on=current().today() + timedelta(days=20), lines=[{"product": product, "quantity": 1}]
    )
    requisition_submit(actor=world.actor, requisition=asked)
    requisition_approve(actor=world.actor, requisition=asked)

    def reasons() -> list[str]:
        (row,) = [r for r in described(workbench()) if r["product"]["id"] == product.pk]
        return list(row["reasons"])

    assert reasons() == ["The only supplier with a price"]
    with acting(world.actor):
        SupplierDocument.objects.filter(supplier=party).update(is_required=True)
    assert reasons() == ["The only supplier with a price", "Out of date: Licence"]


def test_over_http_in_a_bounded_number_of_questions(world: World) -> None:
    api, product = Api(world.actor), world.product()

    def ask(count: int) -> int:
        for _ in range(count):
            with acting(world.actor):
                serial = Party.objects.count()
                world.parties["supplier"] = Party(code=f"SC-{serial}", name=f"Supplier {serial}", is_supplier=True)
                world.parties["supplier"].save()
            world.purchase((product, 1, 10))
        with CaptureQueriesContext(connection) as asked:
            found = api.get("/api/v1/inventory/supplier-scorecard/")
        assert found.status == 200, found.json
        return len(asked)

    once = ask(1)
    assert ask(5) <= once
