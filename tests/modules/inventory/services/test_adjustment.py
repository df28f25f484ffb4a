"""Opening stock, counts, scrap, transfers, places."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Location, StockAdjustment, StockBalance, StockMove
from modules.inventory.selectors.stock import stock_by_place, unit_costs
from modules.inventory.services.adjustment import (
    adjustment_cancel,
    adjustment_create,
    adjustment_post,
    adjustment_update,
)
from modules.inventory.services.opening import opening_stock_create
from modules.inventory.services.place import (
    location_create,
    location_update,
    place_new,
    warehouse_create,
    warehouse_update,
)
from modules.inventory.services.transfer import stock_count, stock_scrap, stock_transfer
from modules.shared.data.models import SupplierPrice, Unit
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current


def held(product):
    return dict(StockBalance.objects.filter(product=product, on_hand__gt=0).values_list("location__code", "on_hand"))


def test_opening_is_worth_what_it_says(world, postings):
    product, other = world.products(2)
    opening = world.opening((product, 3, "10.005"), (other, 1, 5))
    assert [x.value for x in opening.lines.all()] == [D("30.02"), D(5)]  # 30.015 rounds up
    assert world.cost(product) == (D(3), D("30.02"))
    (posting,) = postings
    assert (posting.kind, [x.amount for x in posting.lines]) == ("stock_opening", [D("30.02"), D(5)])
    world.prove()


def test_count_keeps_what_moved_after_it(world, postings):
    """Domain rule 13: the difference is to the book at the moment of counting."""
    product = world.product()
    world.opening((product, 10, 4))
    count = adjustment_create(
        actor=world.actor, kind="count", reason="yearly", lines=[{"product": product, "quantity": "9"}]
    )
    world.buy((product, 5, 4))
    postings.clear()
    adjustment_post(actor=world.actor, adjustment=count)
    line = count.lines.get()
    assert (line.book_quantity, line.difference, line.value) == (D(10), D(-1), D(-4))
    assert world.balance(product) == (D(14), D(0))
    assert [(p.kind, p.lines[0].amount) for p in postings] == [("stock_adjustment", D(-4))]
    world.prove()


def test_found_pieces_come_in_at_the_present_average(world):
    product = world.product()
    world.opening((product, 4, 10))
    stock = StockBalance.objects.get(product=product)
    stock_count(actor=world.actor, stock=stock, quantity=D(6), reason="found two")
    assert world.cost(product) == (D(6), D(60))
    stock_count(actor=world.actor, stock=stock, quantity=D(6))
    assert StockMove.objects.filter(product=product).count() == 2  # nothing moved
    world.prove()


def test_scrap_and_count_leave_locked_stock_alone(world):
    product = world.product()
    world.opening((product, 5, 10))
    world.sale((product, 4))
    stock = StockBalance.objects.get(product=product)
    with pytest.raises(InsufficientStock):
        stock_scrap(actor=world.actor, stock=stock, quantity=D(2))
    with pytest.raises(InsufficientStock):
        stock_count(actor=world.actor, stock=stock, quantity=D(3))
    stock_scrap(actor=world.actor, stock=stock, quantity=D(1), reason="broken")
    move = StockMove.objects.get(product=product, kind="scrap")
    assert (move.to_location.kind, move.value, move.reason) == (Location.Kind.SCRAP, D(10), "broken")
    assert world.balance(product) == (D(4), D(4))
    world.prove()


def test_drafts_change_and_posted_ones_stay(world, stranger):
    product, other = world.products(2)
    draft = adjustment_create(actor=world.actor, kind="opening", lines=[{"product": product, "quantity": "2"}])
    line = draft.lines.get()
    adjustment_update(
        actor=world.actor, adjustment=draft,
        lines=[{"id": line.pk, "quantity": "3", "unit_cost": "1.5"},
               {"product": other, "quantity": "1", "unit_cost": 2}],
    )  # fmt: skip
    assert list(draft.lines.values_list("product", "quantity")) == [(product.pk, D(3)), (other.pk, D(1))]
    adjustment_update(actor=world.actor, adjustment=draft, lines=[{"id": line.pk}])
    assert draft.lines.count() == 1
    with pytest.raises(Forbidden):
        adjustment_post(actor=stranger, adjustment=draft)
    adjustment_post(actor=world.actor, adjustment=draft)
    for refused in (adjustment_post, adjustment_update, adjustment_cancel):
        with pytest.raises(StateRefused):
            refused(actor=world.actor, adjustment=draft)
    assert world.cost(product) == (D(3), D("4.50"))
    with pytest.raises(Invalid):
        adjustment_post(actor=world.actor, adjustment=adjustment_create(actor=world.actor, kind="scrap"))
    with pytest.raises(Invalid) as wrong:
        adjustment_create(
            actor=world.actor,
            kind="scrap",
            lines=[{"product": product, "quantity": "0.5"}, {"product": 0, "quantity": 1}],
        )
    assert [e.field for e in wrong.value.errors] == ["lines.0.quantity", "lines.1.product"]


def test_what_a_unit_costs_when_nobody_says(world):
    average, standard, quoted, unknown = (
        world.product(), world.product(standard_cost=D("7.25")), world.product(), world.product(),
    )  # fmt: skip
    world.opening((average, 4, 2))
    with acting(world.actor):
        SupplierPrice(
            supplier=world.party("supplier"),
            product=quoted,
            price=D(24),
            currency="CNY",
            unit=Unit.objects.get(code="DZ"),
        ).save()
    costs = unit_costs(p.pk for p in (average, standard, quoted, unknown))
    assert costs == {average.pk: D(2), standard.pk: D("7.25"), quoted.pk: D(2)}


def test_an_imported_row_is_posted_with_shelf_and_bin(world):
    """What a spreadsheet of stock brings: place by name, shelf, bin; the cost found."""
    main = world.place()
    with acting(world.actor):
        place_new(name="Tool Crib", warehouse=main.warehouse)
    product = world.product(standard_cost=D(3))
    rows = [("Tool Crib", "A", "1", "408"), ("tool crib", "A", "2", "10"), ("Tool Crib", "N/A", "0", "5")]
    for place, shelf, bin_name, quantity in rows:
        opening_stock_create(
            actor=world.actor, product=product, quantity=D(quantity), place=place, shelf=shelf, bin=bin_name
        )
    assert held(product) == {
        "Tool Crib/A/1": D(408), "Tool Crib/A/2": D(10), "Tool Crib/N/A/0": D(5),
    }  # fmt: skip
    assert world.cost(product) == (D(423), D(1269))
    document = StockAdjustment.objects.get(lines__product=product, lines__quantity=408)
    assert (document.status, document.lines.count()) == ("posted", 3)
    with pytest.raises(Invalid, match="already"):
        opening_stock_create(actor=world.actor, product=product, quantity=D(1), place="Tool Crib", shelf="A", bin="1")
    with pytest.raises(Invalid) as unknown:
        opening_stock_create(actor=world.actor, product=product, quantity=D(1), place="Nowhere")
    assert unknown.value.errors[0].field == "place"
    world.prove()


def test_stock_by_place_opens_level_by_level(world):
    main = world.place()
    product = world.product()
    with acting(world.actor):
        crib = place_new(name="Crib", warehouse=main.warehouse)
    for shelf_name, bin_name, quantity in (("A", "1", 4), ("A", "2", 6), ("B", "1", 5)):
        opening_stock_create(
            actor=world.actor, product=product, quantity=D(quantity), place="Crib", shelf=shelf_name, bin=bin_name,
            unit_cost=D(1),
        )  # fmt: skip
    world.sale((product, 5))
    top = {p.location.name: p for p in stock_by_place()}
    assert (top["Crib"].on_hand, top["Crib"].available, top["Crib"].products) == (D(15), D(10), 1)
    assert top["Crib"].has_children
    shelves = {p.location.name: (p.on_hand, p.has_children) for p in stock_by_place(parent=crib)}
    assert shelves == {"A": (D(10), True), "B": (D(5), True)}
    shelf = Location.objects.get(parent=crib, name="A")
    assert {p.location.name: p.on_hand for p in stock_by_place(parent=shelf)} == {"1": D(4), "2": D(6)}


def test_transfer_moves_quantity_and_keeps_value(world, stranger):
    """Rule 11."""
    product = world.product()
    world.opening((product, 10, 3))
    world.sale((product, 4))
    second = warehouse_create(actor=world.actor, code="W2", name="Second")
    stock = StockBalance.objects.get(product=product)
    with pytest.raises(Forbidden):
        stock_transfer(actor=stranger, stock=stock, to_location=second.stock_place, quantity=D(1))
    with pytest.raises(InsufficientStock):
        stock_transfer(actor=world.actor, stock=stock, to_location=second.stock_place, quantity=D(7))
    for place in (stock.location, world.place("scrap")):
        with pytest.raises(Invalid):
            stock_transfer(actor=world.actor, stock=stock, to_location=place, quantity=D(1))
    stock_transfer(actor=world.actor, stock=stock, to_location=second.stock_place, quantity=D(6), reason="nearer")
    assert held(product) == {"MAIN": D(4), "W2": D(6)}
    assert world.cost(product) == (D(10), D(30))
    world.prove()


def test_places_form_a_tree(world):
    main = world.place()
    parent = location_create(actor=world.actor, name="Hall", warehouse=main.warehouse)
    child = location_create(actor=world.actor, name="Row", parent=parent)
    grand = location_create(actor=world.actor, name="Bin", parent=child)
    assert (grand.code, grand.path, grand.warehouse) == (
        "Hall/Row/Bin", f"/{parent.pk}/{child.pk}/{grand.pk}/", main.warehouse,
    )  # fmt: skip
    with pytest.raises(Invalid):
        location_update(actor=world.actor, location=parent, parent=grand)
    location_update(actor=world.actor, location=child, parent=None)
    grand.refresh_from_db()
    assert grand.path == f"/{child.pk}/{grand.pk}/"
    product = world.product()
    world.opening((product, 1, 1), place=grand)
    with pytest.raises(StateRefused):
        location_update(actor=world.actor, location=Location.objects.get(pk=child.pk), is_active=False)
    with pytest.raises(Invalid):
        location_update(actor=world.actor, location=Location.objects.get(pk=grand.pk), parent=None, kind="scrap")


def test_a_count_keeps_its_moment_when_the_draft_is_saved_again(world):
    """10 counted of 10; then 3 are shipped; saving the draft with its lines again must not make the 3 come back."""
    product = world.product()
    world.opening((product, 10, 1))
    draft = adjustment_create(actor=world.actor, kind="count", lines=[{"product": product, "quantity": 10}])
    line = draft.lines.get()
    stock = StockBalance.objects.get(product=product)
    stock_scrap(actor=world.actor, stock=stock, quantity=D(3))
    adjustment_update(
        actor=world.actor, adjustment=draft, reason="yearly",
        lines=[{"id": line.pk, "product": product, "location": line.location, "quantity": "10"}],
    )  # fmt: skip
    adjustment_post(actor=world.actor, adjustment=draft)
    assert world.balance(product) == (D(7), D(0))
    world.prove()


def test_half_a_piece_goes_nowhere(world):
    product = world.product()
    place = location_create(actor=world.actor, name="Shelf", parent=world.place())
    world.opening((product, 5, 1))
    with pytest.raises(Invalid) as wrong:
        stock_transfer(
            actor=world.actor, stock=StockBalance.objects.get(product=product), to_location=place, quantity=D("0.5")
        )
    assert [(e.field, e.code) for e in wrong.value.errors] == [("quantity", "unit-step")]
    world.prove()


def test_opening_stock_costs_no_less_than_nothing(world):
    with pytest.raises(Invalid) as wrong:
        opening_stock_create(actor=world.actor, product=world.product(), quantity=D(1), unit_cost=D(-1))
    assert [e.field for e in wrong.value.errors] == ["unit_cost"]


def test_a_day_in_the_future_is_named_as_the_form_has_it(world):
    draft = adjustment_create(
        actor=world.actor, kind="opening", adjusted_on=current().today() + timedelta(days=1),
        lines=[{"product": world.product(), "quantity": 1}],
    )  # fmt: skip
    with pytest.raises(Invalid) as wrong:
        adjustment_post(actor=world.actor, adjustment=draft)
    assert [e.field for e in wrong.value.errors] == ["adjusted_on"]


def test_a_warehouse_receives_into_a_place_of_its_own(world):
    here, there = (warehouse_create(actor=world.actor, code=c, name=c) for c in ("W1", "W2"))
    with pytest.raises(Invalid) as wrong:
        warehouse_update(actor=world.actor, warehouse=here, stock_place=there.stock_place)
    assert [e.field for e in wrong.value.errors] == ["stock_place"]
    world.opening((world.product(), 1, 1), place=here.stock_place)
    with pytest.raises(StateRefused):
        warehouse_update(actor=world.actor, warehouse=here, is_active=False)
    assert warehouse_update(actor=world.actor, warehouse=there, is_active=False).is_active is False
