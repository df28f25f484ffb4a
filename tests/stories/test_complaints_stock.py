"""What users of comparable systems complain about in reservation, valuation and tolerance, each by its thread, and that
it is not so here. Complaints that other tests prove wrong already stand in docs/domain-rules.md."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.checks import check
from modules.inventory.models import Reservation, StockBalance, StockMove
from modules.inventory.providers import Stock
from modules.inventory.selectors.valuation import stock_on
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.hand_locks import demand_lock, reservation_release
from modules.inventory.services.place import warehouse_create
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.transfer import stock_transfer
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder, Unit
from modules.shared.data.services import purchase_order_confirm, purchase_order_create, sales_order_confirm_in_full
from tenon.problems import Problem
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.test_stock_value import CHARGES, COGS, STOCK, firm  # noqa: F401
from tests.modules.inventory.services.test_lots import day, lot_in, ship, shipped
from tests.modules.inventory.stock_world import World
from tests.stories.test_oversell import at_once


@pytest.fixture
def world(serving_acme, actor):
    return World(actor)


# --- overselling and reservation


def test_two_orders_never_reserve_one_serial_number(fresh_company):
    """odoo #268942: locked with SKIP LOCKED, two transactions reserve one serial, and the delivery hangs."""
    company = fresh_company("Serial")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        bike = world.product(tracking="serial")
        lot_in(world, bike, "SN01..SN03", 3)
        orders = [world.sale((bike, 1), confirm=False) for _ in range(12)]
    answers = at_once(company, [lambda o=o: sales_order_confirm_in_full(actor=actor, order=o) for o in orders])
    won = [a for a in answers if isinstance(a, SalesOrder)]
    assert (len(won), sum(isinstance(a, Problem) for a in answers)) == (3, 9)
    with serving(company):
        held = Reservation.objects.filter(product=bike, state="active").values_list("lot", flat=True)
        assert sorted(held) == ["SN01", "SN02", "SN03"]
        for order in won:
            delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order))
        assert check(company) == []


def test_reserving_and_releasing_fractions_leaves_nothing(world):
    """odoo #62139, #79180, #154905: rounding leaves reservations that nobody can release without a repair script."""
    oil = world.product(unit="KG")
    world.opening((oil, "1.000", 7))
    orders = [world.sale((oil, "0.333")) for _ in range(3)]
    assert world.balance(oil) == (D(1), D("0.999"))
    for row in Reservation.objects.filter(product=oil, state="active"):
        for part in ("0.111", "0.111", "0.111"):
            reservation_release(actor=world.actor, reservation=row, quantity=D(part), reason="again")
    assert world.balance(oil) == (D(1), D(0))
    assert not orders[0].lines.get().reserved
    world.prove()


def test_an_order_of_many_lines_is_reserved_whole(world):
    """erpnext #51519: only the first 50 lines are reserved."""
    products = world.products(60)
    world.opening(*((p, 2, 1) for p in products))
    order = world.sale(*((p, 2) for p in products))
    assert Reservation.objects.filter(product__in=products, state="active").count() == 60
    assert all(line.reserved == 2 for line in order.lines.all())
    world.prove()


@pytest.mark.parametrize("first", [0, 1])
def test_one_batch_serves_two_orders_in_either_order(world, first):
    """erpnext #57159: a batch that two orders share blocks the delivery of both."""
    milk = world.product(tracking="lot")
    lot_in(world, milk, "L-1", 10, day(90))
    orders = [world.sale((milk, 6)), world.sale((milk, 4))]
    assert shipped(ship(world, orders[first])) == [("L-1", D(6 if first == 0 else 4))]
    assert shipped(ship(world, orders[1 - first])) == [("L-1", D(4 if first == 0 else 6))]
    assert world.balance(milk) == (D(0), D(0))
    world.prove()


