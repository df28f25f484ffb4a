"""Goods in two quantities through every service that moves stock: both are said, neither is made up, both add up."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Location, ProductCost, StockBalance, StockMove
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.delivery_weighing import delivery_line_weigh
from modules.inventory.services.picking import pick_take
from modules.inventory.services.place import place_new
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_count, stock_scrap, stock_transfer
from modules.inventory.services.wave import wave_create
from modules.shared.data.models import Unit
from modules.shared.data.services import product_create, product_update
from tenon.problems import Invalid, Problem, StateRefused
from tenon.records.service import acting
from tests.platform.api.client import Api

D = Decimal


@pytest.fixture
def beef(world):
    return world.product(second_unit=Unit.objects.get(code="KG"), second_nominal=D(22), second_tolerance=D(30))


def came(world, product, pieces, weight, price="8"):
    order = world.purchase((product, pieces, price))
    line = {"order_line": order.lines.get().pk, "quantity": D(pieces), "second_quantity": weight and D(weight)}
    return world.receive(order, [line])


def second_place(world):
    return place_new(kind="stock", code="COLD", name="Cold store", warehouse=world.place().warehouse)


def there(product):
    rows = StockBalance.objects.filter(product=product)
    return sum(r.on_hand for r in rows), sum(r.second_on_hand or 0 for r in rows)


def test_the_second_unit_measures_something_else_and_stays(world, actor, beef):
    ea, dozen, kg = (Unit.objects.get(code=code) for code in ("EA", "DZ", "KG"))
    for wrong, field in (
        ({"second_unit": dozen, "second_nominal": D(1)}, "second_unit"),
        ({"second_unit": ea, "second_nominal": D(1)}, "second_unit"),
        ({"second_unit": kg}, "second_nominal"),
        ({"second_unit": kg, "second_nominal": D(22), "second_tolerance": D(100)}, "second_tolerance"),
        ({"second_unit": kg, "second_nominal": D(22), "kind": "service"}, "second_unit"),
        ({"second_nominal": D(22)}, "second_nominal"),
        ({"priced_by_second": True}, "priced_by_second"),
    ):
        with pytest.raises(Invalid) as refused:
            product_create(actor=actor, name="Beef", unit=ea, **wrong)
        assert refused.value.errors[0].field == field
    product_update(actor=actor, product=beef, second_nominal=D(23))
    came(world, beef, 5, "110")
    for change in ({"second_unit": None, "second_nominal": None, "second_tolerance": None}, {"second_unit": dozen}):
        with pytest.raises(StateRefused, match="second unit stays"):
            product_update(actor=actor, product=beef, **change)
    plain = world.product()
    world.buy((plain, 1, 1))
    with pytest.raises(StateRefused, match="second unit stays"):
        product_update(actor=actor, product=plain, second_unit=kg, second_nominal=D(22))


@pytest.mark.parametrize(
    ("weight", "why"),
    [(None, "say also how many KG"), ("0", "Pieces weigh something"), ("1100", "must be a mistake"),
     ("110.0001", "such a fraction"), ("-1", "not negative")],
)  # fmt: skip
def test_a_receipt_says_what_came_in_both(world, beef, weight, why):
    with pytest.raises(Invalid, match=why) as refused:
        came(world, beef, 5, weight)
    assert refused.value.errors[0].field == "lines.0.second_quantity"


def test_ordinary_goods_have_one_quantity_only(world):
    product = world.product()
    with pytest.raises(Invalid, match="has one quantity only"):
        came(world, product, 5, "110")
    world.buy((product, 5, 1))
    assert StockBalance.objects.get(product=product).second_on_hand is None
    assert StockMove.objects.get(product=product).second_quantity is None


def test_priced_by_the_piece_it_is_still_valued_by_weight(world, beef):
    """5 pieces at 176.00 = 880.00 weigh 110 kg: 8.00 a kg, so 45.3 kg are 362.40."""
    came(world, beef, 5, "110", "176")
    assert world.cost(beef) == (D(110), D(880))
    stock_scrap(
        actor=world.actor, stock=StockBalance.objects.get(product=beef), quantity=D(2), second_quantity=D("45.3")
    )
    assert world.cost(beef) == (D("64.7"), D("517.60"))
    world.prove()


def test_pieces_that_stay_weigh_something(world, actor, beef):
    came(world, beef, 2, "44")
    shelf = StockBalance.objects.get(product=beef)
    for pieces, weight in ((2, "43"), (2, "45"), (1, "44")):
        with pytest.raises(Invalid), transaction.atomic():
            stock_scrap(actor=actor, stock=shelf, quantity=D(pieces), second_quantity=D(weight))
    assert there(beef) == (2, 44)


def test_the_database_knows_no_pieces_without_weight(world, beef):
    """Rule 1."""
    came(world, beef, 2, "44")
    for wrong in ({"second_on_hand": 0}, {"on_hand": 0}, {"second_on_hand": -1}):
        with pytest.raises(IntegrityError, match="inventory_balance_second"), transaction.atomic():
            StockBalance.objects.filter(product=beef).update(**wrong)


def test_a_count_corrects_both(world, actor, beef):
    """Rule 1.
    5 pieces, 110 kg at 8.00; found are 5 and 108.4: −1.6 kg = −12.80. Then 6 of 108: +1 piece, −0.4 kg = −3.20."""
    came(world, beef, 5, "110", "176")
    shelf = StockBalance.objects.get(product=beef)
    with pytest.raises(Invalid, match="say also how many"):
        stock_count(actor=actor, stock=shelf, quantity=D(5))
    stock_count(actor=actor, stock=shelf, quantity=D(5), second_quantity=D("108.4"))
    assert (there(beef), world.cost(beef)) == ((5, D("108.4")), (D("108.4"), D("867.20")))
    stock_count(actor=actor, stock=shelf, quantity=D(6), second_quantity=D("108"))
    assert (there(beef), world.cost(beef)) == ((6, D(108)), (D(108), D(864)))
    stock_count(actor=actor, stock=shelf, quantity=D(0))
    assert (there(beef), world.cost(beef)) == ((0, 0), (0, 0))
    world.prove()


def test_pieces_are_locked_and_a_place_that_may_owe_owes_no_weight(world, actor, beef):
    came(world, beef, 5, "110")
    Location.objects.filter(pk=world.place().pk).update(allows_negative=True)
    order = world.sale((beef, 6))
    assert order.lines.get().reserved == 5
    line = {"order_line": order.lines.get().pk, "quantity": D(6), "second_quantity": D(130)}
    draft = delivery_create(actor=actor, order=order, lines=[line])
    with pytest.raises(InsufficientStock), transaction.atomic():
        delivery_post(actor=actor, delivery=draft)
    world.prove()


def test_a_delivery_out_of_two_places(world, actor, beef):
    """3 lie here and weigh 66, 2 there and weigh 45. 4 go and weigh 88: all of the first, 22 out of the second."""
    came(world, beef, 5, "111")
    shelf = StockBalance.objects.get(product=beef)
    with acting(actor):
        other = second_place(world)
    with pytest.raises(Invalid, match="say how many KG"):
        stock_transfer(actor=actor, stock=shelf, to_location=other.pk, quantity=D(2))
    stock_transfer(actor=actor, stock=shelf, to_location=other.pk, quantity=D(2), second_quantity=D(45))
    order = world.sale((beef, 4))
    line = {"order_line": order.lines.get().pk, "quantity": D(4)}
    with pytest.raises(Invalid, match="say also how many"):
        delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order, lines=[line]))
    draft = delivery_create(actor=actor, order=order, lines=[{**line, "second_quantity": D(88)}])
    delivery_post(actor=actor, delivery=draft)
    assert there(beef) == (1, 23)
    world.prove()


def test_back_to_the_supplier(world, actor, beef):
    """5 pieces of 110 kg at 8.00 a kg and 3 of 71.5 at 8.40; 1 of 22 kg goes back out of the first: the supplier owes
    176.00, the average of 22 kg is 1,480.60 × 22/181.5 = 179.47."""
    product_update(actor=actor, product=beef, priced_by_second=True)
    beef.refresh_from_db()
    first = came(world, beef, 5, "110")
    came(world, beef, 3, "71.5", "8.40")
    line = first.lines.get()
    with pytest.raises(Invalid, match="say also how many"):
        receipt_return(actor=actor, receipt=first, lines={line.pk: D(1)})
    back = receipt_return(actor=actor, receipt=first, lines={line.pk: D(1)}, seconds={line.pk: D(22)})
    assert back.lines.get().value == D("179.47")
    bought = first.order.lines.get()
    assert (bought.second_received, bought.second_returned) == (D(110), D(22))
    assert world.cost(beef) == (D("159.5"), D("1301.13"))
    with pytest.raises(Invalid, match="at most 88"):
        receipt_return(actor=actor, receipt=first, lines={line.pk: D(4)}, seconds={line.pk: D(95)})
    world.prove()


def test_received_at_the_scanner_and_weighed_while_packed(world, actor, beef):
    order = world.purchase((beef, 3, 8))
    line = {"order_line": order.lines.get().pk, "quantity": "3"}
    api = Api(actor)
    refused = api.post("/api/v1/inventory/scan/receive/", {"order": order.pk, "lines": [line]})
    assert (refused.status, refused.fields()) == (400, {"lines.0.second_quantity"})
    taken = api.post(
        "/api/v1/inventory/scan/receive/", {"order": order.pk, "lines": [{**line, "second_quantity": "66.4"}]}
    )
    assert taken.status == 200
    sold = world.sale((beef, 2))
    delivery = delivery_create(actor=actor, order=sold)
    weigh = f"/api/v1/inventory/delivery-lines/{delivery.lines.get().pk}/actions/weigh/"
    assert api.post(weigh, {"second_quantity": "453"}).status == 400
    assert api.post(weigh, {"second_quantity": "45.3"}).status == 200
    delivery_post(actor=actor, delivery=delivery)
    assert there(beef) == (1, D("21.1"))
    assert api.post(weigh, {"second_quantity": "44"}).status == 409


def test_picked_to_the_dock_with_its_weight(world, actor, beef):
    """Of 3 pieces 2 are picked: what they weigh is said; the last one's weight is known."""
    came(world, beef, 3, "66.4")
    first, second = (delivery_create(actor=actor, order=world.sale((beef, n))) for n in (2, 1))
    wave = wave_create(actor=actor, warehouse=world.place().warehouse, chosen=[first.pk, second.pk])
    two, one = wave.picks.order_by("-quantity")
    with pytest.raises(Invalid, match="say how many KG"), transaction.atomic():
        pick_take(actor=actor, pick=two)
    pick_take(actor=actor, pick=two, second_quantity="45.3")
    pick_take(actor=actor, pick=one)
    for delivery, weight in ((first, "45.3"), (second, "21.1")):
        delivery_line_weigh(actor=actor, line=delivery.lines.get(), second_quantity=weight)
        delivery_post(actor=actor, delivery=delivery)
    assert there(beef) == (0, 0)
    world.prove()


