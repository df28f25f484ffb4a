"""Whatever stands in rows that no form has checked: it is read, or refused by the name of its field."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from modules.inventory.rules.lot_entry import EntryError, lots_read
from modules.inventory.services.blankets import blanket_call_off, blanket_order_activate, blanket_order_create
from modules.inventory.services.delivery import delivery_create
from modules.inventory.services.entered import entered_day, entered_key, entered_number
from modules.inventory.services.inquiries import inquiry_create, inquiry_of_needs
from modules.inventory.services.landed_cost import landed_cost_create
from modules.inventory.services.packing import parcel_create
from modules.inventory.services.purchase_needs import purchase_needs_order
from modules.inventory.services.replenishment import read_rows
from modules.inventory.services.supplier_links import actor_of_link, link_new
from modules.inventory.services.supplier_orders import order_proposed
from tenon.problems import Invalid, Problem
from tenon.records.service import acting
from tenon.tenancy.context import current

RUBBISH = [
    "x", " ", "NaN", "Infinity", "-1", "1e999", "²", "٣x", "9" * 5000, "2026-02-30", "a\x00b", 2**70, -1, 1e308, True,
    [], [1], {}, {"id": "x"}, {"id": 2**70}, {"id": [1]}, b"1", object(),
]  # fmt: skip


@pytest.mark.parametrize("value", RUBBISH, ids=lambda v: repr(v)[:20])
def test_rubbish_is_refused_by_name(value):
    for read in (entered_key, entered_number, entered_day):
        with pytest.raises(Invalid) as refused:
            read(value, "lines.0.field") or read("", "lines.0.field") or read("-", "lines.0.field")
        assert refused.value.errors[0].field == "lines.0.field"


def test_what_is_meant_is_read():
    assert [entered_key(v, "f") for v in (7, "7", {"id": 7}, {"id": "7"}, None, "", {})] == [
        7,
        7,
        7,
        7,
        None,
        None,
        None,
    ]
    assert entered_number("1.50", "f") == D("1.5")
    assert entered_number("", "f", default=D(3)) == 3
    assert entered_day("2026-03-12", "f") == entered_day(entered_day("2026-03-12", "f"), "f")
    assert entered_day("", "f") is None


@pytest.fixture
def blanket(world):
    made = blanket_order_create(
        actor=world.actor, supplier=world.party("supplier"), valid_until=current().today() + timedelta(days=90),
        lines=[{"product": world.product(), "quantity": 100, "unit_price": 4}],
    )  # fmt: skip
    return blanket_order_activate(actor=world.actor, blanket=made)


def refused(field, call):
    """A refusal that names the field, and nothing written."""
    with pytest.raises(Problem) as problem, transaction.atomic():
        call()
    errors = getattr(problem.value, "errors", [])
    assert field in [error.field for error in errors], problem.value


@pytest.mark.parametrize(("field", "value"), [
    ("due_on", "tomorrow"), ("due_on", "2026-13-01"), ("due_on", 7), ("due_on", {}), ("quantity", "many"),
    ("quantity", "NaN"), ("quantity", None), ("quantity", "0"), ("line", "first"), ("line", 2**70),
])  # fmt: skip
def test_a_call_off_names_what_is_wrong(world, blanket, field, value):
    row = {"line": blanket.lines.get().pk, "quantity": "5", "due_on": "2030-01-02", field: value}
    refused(f"lines.0.{field}", lambda: blanket_call_off(actor=world.actor, blanket=blanket, lines=[row]))
    good = {**row, "line": blanket.lines.get().pk, "quantity": "5", "due_on": "2030-01-02"}
    order = blanket_call_off(actor=world.actor, blanket=blanket, lines=[good])
    assert (str(order.lines.get().due_on), order.lines.get().quantity) == ("2030-01-02", 5)


@pytest.mark.parametrize("amount", ["much", "NaN", "1e999", "-5", [], {}])
def test_an_amount_that_is_none(world, blanket, amount):
    refused("amount", lambda: blanket_order_create(
        actor=world.actor, supplier=world.party("supplier"), valid_until=current().today(), amount=amount,
        lines=[{"product": world.product(), "unit_price": 4}],
    ))  # fmt: skip
    receipt = world.buy((world.product(), 1, 1))
    refused("amount", lambda: landed_cost_create(actor=world.actor, kind="freight", amount=amount, receipt=receipt))


def test_needs_and_policies_that_are_none(world):
    for key in ("x", "1", "²-1", "1-x", "-", f"{2**70}-1", ""):
        refused_or_gone(lambda key=key: inquiry_of_needs(actor=world.actor, keys=[key]))
        refused_or_gone(lambda key=key: purchase_needs_order(actor=world.actor, rows=[{"key": key}]))
    policies: list[object] = ["x", "", 2**70, {}, []]
    for policy in policies:
        refused_or_gone(partial(read_rows, [{"policy": policy}]))


def refused_or_gone(call):
    with pytest.raises(Problem), transaction.atomic():
        call()


def test_a_suppliers_proposal_names_what_is_wrong(world):
    order = world.purchase((world.product(), 5, 3))
    with acting(world.actor):
        link, _secret = link_new(order.supplier)
    line = order.lines.get().pk
    for field, value in (("on", "soon"), ("on", 5), ("quantity", "x"), ("line", "x")):
        row = {"line": line, "quantity": "4", "on": None, field: value}
        refused(f"lines.0.{field}", lambda row=row: order_proposed(
            actor=actor_of_link(link), link=link, order_id=order.pk, lines=[row]
        ))  # fmt: skip


def test_a_range_of_serial_numbers_without_end():
    with pytest.raises(EntryError):
        lots_read("SN1..SN" + "9" * 5000, D(2), serial=True)


ROWS = [v for v in RUBBISH if not isinstance(v, (dict, list)) or v in ([1], {"id": "x"})]


@pytest.mark.parametrize("value", ROWS, ids=lambda v: repr(v)[:20])
def test_lines_of_an_inquiry_name_what_is_wrong(world: Any, value: Any) -> None:
    """The second line is the bad one, and is named; so is a supplier's row, and a row that is none."""
    product, supplier = world.product(), world.party("supplier")
    good = {"product": product, "quantity": D(5)}

    def ask(**bad):
        return partial(inquiry_create, actor=world.actor, title="Bells", lines=[good, {**good, **bad}])

    for field in ("product", "unit", "warehouse", "requisition_line", "needed_on", "quantity"):
        refused(f"lines.1.{field}", ask(**{field: value}))
    no_row: Any = 7
    refused("lines", partial(inquiry_create, actor=world.actor, title="Bells", lines=[good, no_row]))
    for field in ("supplier", "freight", "duty_percent"):
        rows = [{"supplier": supplier.pk, field: value}]
        refused(
            f"suppliers.0.{field}",
            partial(inquiry_create, actor=world.actor, title="Bells", lines=[good], suppliers=rows),
        )


@pytest.mark.parametrize("value", ROWS, ids=lambda v: repr(v)[:20])
def test_lines_of_a_parcel_name_what_is_wrong(world: Any, value: Any) -> None:
    product = world.product()
    world.opening((product, 9, 1))
    delivery = delivery_create(actor=world.actor, order=world.sale((product, 3)))
    line = delivery.lines.get()
    for field in ("delivery_line", "quantity"):
        rows = [
            {"delivery_line": line.pk, "quantity": D(1)},
            {"delivery_line": line.pk, "quantity": D(1), field: value},
        ]
        refused(f"lines.1.{field}", partial(parcel_create, actor=world.actor, delivery=delivery, lines=rows))
    no_row: Any = 7
    refused("lines", partial(parcel_create, actor=world.actor, delivery=delivery, lines=[no_row]))
    made = parcel_create(actor=world.actor, delivery=delivery, lines=[{"delivery_line": str(line.pk), "quantity": "2"}])
    assert [x.quantity for x in made.lines.all()] == [D(2)]