def test_no_more_is_reserved_than_is_still_to_be_delivered(world):
    """erpnext #51375: after a part was delivered, the whole order can be reserved again."""
    product = world.product()
    world.opening((product, 30, 1))
    order = world.sale((product, 10))
    line = order.lines.get()
    delivery_post(actor=world.actor, delivery=delivery_create(
        actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": "6"}]
    ))  # fmt: skip
    assert world.balance(product) == (D(24), D(4))
    stock = StockBalance.objects.get(product=product)
    with pytest.raises(Problem):
        demand_lock(
            actor=world.actor, line=RecordRef("shared.sales_order_line", line.pk), product=product, stock=stock,
            quantity=D(1),
        )  # fmt: skip
    assert world.balance(product) == (D(24), D(4))
    world.prove()


def test_what_is_half_done_counts_by_what_is_left_of_it(world):
    """dolibarr #30366, #28560: virtual stock counts an order in full that was delivered or received in part."""
    product = world.product()
    world.opening((product, 6, 1))
    sale = world.sale((product, 10))
    delivery_post(actor=world.actor, delivery=delivery_create(
        actor=world.actor, order=sale, lines=[{"order_line": sale.lines.get().pk, "quantity": "6"}]
    ))  # fmt: skip
    purchase = world.purchase((product, 10, 1))
    answer = Stock().availability([product.pk])[product.pk]
    assert (answer.on_hand, answer.incoming, answer.outgoing) == (0, 10, 4)
    world.receive(purchase, [{"order_line": purchase.lines.get().pk, "quantity": "7"}])
    answer = Stock().availability([product.pk])[product.pk]
    assert (answer.on_hand, answer.incoming) == (7, 3)
    assert answer.available + answer.reserved == 7


# --- valuation and back-dating


def test_a_receipt_asks_as_much_however_long_the_history(world):
    """odoo #277195: every receipt replays the history of the product; erpnext #53773: a queue re-posts it."""

    def asked(product):
        order = world.purchase((product, 1, 3))
        draft = receipt_create(actor=world.actor, order=order)
        with CaptureQueriesContext(connection) as queries:
            receipt_post(actor=world.actor, receipt=draft)
        return len(queries)

    young, old = world.products(2)
    for product in (young, old):
        world.opening((product, 100, 2))
        asked(product)
    for _n in range(12):
        world.buy((old, 1, 3))
        sale = world.sale((old, 1))
        delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))
    assert asked(old) == asked(young)
    world.prove()


def test_a_unit_cost_below_a_cent_is_kept(world):
    """Rule 2.
    odoo #109908: the unit cost is rounded to cents. 10,000 washers at 0.0033: 33.00, and 3.30 for a thousand."""
    washer = world.product()
    world.buy((washer, 10_000, "0.0033"))
    assert world.cost(washer) == (D(10_000), D("33.00"))
    sale = world.sale((washer, 1000))
    delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))
    assert StockMove.objects.get(product=washer, kind="delivery").value == D("3.30")
    assert world.cost(washer) == (D(9000), D("29.70"))


def test_today_is_as_of_today(world):
    """Rule 5: odoo #43120, #26161: the value now differs from the report as of today."""
    products = [world.product(cost_method=method) for method in ("average", "fifo", "standard")]
    world.opening(*((p, 10, "3.33") for p in products))
    for product in products:
        world.buy((product, 7, "4.10"))
        sale = world.sale((product, 5))
        sent = delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))
        delivery_return(actor=world.actor, delivery=sent, lines={sent.lines.get().pk: D(2)})
    then = stock_on(current().today(), [p.pk for p in products])
    for product in products:
        worth = then[product.pk]
        assert (worth.quantity, worth.value) == world.cost(product)
    tomorrow = stock_on(current().today() + timedelta(days=1), [p.pk for p in products])
    assert tomorrow == then


def test_late_freight_after_transfer_sale_and_return(firm):  # noqa: F811
    """Rule 8.
    erpnext #31578, #46855, #9714, #54867: landed cost is wrong once goods were used, moved or taken back. Of 10 at
    10.00, 4 lie in another warehouse, 3 were sold, 1 came back: 10.00 of freight is 8.00 of stock and 2.00 of cost."""
    product = firm.product()
    receipt = firm.buy(product, 10, 10)
    second = warehouse_create(actor=firm.actor, code="W2", name="Second")
    stock = StockBalance.objects.get(product=product)
    stock_transfer(actor=firm.actor, stock=stock, to_location=second.stock_place, quantity=D(4), reason="nearer")
    sold = firm.sell(product, 3)
    delivery_return(actor=firm.actor, delivery=sold, lines={sold.lines.get().pk: D(1)})
    assert firm.says(STOCK, COGS) == (D(80), D(20))
    firm.freight(receipt, 10)
    assert firm.says(STOCK, COGS, CHARGES) == (D(88), D(22), D(-10))


