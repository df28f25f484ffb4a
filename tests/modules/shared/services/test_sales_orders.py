"""Sales orders: amounts, prices, states, what a confirmation does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from modules.shared.data.errors import OverDelivery
from modules.shared.data.models import (
    Party,
    Product,
    SalesOrder,
    Tax,
    Unit,
    UnitConversion,
)
from modules.shared.data.services import (
    party_create,
    product_update,
    sales_order_cancel,
    sales_order_close,
    sales_order_confirm,
    sales_order_create,
    sales_order_delete,
    sales_order_line_create,
    sales_order_line_record,
    sales_order_update,
)
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.tenancy.context import Company

Make = Callable[..., Product]


def codes(problem: Invalid) -> dict[str, str]:
    return {e.field: e.code for e in problem.errors}


def test_quantity_in_another_unit(actor: Actor, customer: Party, make_product: Make, frame: None) -> None:
    """Two boxes of 24 pieces at 100.00 a piece."""
    product = make_product()
    box, piece = Unit.objects.get(code="BOX"), Unit.objects.get(code="EA")
    UnitConversion(product=product, from_unit=box, to_unit=piece, numerator=24).save()
    order = sales_order_create(
        actor=actor, customer=customer, lines=[{"product": product, "quantity": 2, "unit": box.pk}]
    )
    line = order.lines.get()
    assert (line.base_quantity, line.unit_price, line.total) == (48, 2400, 4800)


def test_bad_lines_name_every_field(actor: Actor, customer: Party, make_product: Make) -> None:
    kilogram = Unit.objects.get(code="KG")
    with pytest.raises(Invalid) as caught:
        sales_order_create(
            actor=actor, customer=customer,
            lines=[
                {"product": 0, "quantity": 1}, {"product": make_product(), "quantity": "-1"},
                {"product": make_product(), "quantity": "x"}, {"product": make_product(), "quantity": "NaN"},
                {"product": make_product(), "quantity": 1, "unit": kilogram.pk},
                {"product": make_product(), "quantity": "0.5"},
                {"product": make_product(), "quantity": 1, "discount": 101},
            ],
        )  # fmt: skip
    assert codes(caught.value) == {
        "lines.0.product": "unknown", "lines.1.quantity": "min_value", "lines.2.quantity": "invalid",
        "lines.3.quantity": "invalid", "lines.4.unit": "unit-mismatch", "lines.5.quantity": "unit-step",
        "lines.6.discount": "range",
    }  # fmt: skip
    with pytest.raises(Invalid) as caught:
        lines = [{"product": make_product(list_price=None), "quantity": 1}]
        sales_order_create(actor=actor, customer=customer, lines=lines)
    assert codes(caught.value) == {"lines.0.unit_price": "missing-price"}
    assert not SalesOrder.objects.exists()


def test_customer_must_be_one(actor: Actor, supplier: Party) -> None:
    with pytest.raises(Invalid, match="not a customer"):
        sales_order_create(actor=actor, customer=supplier)
    with pytest.raises(Invalid, match="no such customer"):
        sales_order_create(actor=actor, customer=0)


def test_changing_lines_by_id(actor: Actor, customer: Party, make_product: Make) -> None:
    first, second, third = make_product(), make_product(), make_product()
    order = sales_order_create(
        actor=actor, customer=customer, lines=[{"product": p, "quantity": 1} for p in (first, second)]
    )
    a, b = order.lines.all()
    sales_order_update(actor=actor, order=order, lines=[{"id": b.pk, "quantity": 5}, {"product": third, "quantity": 2}])
    order.refresh_from_db()
    rows = list(order.lines.all())
    assert [(x.product_id, x.quantity, x.total) for x in rows] == [(second.pk, 5, 500), (third.pk, 2, 200)]
    assert rows[0].pk == b.pk
    assert rows[0].version == b.version + 1
    assert order.total == 700
    with pytest.raises(Invalid) as caught:
        sales_order_update(actor=actor, order=order, lines=[{"id": a.pk, "quantity": 1}])
    assert codes(caught.value) == {"lines.0.id": "unknown"}


def test_unchanged_lines_are_not_written(actor: Actor, customer: Party, make_product: Make) -> None:
    order = sales_order_create(actor=actor, customer=customer, lines=[{"product": make_product(), "quantity": 1}])
    line = order.lines.get()
    sales_order_update(actor=actor, order=order, note="x", lines=[{"id": line.pk}])
    line.refresh_from_db()
    assert line.version == 1
    changes = AuditEntry.objects.filter(table_name="data_salesorderline", row_id=line.pk)
    assert [entry.op for entry in changes] == ["insert"]


def test_states(actor: Actor, customer: Party, make_product: Make) -> None:
    order = sales_order_create(actor=actor, customer=customer)
    with pytest.raises(Invalid, match="at least one line"):
        sales_order_confirm(actor=actor, order=order)
    with pytest.raises(StateRefused):
        sales_order_close(actor=actor, order=order)
    sales_order_line_create(actor=actor, order=order, product=make_product(lead_time_days=5), quantity=3)
    order = sales_order_confirm(actor=actor, order=order)
    assert (order.status, order.promised_on is not None) == ("confirmed", True)
    for refused in (sales_order_confirm, sales_order_delete):
        with pytest.raises(StateRefused):
            refused(actor=actor, order=order)
    with pytest.raises(StateRefused):
        sales_order_update(actor=actor, order=order, lines=[])
    with pytest.raises(StateRefused):
        sales_order_update(actor=actor, order=order, freight="5")
    order = sales_order_cancel(actor=actor, order=order, reason="Ordered twice")
    assert (order.status, order.note) == ("cancelled", "Ordered twice")
    assert order.lines.get().open_quantity == 0


def test_header_follows_its_lines(actor: Actor, customer: Party, make_product: Make) -> None:
    order = sales_order_create(
        actor=actor, customer=customer, lines=[{"product": make_product(), "quantity": q} for q in (2, 3)]
    )
    order = sales_order_confirm(actor=actor, order=order)
    a, b = order.lines.all()

    def status() -> tuple[str, str]:
        order.refresh_from_db()
        return order.status, order.invoice_status

    sales_order_line_record(actor=actor, line=a, delivered_delta=Decimal(2))
    assert (a.delivered, status()) == (2, ("part_delivered", "none"))
    with pytest.raises(StateRefused):
        sales_order_cancel(actor=actor, order=order)
    with pytest.raises(OverDelivery) as caught:
        sales_order_line_record(actor=actor, line=b, delivered_delta=Decimal("3.000001"))
    assert caught.value.extra == {"ordered": "3.000000", "so_far": "0.000000", "attempted": "3.000001", "line_id": b.pk}
    sales_order_line_record(actor=actor, line=a, invoiced_delta=Decimal(2))
    assert status() == ("part_delivered", "part")
    sales_order_line_record(actor=actor, line=b.pk, delivered_delta=Decimal(3), invoiced_delta=Decimal(3))
    assert status() == ("delivered", "full")
    assert order.delivered_on is not None
    sales_order_line_record(actor=actor, line=b.pk, returned_delta=Decimal(1))
    with pytest.raises(OverDelivery):
        sales_order_line_record(actor=actor, line=b.pk, returned_delta=Decimal(3))
    # What came back may be delivered again, and no more than that.
    sales_order_line_record(actor=actor, line=b.pk, delivered_delta=Decimal(1))
    with pytest.raises(OverDelivery):
        sales_order_line_record(actor=actor, line=b.pk, delivered_delta=Decimal(1))


def test_closing_short(actor: Actor, customer: Party, make_product: Make) -> None:
    order = sales_order_create(actor=actor, customer=customer, lines=[{"product": make_product(), "quantity": 5}])
    order = sales_order_confirm(actor=actor, order=order)
    line = order.lines.get()
    sales_order_line_record(actor=actor, line=line, delivered_delta=Decimal(2))
    order = sales_order_close(actor=actor, order=order)
    line.refresh_from_db()
    assert (order.status, line.cancelled, line.open_quantity) == ("closed", 3, 0)
    with pytest.raises(OverDelivery):
        sales_order_line_record(actor=actor, line=line, delivered_delta=Decimal(1))


def test_history_comes_in_closed(actor: Actor, customer: Party, make_product: Make) -> None:
    order = sales_order_create(
        actor=actor, customer=customer, number="SO71774", ordered_on=date(2008, 6, 1), delivered_before=date(2008, 6, 8)
    )
    line = sales_order_line_create(actor=actor, order=order, product=make_product(), quantity=4, unit_price="9.50")
    order.refresh_from_db()
    assert (order.number, order.status, order.is_migrated, order.total) == ("SO71774", "closed", True, 38)
    assert (line.delivered, line.invoiced, line.open_quantity) == (4, 4, 0)
    rejected = sales_order_create(actor=actor, customer=customer, number="OLD-2", former_status="Rejected")
    assert rejected.status == "cancelled"
    clerk = Actor(
        kind="member", label="x", member_id=actor.member_id, permissions=frozenset({"shared.sales_order.create"})
    )
    with pytest.raises(Forbidden):
        sales_order_create(actor=clerk, customer=customer, former_status="done")


def test_contact_of_another_customer_is_refused(actor: Actor, customer: Party) -> None:
    other = party_create(actor=actor, name="Progressive Sports", is_customer=True, contact_name="Keith Harris")
    with pytest.raises(Invalid) as caught:
        sales_order_create(actor=actor, customer=customer, contact=other.contacts.get())
    assert codes(caught.value) == {"contact": "not_related"}


def test_one_hundred_lines_in_few_queries(
    actor: Actor, customer: Party, make_product: Make, vat13: Tax, django_assert_max_num_queries: Callable[..., object]
) -> None:
    """The number of statements does not grow with the lines."""
    lines = [{"product": make_product(tax=vat13).pk, "quantity": 2} for _ in range(100)]
    with acting(actor):
        with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
            order = sales_order_create(actor=actor, customer=customer, lines=lines)
        with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
            sales_order_confirm(actor=actor, order=order)
    assert order.lines.count() == 100


def test_nothing_is_written_without_the_permission(serving_acme: Company, customer: Party) -> None:
    with pytest.raises(Forbidden):
        sales_order_create(actor=Actor(kind="member", label="x"), customer=customer)


def test_what_is_not_for_sale_comes_on_no_new_line(actor: Actor, customer: Party, make_product: Make) -> None:
    """Refused with field and reason; an open draft that holds it already can still be changed, history is history."""
    sold = make_product()
    order = sales_order_create(
        actor=actor, customer=customer, ordered_on=date(2026, 3, 2), lines=[{"product": sold, "quantity": 1}]
    )
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"is_active": False}, "not in use"),
        ({"is_saleable": False}, "not for sale"),
        ({"sell_from": date(2026, 3, 3)}, "sold from 2026-03-03"),
        ({"sell_until": date(2026, 3, 1)}, "sold until 2026-03-01"),
    )
    for values, words in cases:
        product = make_product(**values)
        for attempt in (
            lambda lines: sales_order_create(actor=actor, customer=customer, ordered_on=date(2026, 3, 2), lines=lines),
            lambda lines: sales_order_update(actor=actor, order=order, lines=[{"id": order.lines.get().pk}, *lines]),
            lambda lines: sales_order_line_create(actor=actor, order=order, **lines[0]),
        ):
            with pytest.raises(Invalid, match=words) as caught:
                attempt([{"product": product, "quantity": 1}])
            assert caught.value.errors[0].field.endswith("product")
    product_update(actor=actor, product=sold, is_active=False)
    sales_order_update(actor=actor, order=order, lines=[{"id": order.lines.get().pk, "quantity": 3}])
    assert order.lines.get().quantity == 3
    past = sales_order_create(
        actor=actor, customer=customer, former_status="shipped", lines=[{"product": sold, "quantity": 1}]
    )
    assert past.status == SalesOrder.Status.CLOSED


def test_an_order_closed_short_is_invoiced_as_far_as_it_went(actor: Actor, customer: Party, make_product: Make) -> None:
    """4 of 10 delivered and invoiced, the rest never comes: nothing is left to invoice."""
    order = sales_order_create(actor=actor, customer=customer, lines=[{"product": make_product(), "quantity": 10}])
    sales_order_confirm(actor=actor, order=order)
    with acting(actor):
        line = order.lines.get()
        sales_order_line_record(actor=actor, line=line, delivered_delta=Decimal(4), invoiced_delta=Decimal(4))
    assert SalesOrder.objects.get(pk=order.pk).invoice_status == "part"
    assert sales_order_close(actor=actor, order=order).invoice_status == "full"


def test_refusals_write_quantities_as_people_do(actor: Actor, customer: Party, make_product: Make) -> None:
    """100, not 1E+2."""
    order = sales_order_create(actor=actor, customer=customer, lines=[{"product": make_product(), "quantity": 100}])
    sales_order_confirm(actor=actor, order=order)
    with acting(actor), pytest.raises(OverDelivery, match="only 100 is left of 100 ordered"):
        sales_order_line_record(actor=actor, line=order.lines.get(), delivered_delta=Decimal(101))


def test_an_unknown_currency_is_named(actor: Actor, customer: Party, make_product: Make) -> None:
    with pytest.raises(Invalid) as caught:
        sales_order_create(
            actor=actor, customer=customer, currency="ZZZ", exchange_rate=Decimal(1),
            lines=[{"product": make_product(), "quantity": 1}],
        )  # fmt: skip
    assert codes(caught.value) == {"currency": "unknown"}