@pytest.mark.parametrize("method", ["average", "fifo", "standard"])
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_both_quantities_add_up(world, actor, method, seed):
    """Rule 1.
    Receipts, deliveries, returns, moves, counts, scrap in no order, with weights that are sometimes wrong. What is
    refused changes nothing; moves and balances agree in both; nothing is worth nothing."""
    dice = random.Random(f"{method}{seed}")
    beef = world.product(
        second_unit=Unit.objects.get(code="KG"), second_nominal=D(22), cost_method=method, standard_cost=D("8.1"),
        priced_by_second=True,
    )  # fmt: skip
    shelf = world.place()
    for role in ("customer", "supplier"):
        world.party(role)
    with acting(actor):
        other = second_place(world)
    shipped, received = [], []

    def weight(pieces):
        return D(dice.randint(180, 260) * pieces) / 10

    def one():
        rows = list(StockBalance.objects.filter(product=beef, on_hand__gt=0).order_by("pk"))
        return dice.choice(rows) if rows else None

    def receive():
        pieces = dice.randint(1, 5)
        received.append(came(world, beef, pieces, weight(pieces), dice.choice(("8", "8.40", "7.77"))))

    def ship():
        pieces = dice.randint(1, 4)
        order = world.sale((beef, pieces))
        lot = one()
        all_of_it = lot is not None and lot.on_hand == pieces and dice.random() < 0.7
        line = {"order_line": order.lines.get().pk, "quantity": D(pieces)}
        line["second_quantity"] = lot.second_on_hand if all_of_it else weight(pieces)
        shipped.append(delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order, lines=[line])))

    def back():
        of = dice.choice(shipped).lines.get()
        delivery_return(actor=actor, delivery=of.delivery, lines={of.pk: D(1)}, seconds={of.pk: weight(1)})

    def give_back():
        of = dice.choice(received).lines.get()
        receipt_return(actor=actor, receipt=of.receipt, lines={of.pk: D(1)}, seconds={of.pk: weight(1)})

    def move():
        row, pieces = one(), dice.randint(1, 3)
        to = other if row.location_id == shelf.pk else shelf
        second = None if row.on_hand == pieces else weight(pieces)
        stock_transfer(actor=actor, stock=row, to_location=to.pk, quantity=D(pieces), second_quantity=second)

    def count():
        pieces = dice.randint(0, 6)
        stock_count(actor=actor, stock=one(), quantity=D(pieces), second_quantity=weight(pieces))

    def scrap():
        row = one()
        stock_scrap(actor=actor, stock=row, quantity=row.on_hand, second_quantity=row.second_on_hand)

    done = 0
    for _step in range(40):
        what = dice.choice((receive, receive, ship, ship, back, give_back, move, count, scrap))
        possible = {back: shipped, give_back: received, move: one(), count: one(), scrap: one()}
        if not possible.get(what, True):
            continue
        before = there(beef)
        try:
            with transaction.atomic():
                what()
            done += 1
        except Problem:
            assert there(beef) == before
        world.prove()
        moved = StockMove.objects.filter(product=beef, to_location__kind="stock")
        gone = StockMove.objects.filter(product=beef, from_location__kind="stock")
        for name, now in zip(("quantity", "second_quantity"), there(beef), strict=True):
            total = (moved.aggregate(s=Sum(name))["s"] or 0) - (gone.aggregate(s=Sum(name))["s"] or 0)
            assert total == now >= 0
        row = ProductCost.objects.filter(product=beef).first()
        if row is not None and not there(beef)[0]:
            assert (row.quantity, row.value) == (0, 0)
    assert done > 12
