"""Purchase orders: suppliers' prices, states, receipts, history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from modules.shared.contracts.refs import RecordRef
from modules.shared.data.errors import OverDelivery
from modules.shared.data.models import Currency, ExchangeRate, Party, Product, SupplierPrice, Unit, UnitConversion
from modules.shared.data.providers import PurchaseOrderSupply
from modules.shared.data.services import (
    purchase_order_cancel,
    purchase_order_close,
    purchase_order_confirm,
    purchase_order_create,
    purchase_order_edit,
    purchase_order_line_create,
    purchase_order_line_record,
    purchase_order_lines_record,
    purchase_order_update,
)
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company

Make = Callable[..., Product]


def test_the_suppliers_own_price(actor: Actor, supplier: Party, make_product: Make, frame: None) -> None:
    """Quoted 24.00 USD a dozen at 7.00 CNY a dollar: 14.00 CNY a piece; from 10 dozen on 18.00 USD: 10.50."""
    product, other = make_product(), make_product()
    dozen = Unit.objects.get(code="DZ")
    ExchangeRate(currency=Currency.objects.get(code="USD"), day=date(2020, 1, 1), rate=Decimal(7)).save()
    for minimum, price in ((1, 24), (10, 18)):
        SupplierPrice(
            supplier=supplier, product=product, price=price, currency="USD", unit=dozen, min_quantity=minimum
        ).save()
    order = purchase_order_create(
        actor=actor, supplier=supplier, lines=[{"product": product, "quantity": q} for q in (5, 24, 120)]
    )
    assert [x.unit_price for x in order.lines.all()] == [Decimal(14), Decimal(14), Decimal("10.5")]
    with pytest.raises(Invalid) as caught:
        purchase_order_create(actor=actor, supplier=supplier, lines=[{"product": other, "quantity": 1}])
    assert [e.code for e in caught.value.errors] == ["missing-price"]


def test_confirmed_is_supply_until_it_has_come(
    actor: Actor, supplier: Party, make_product: Make, serving_acme: Company
) -> None:
    product = make_product(lead_time_days=2)
    line = {
        "product": product,
        "quantity": 10,
        "unit_price": "3",
        "peg": {"entity": "x.line", "id": 7, "label": "SO-1"},
    }
    order = purchase_order_create(actor=actor, supplier=supplier, lines=[line])
    supply = PurchaseOrderSupply()
    assert [s.firm for s in supply.open_supply([product.pk])] == [False]
    order = purchase_order_confirm(actor=actor, order=order)
    (found,) = supply.open_supply([product.pk])
    assert (found.quantity, found.peg) == (Decimal(10), RecordRef("x.line", 7, "SO-1"))
    assert order.due_on is not None
    assert found.due_on == order.due_on > serving_acme.today()
    row = order.lines.get()
    purchase_order_line_record(actor=actor, line=row, received_delta=Decimal(4))
    order.refresh_from_db()
    assert (order.status, supply.open_supply([product.pk])[0].quantity) == ("part_received", Decimal(6))
    with pytest.raises(StateRefused):
        purchase_order_cancel(actor=actor, order=order)
    order = purchase_order_close(actor=actor, order=order, reason="Supplier stopped")
    assert supply.open_supply([product.pk]) == []
    assert order.lines.get().cancelled == 6


def test_tolerance_is_cumulative(actor: Actor, supplier: Party, make_product: Make) -> None:
    """2 % of 10,000 is 200 over all receipts together; 0 means 0."""
    lines = [{"product": make_product(), "quantity": 10000, "unit_price": 1, "over_allowed": 200}]
    order = purchase_order_confirm(
        actor=actor, order=purchase_order_create(actor=actor, supplier=supplier, lines=lines)
    )
    line = order.lines.get()
    for _truck in range(2):
        purchase_order_lines_record(actor=actor, deltas={line.pk: {"received": Decimal(5050)}})
    purchase_order_line_record(actor=actor, line=line, received_delta=Decimal(100))
    assert line.received == 10200
    with pytest.raises(OverDelivery):
        purchase_order_line_record(actor=actor, line=line, received_delta=Decimal("0.000001"))
    with pytest.raises(OverDelivery):
        purchase_order_line_record(actor=actor, line=line, returned_delta=Decimal(10201))


def test_history_keeps_what_was_received_and_rejected(actor: Actor, supplier: Party, make_product: Make) -> None:
    order = purchase_order_create(
        actor=actor, supplier=supplier, number="1", former_status="complete", ordered_on=date(2011, 4, 16)
    )
    line = purchase_order_line_create(
        actor=actor, order=order, product=make_product(), quantity=550, unit_price="27.06",
        received_before=Decimal(500), rejected_before=Decimal(20),
    )  # fmt: skip
    order.refresh_from_db()
    assert (order.status, order.is_migrated, order.total) == ("closed", True, Decimal(14883))
    assert (line.received, line.rejected, line.invoiced, line.cancelled, line.open_quantity) == (500, 20, 480, 50, 0)
    with pytest.raises(Invalid):
        purchase_order_line_create(
            actor=actor, order=order, product=make_product(), quantity=1, unit_price=1, rejected_before=Decimal(2)
        )
    assert (
        purchase_order_create(actor=actor, supplier=supplier, number="2", former_status="rejected").status
        == "cancelled"
    )


def test_changing_a_draft_and_not_a_confirmed_one(actor: Actor, supplier: Party, make_product: Make) -> None:
    order = purchase_order_create(
        actor=actor, supplier=supplier, lines=[{"product": make_product(), "quantity": 1, "unit_price": "9.99"}]
    )
    (line,) = order.lines.all()
    order = purchase_order_update(actor=actor, order=order, freight="1.5", lines=[{"id": line.pk, "quantity": 3}])
    assert (order.subtotal, order.total) == (Decimal("29.97"), Decimal("31.47"))
    order = purchase_order_confirm(actor=actor, order=order)
    with pytest.raises(StateRefused):
        purchase_order_update(actor=actor, order=order, lines=[{"id": line.pk, "quantity": 4}])
    assert purchase_order_update(actor=actor, order=order, supplier_reference="A-77").supplier_reference == "A-77"


def test_a_box_that_is_no_whole_number_of_pieces(
    actor: Actor, supplier: Party, make_product: Make, frame: None
) -> None:
    """Rule 1."""
    product, kg = make_product(), Unit.objects.get(code="KG")
    UnitConversion(product=product, from_unit=kg, to_unit=product.unit, numerator=7, denominator=2).save()
    lines = [{"product": product, "quantity": 1, "unit": kg, "unit_price": 1}]
    with pytest.raises(Invalid) as caught:
        purchase_order_create(actor=actor, supplier=supplier, lines=lines)
    assert [(e.field, e.code) for e in caught.value.errors] == [("lines.0.quantity", "unit-step")]
    order = purchase_order_create(actor=actor, supplier=supplier, lines=[{**lines[0], "quantity": 2}])
    assert order.lines.get().base_quantity == 7


def test_the_orders_day_takes_its_lines_along(
    actor: Actor, supplier: Party, make_product: Make, serving_acme: Company
) -> None:
    """A supplier is late: lines that went with the order's day go with it, planning counts on the new one. A line with
    a day of its own keeps it, and so does one that has come."""
    product = make_product()
    line = {"product": product, "quantity": 10, "unit_price": "3"}
    order = purchase_order_create(
        actor=actor, supplier=supplier, due_on=date(2030, 3, 1),
        lines=[line, {**line, "due_on": date(2030, 2, 1)}, line],
    )  # fmt: skip
    purchase_order_confirm(actor=actor, order=order)
    rows = list(order.lines.order_by("position"))
    with acting(actor):
        purchase_order_line_record(actor=actor, line=rows[2], received_delta=Decimal(10))
    purchase_order_update(actor=actor, order=order, due_on=date(2030, 4, 1))
    days = [x.due_on for x in order.lines.order_by("position")]
    assert days == [date(2030, 4, 1), date(2030, 2, 1), date(2030, 3, 1)]
    assert [s.due_on for s in PurchaseOrderSupply().open_supply([product.pk])] == days[:2]


def test_what_is_not_for_purchase_is_not_ordered(actor: Actor, supplier: Party, make_product: Make) -> None:
    for values in ({"is_active": False}, {"is_purchasable": False}):
        line = {"product": make_product(**values), "quantity": 1, "unit_price": "3"}
        with pytest.raises(Invalid) as caught:
            purchase_order_create(actor=actor, supplier=supplier, lines=[line])
        assert [(e.field, e.code) for e in caught.value.errors] == [("lines.0.product", "not_available")]


def test_another_currency_asks_what_becomes_of_the_prices(
    actor: Actor, supplier: Party, make_product: Make, frame: None
) -> None:
    """30 CNY at 7.50 CNY a dollar are 4 dollars; the freight of 15 CNY goes along as 2."""
    ExchangeRate(currency=Currency.objects.get(code="USD"), day=date(2020, 1, 1), rate=Decimal("7.5")).save()
    lines = [{"product": make_product(), "quantity": 3, "unit_price": 30}]
    order = purchase_order_create(actor=actor, supplier=supplier, lines=lines, freight="15")
    with pytest.raises(Invalid) as refused:
        purchase_order_edit(actor=actor, order=order, currency="USD")
    assert [e.code for e in refused.value.errors] == ["prices_undecided"]
    order = purchase_order_edit(actor=actor, order=order, currency="USD", prices="rate")
    assert (order.lines.get().unit_price, order.freight, order.total) == (4, 2, 14)
    kept = purchase_order_create(actor=actor, supplier=supplier, lines=lines)
    purchase_order_edit(actor=actor, order=kept, currency="USD", prices="keep")
    assert kept.lines.get().unit_price == 30
    confirmed = purchase_order_confirm(actor=actor, order=order)
    assert purchase_order_edit(actor=actor, order=confirmed, note="x", prices="keep").note == "x"