def test_a_returned_batch_is_worth_what_it_went_for(firm):  # noqa: F811
    """Rule 10: erpnext #43925, #56631: a returned batch is valued at nothing, or at the rate of another."""
    milk = firm.product("fifo", tracking="lot")
    lot_in(firm.world, milk, "L-1", 10, day(90), price=5)
    lot_in(firm.world, milk, "L-2", 10, day(120), price=9)
    sent = ship(firm.world, firm.world.sale((milk, 12)))
    assert shipped(sent) == [("L-1", D(10)), ("L-2", D(2))]
    assert firm.says(STOCK, COGS) == (D(72), D(68))
    line = sent.lines.get()
    delivery_return(actor=firm.actor, delivery=sent, lines={line.pk: D(2)}, lots={line.pk: "L-2=2"})
    assert firm.says(STOCK, COGS) == (D(90), D(50))


def test_a_serial_number_keeps_its_own_cost(firm):  # noqa: F811
    """Rule 12.
    erpnext #22528: rates of serial numbers are mixed. SN02 was bought at 30.00 and is sold at 30.00, first."""
    bike = firm.product("fifo", tracking="serial")
    lot_in(firm.world, bike, "SN01", 1, price=10)
    lot_in(firm.world, bike, "SN02", 1, price=30)
    ship(firm.world, firm.world.sale((bike, 1)), lots="SN02", lot_reason="the red one")
    assert firm.says(STOCK, COGS) == (D(10), D(30))


# --- tolerance and units


def test_an_order_in_pounds_closes_on_its_kilograms(world):
    """Rule 1.
    erpnext #57674, #40218, #42608: a factor of 0.453592292 becomes 0.454, and the request never closes. 2,138.484 lb
    are 970 kg; nothing is open once 970 kg have come, and 970.001 is too much."""
    sugar = world.product(unit="KG")
    order = purchase_order_create(
        actor=world.actor, supplier=world.party("supplier"),
        lines=[{
            "product": sugar, "unit": Unit.objects.get(code="LB"), "quantity": D("2138.484"), "unit_price": D("0.5"),
            "tax": None,
        }],
    )  # fmt: skip
    order = purchase_order_confirm(actor=world.actor, order=order)
    line = order.lines.get()
    assert (line.quantity, line.base_quantity) == (D("2138.484"), D("970.000"))
    with pytest.raises(Problem):
        world.receive(order, [{"order_line": line.pk, "quantity": "970.001"}])
    for part in ("169.999", "800.001"):
        world.receive(order, [{"order_line": line.pk, "quantity": part}])
    order.refresh_from_db()
    assert (order.status, order.lines.get().open_quantity) == ("received", 0)
    world.prove()


def test_tolerance_holds_over_all_trucks_and_never_by_truck(world):
    """Rule 17.
    erpnext #55246, #40340: the allowance counts anew with every receipt. 2 % of 10,000 is 200, over all trucks."""
    product = world.product()
    lines = [
        {"product": product, "quantity": D(10_000), "unit_price": D(1), "tax": None, "over_allowed": D(200)},
    ]
    order = purchase_order_create(actor=world.actor, supplier=world.party("supplier"), lines=lines)
    order = purchase_order_confirm(actor=world.actor, order=order)
    line = order.lines.get().pk
    for _truck in range(19):
        world.receive(order, [{"order_line": line, "quantity": "510"}])
    with pytest.raises(Problem):
        world.receive(order, [{"order_line": line, "quantity": "511"}])
    world.receive(order, [{"order_line": line, "quantity": "510"}])
    assert order.lines.get().received == 10_200
    with pytest.raises(Problem):
        world.receive(order, [{"order_line": line, "quantity": "1"}])
    world.prove()
