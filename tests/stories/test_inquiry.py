"""An inquiry from the wish to the orders: three suppliers in three currencies, sealed answers, landed costs worked out
by hand, an award that splits a line, and what each supplier sees of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.utils import timezone

from modules.inventory.models import (
    Inquiry,
    InquiryAnswer,
    InquiryOffer,
    Requisition,
    SupplierProposal,
    Warehouse,
)
from modules.inventory.selectors.inquiry_comparison import described
from modules.inventory.services.inquiries import inquiry_of_requisition
from modules.inventory.services.inquiry_answers import answer_give
from modules.inventory.services.inquiry_awards import inquiry_award
from modules.inventory.services.inquiry_rounds import inquiry_invite, inquiry_open, inquiry_send
from modules.inventory.services.requisitions import requisition_approve, requisition_create, requisition_submit
from modules.inventory.services.supplier_links import actor_of_link, link_new
from modules.inventory.services.supplier_orders import order_confirmed, order_proposed, proposal_accept
from modules.shared.data.models import (
    Currency,
    ExchangeRate,
    Party,
    Product,
    PurchaseOrder,
    PurchaseOrderChange,
    SupplierPrice,
    Unit,
    UnitConversion,
)
from modules.shared.data.services import purchase_order_confirm
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.inventory.stock_world import World

RATES = {"USD": D("7.20"), "EUR": D("7.80")}


class Buying:
    """Bolts, sheets and motors, and three suppliers who sell them in their own money and boxes."""

    def __init__(self, world: World) -> None:
        self.world, actor = world, world.actor
        self.bolt, self.sheet, self.motor = world.products(3)
        with acting(actor):
            for code, rate in RATES.items():
                row, _new = Currency.objects.get_or_create(code=code, defaults={"name": code, "decimals": 2})
                ExchangeRate.objects.update_or_create(currency=row, day=current().today(), defaults={"rate": rate})
            self.box = Unit(code="BX100", name="Box of 100", decimals=0)
            self.box.save()
            UnitConversion(
                product=self.bolt, from_unit=self.box, to_unit=self.bolt.unit, numerator=100, denominator=1
            ).save()
            self.suppliers = {}
            for code, currency in (("A", "CNY"), ("B", "USD"), ("C", "EUR")):
                party = Party(code=f"RFQ-{code}", name=f"Supplier {code}", is_supplier=True, currency=currency)
                party.save()
                self.suppliers[code] = party
            self.links = {code: link_new(party)[0] for code, party in self.suppliers.items()}

    def answer(self, code: str, inquiry: Inquiry, rows: dict[Product, dict[str, Any]], **values: Any) -> None:
        keys = dict(inquiry.lines.values_list("product_id", "pk"))
        link = self.links[code]
        answer_give(
            actor=actor_of_link(link), link=link, inquiry_id=inquiry.pk, currency=self.suppliers[code].currency,
            lines=[{"line": keys[product.pk], **said} for product, said in rows.items()], **values,
        )  # fmt: skip

    def offers(self, inquiry: Inquiry) -> None:
        self.answer("A", inquiry, {self.bolt: {"price": "0.52"}, self.sheet: {"price": "31"}}, freight="60")
        self.answer("B", inquiry, {
            self.bolt: {"price": "6.50", "unit": self.box.pk}, self.motor: {"price": "180", "lead_days": 20},
        })  # fmt: skip
        self.answer(
            "C", inquiry, {self.sheet: {"price": "3.70"}, self.motor: {"price": "165", "min_quantity": "12"}},
            freight="20",
        )  # fmt: skip


@pytest.fixture
def buying(serving_acme: Company, actor: Actor) -> Buying:
    return Buying(World(actor))


def over(inquiry: Inquiry, actor: Actor) -> None:
    """The time for answers is over."""
    with acting(actor):
        Inquiry.objects.filter(pk=inquiry.pk).update(closes_at=timezone.now() - timedelta(seconds=1))


def test_from_the_wish_to_three_orders(buying: Buying, actor: Actor) -> None:
    bolt, sheet, motor = buying.bolt, buying.sheet, buying.motor
    house = Warehouse.objects.get(code="MAIN")
    wish = requisition_create(
        actor=actor, purpose="Spring series", warehouse=house,
        lines=[
            {"product": product, "quantity": quantity}
            for product, quantity in ((bolt, 1000), (sheet, 200), (motor, 10))
        ],
    )  # fmt: skip
    requisition_submit(actor=actor, requisition=wish)
    requisition_approve(actor=actor, requisition=wish)
    inquiry_of_requisition(actor=actor, requisition=wish)
    inquiry = Inquiry.objects.get(title="Spring series")
    for party in buying.suppliers.values():
        inquiry_invite(actor=actor, inquiry=inquiry, supplier=party)
    with acting(actor):
        inquiry.suppliers.filter(supplier=buying.suppliers["B"]).update(freight=D(100), duty_percent=D(5))
    inquiry_send(actor=actor, inquiry=inquiry, closes_at=timezone.now() + timedelta(days=3))
    buying.offers(inquiry)

    seen = described(Inquiry.objects.get(pk=inquiry.pk))
    assert seen["sealed"]
    assert all(line["cells"] == {} for line in seen["lines"])
    assert [s["status"] for s in seen["suppliers"]] == ["answered"] * 3
    assert not InquiryOffer.objects.exists()
    assert all(a.currency == "" and a.freight == 0 and "price" not in a.sealed for a in InquiryAnswer.objects.all())

    over(inquiry, actor)
    inquiry_open(actor=actor, inquiry=inquiry)
    seen = described(Inquiry.objects.get(pk=inquiry.pk))
    key = {s["supplier"]["label"][-1]: s["id"] for s in seen["suppliers"]}
    cells = {
        (line["product"]["label"], code): line["cells"].get(str(key[code])) for line in seen["lines"] for code in "ABC"
    }
    # A: 520 + 6,200 and 60 freight by value (4.642… and 55.357…); B: 65 × 7.20 and 1,800 × 7.20, 5 % duty, our 100
    # freight (3.485… and 96.514…); C: 740 × 7.80, at least 12 motors: 1,980 × 7.80, 20 × 7.80 freight (42.441…
    # and 113.558…).
    figures = {
        (bolt.code, "A"): ("520.00", "0.00", "4.64"), (sheet.code, "A"): ("6200.00", "0.00", "55.36"),
        (bolt.code, "B"): ("468.00", "23.40", "3.49"), (motor.code, "B"): ("12960.00", "648.00", "96.51"),
        (sheet.code, "C"): ("5772.00", "0.00", "42.44"), (motor.code, "C"): ("15444.00", "0.00", "113.56"),
    }  # fmt: skip
    for at, (goods, duty, freight) in figures.items():
        cell = cells[at]
        assert (cell["goods"], cell["duty"], cell["freight"]) == (D(goods), D(duty), D(freight)), at
    assert [cells[(motor.code, "A")], cells[(sheet.code, "B")], cells[(bolt.code, "C")]] == [None] * 3
    assert cells[(bolt.code, "B")]["unit_cost"] == D("0.49489")
    assert cells[(motor.code, "C")]["least"] == 12
    names = {s["id"]: s["supplier"]["label"][-1] for s in seen["suppliers"]}
    assert {line["product"]["label"]: names[line["best"]] for line in seen["lines"]} == {
        bolt.code: "B", sheet.code: "C", motor.code: "B",
    }  # fmt: skip

    line = {x.product_id: x.pk for x in inquiry.lines.all()}
    a, b, c = (buying.suppliers[x].pk for x in "ABC")
    split: list[dict[str, Any]] = [
        {"line": line[bolt.pk], "supplier": b, "quantity": 600},
        {"line": line[bolt.pk], "supplier": a, "quantity": 400},
        {"line": line[sheet.pk], "supplier": c}, {"line": line[motor.pk], "supplier": b},
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        inquiry_award(actor=actor, inquiry=inquiry, awards=split)
    assert [e.field for e in refused.value.errors] == ["awards.1.reason"]
    split[1]["reason"] = "A second source for bolts"
    orders = inquiry_award(actor=actor, inquiry=inquiry, awards=split, agree_prices=True)

    assert [(o.supplier_id, o.currency, o.subtotal, o.freight) for o in orders] == [
        (a, "CNY", D("208.00"), D("1.86")), (b, "USD", D("1839.00"), D(0)), (c, "EUR", D("740.00"), D("5.44")),
    ]  # fmt: skip
    boxes = orders[1].lines.get(product=bolt)
    assert (boxes.quantity, boxes.unit, boxes.base_quantity, boxes.unit_price) == (6, buying.box, 600, D("6.50"))
    assert {(o.deliver_to or {})["id"] for o in orders} == {house.pk}
    assert Requisition.objects.get(pk=wish.pk).status == "ordered"
    assert Inquiry.objects.get(pk=inquiry.pk).status == "awarded"
    agreed = SupplierPrice.objects.get(supplier_id=b, product=bolt)
    assert (agreed.price, agreed.unit, agreed.currency) == (D("6.50"), buying.box, "USD")

    supplier_answers(buying, actor, orders[1])


def supplier_answers(buying: Buying, actor: Actor, order: PurchaseOrder) -> None:
    """The supplier confirms, then can deliver only 8 of 10 motors and later: accepted, that is revision 2. What it had
    promised with its offer stays when it confirms; where it had promised nothing, our day is its day."""
    purchase_order_confirm(actor=actor, order=order)
    offered = order.lines.get(product=buying.motor).confirmed_on
    link = buying.links["B"]
    order_confirmed(actor=actor_of_link(link), link=link, order_id=order.pk, reference="SO-77")
    motors = order.lines.get(product=buying.motor)
    bolts = order.lines.get(product=buying.bolt)
    assert offered is not None
    assert (motors.confirmed_on, bolts.confirmed_on) == (offered, bolts.due_on)
    later = current().today() + timedelta(days=40)
    order_proposed(
        actor=actor_of_link(link), link=link, order_id=order.pk, words="Castings are late",
        lines=[{"line": motors.pk, "quantity": D(8), "on": later}],
    )  # fmt: skip
    proposal_accept(actor=actor, proposal=SupplierProposal.objects.get(order=order, state="open"))
    motors.refresh_from_db()
    assert (motors.quantity, motors.due_on, motors.confirmed_on) == (8, later, later)
    change = PurchaseOrderChange.objects.filter(order=order, kind="change").get()
    assert (change.revision, change.total_before, change.total_after) == (2, D("1839.00"), D("1479.00"))
    assert "Castings are late" in change.reason
