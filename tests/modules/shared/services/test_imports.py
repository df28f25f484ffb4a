"""Many at once are the same as one after the other, in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from modules.shared.data.models import Contact, Party, Product, PurchaseOrder, SalesOrder, Tax
from modules.shared.data.services import (
    party_create_many,
    product_create_many,
    purchase_order_create_many,
    purchase_order_line_create,
    purchase_order_line_create_many,
    sales_order_create_many,
    sales_order_line_create_many,
)
from tenon.access.actor import Actor
from tenon.api.importing import import_rows
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company

Make = Callable[..., Product]


def test_lines_of_many_orders_sum_like_single_ones(
    actor: Actor, supplier: Party, make_product: Make, vat13: Tax
) -> None:
    product = make_product()
    rows = [
        {"product": product, "quantity": Decimal(q), "unit_price": Decimal("0.335"), "tax": vat13} for q in (1, 2, 3)
    ]
    heads = [{"supplier": supplier, "number": f"OLD-{i}", "former_status": "complete"} for i in range(2)]
    heads[1]["tax_rounding"] = "group"
    for head in heads:
        head["freight"] = Decimal("1.005")
    together = purchase_order_create_many(actor=actor, rows=heads)
    purchase_order_line_create_many(actor=actor, rows=[{**row, "order": order} for order in together for row in rows])
    alone = purchase_order_create_many(actor=actor, rows=[{**h, "number": f"{h['number']}-B"} for h in heads])
    for order in alone:
        for row in rows:
            purchase_order_line_create(actor=actor, order=order, **row)

    def figures(orders: list[PurchaseOrder]) -> list[Any]:
        found = PurchaseOrder.objects.in_bulk([o.pk for o in orders])
        return [
            (o.subtotal, o.tax_amount, o.total, o.tax_lines, list(o.lines.values_list("position", "total", "received")))
            for o in (found[x.pk] for x in orders)
        ]

    assert figures(together) == figures(alone)
    assert [o.total for o in PurchaseOrder.objects.filter(pk__in=[x.pk for x in together]).order_by("pk")] == [
        # 0.34 + 0.67 + 1.01 and tax 0.04 + 0.09 + 0.13; once rounded 2.01 and 0.26 (2.01 × 13 % = 0.2613).
        Decimal("3.29"),
        Decimal("3.28"),
    ]


def test_a_few_hundred_lines_in_few_statements(
    actor: Actor, customer: Party, make_product: Make, django_assert_max_num_queries: Any
) -> None:
    product = make_product()
    orders = sales_order_create_many(
        actor=actor, rows=[{"customer": customer, "former_status": "done"} for _ in range(40)]
    )
    assert len({o.number for o in orders}) == 40
    rows = [{"order": orders[i % 40], "product": product, "quantity": 1, "unit_price": 2} for i in range(200)]
    with django_assert_max_num_queries(12):
        sales_order_line_create_many(actor=actor, rows=rows)
    assert set(SalesOrder.objects.values_list("total", flat=True)) == {Decimal(10)}
    assert [x.position for x in orders[0].lines.all()] == [10, 20, 30, 40, 50]


def test_lines_do_not_come_into_a_live_confirmed_order(actor: Actor, customer: Party, make_product: Make) -> None:
    (order,) = sales_order_create_many(actor=actor, rows=[{"customer": customer}])
    row = {"order": order, "product": make_product(), "quantity": 1}
    (line,) = sales_order_line_create_many(actor=actor, rows=[row])
    assert (line.unit_price, line.delivered) == (100, 0)
    order.refresh_from_db()
    order.status = "confirmed"
    with acting(actor):
        order.save()
    with pytest.raises(StateRefused):
        sales_order_line_create_many(actor=actor, rows=[row])


def test_one_bad_line_names_its_row_and_nothing_is_written(actor: Actor, customer: Party, make_product: Make) -> None:
    (order,) = sales_order_create_many(actor=actor, rows=[{"customer": customer}])
    rows = [{"order": order, "product": make_product(), "quantity": q, "unit_price": 1} for q in (1, -1)]
    with pytest.raises(Invalid) as caught:
        sales_order_line_create_many(actor=actor, rows=rows)
    assert [e.field for e in caught.value.errors] == ["rows.1.quantity"]
    assert not order.lines.exists()


def test_parties_with_contacts(actor: Actor, serving_acme: Company) -> None:
    rows = [
        {"name": "A Bike Store", "is_customer": True, "contact_name": "Orlando Gee", "email": "orlando0@example.com"},
        {"name": "A Bike Store", "is_customer": True, "contact_name": "Orlando Gee", "email": "orlando0@example.com"},
        {"name": "Progressive Sports", "is_supplier": True, "contact_name": "Keith Harris"},
    ]
    first, second, third = party_create_many(actor=actor, rows=rows)
    assert [p.code[:2] for p in (first, second, third)] == ["C-", "C-", "S-"]
    assert Contact.objects.count() == 2
    assert list(Contact.objects.get(name="Orlando Gee").parties.order_by("pk")) == [first, second]
    assert first.name_key == second.name_key == "a bike store"


def test_products_with_categories(actor: Actor, serving_acme: Company) -> None:
    rows = [{"name": f"P{i}", "category_name": "Bikes", "subcategory_name": "Road bikes"} for i in range(3)]
    products = product_create_many(actor=actor, rows=rows)
    assert len({p.category_id for p in products}) == 1
    assert len({p.code for p in products}) == 3


def test_the_importer_reports_the_row_that_is_wrong(actor: Actor, customer: Party, make_product: Make) -> None:
    """Of three rows one has no such product: two come in, one is reported with its column and value."""
    product = make_product(code="IMP-1")
    import_rows(
        actor=actor, entity_key="shared.sales_order",
        rows=[{"number": "H-1", "customer": customer.code, "delivered_before": "2008-06-08"}],
    )  # fmt: skip
    line = {"order": "H-1", "quantity": "2", "unit_price": "3.5", "discount_fraction": "0.1"}
    rows = [{**line, "product": code} for code in (product.code, "NONE", product.code)]
    result = import_rows(actor=actor, entity_key="shared.sales_order_line", rows=rows)
    assert (result.created, result.failed) == (2, 1)
    assert [(e.row, e.field, e.value) for e in result.errors] == [(3, "product", "NONE")]
    order = SalesOrder.objects.get(number="H-1")
    assert (order.status, order.total) == ("closed", Decimal("12.60"))
