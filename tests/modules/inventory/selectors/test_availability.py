"""What can be counted on: availability, look-ahead, promise dates with reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

from modules.inventory.providers import Costs, Promises, Stock
from modules.inventory.selectors.curve import availability_curve
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import SupplierPrice, Unit
from modules.shared.data.selectors.calendars import work_calendar
from tenon.records.service import acting
from tenon.tenancy.context import current, serving


def ask(product, quantity, key=-1):
    return Demand(RecordRef("crm.quote_line", key, "Q / 1"), product.pk, D(quantity))


def test_availability_counts_what_is_open_once(world):
    product = world.product()
    world.opening((product, 10, 1))
    world.sale((product, 4))
    world.sale((product, 9))  # six are free, three wait
    world.purchase((product, 20, 1))
    answer = Stock().availability([product.pk])[product.pk]
    assert (answer.on_hand, answer.reserved, answer.available) == (D(10), D(10), D(0))
    assert (answer.incoming, answer.outgoing) == (D(20), D(3))
    assert product.pk in Stock().free()
    empty = world.product()
    assert Stock().availability([empty.pk])[empty.pk].on_hand == D(0)


def test_look_ahead_by_date(world):
    product, today = world.product(), current().today()
    world.opening((product, 5, 1))
    world.purchase((product, 7, 1), due_on=today + timedelta(days=6))
    days = availability_curve(product.pk)
    assert [(d.on, d.available) for d in days] == [(today, D(5)), (today + timedelta(days=6), D(12))]


def test_promise_from_stock_then_supply_then_lead_time(world):
    product, today = world.product(source="buy"), current().today()
    with acting(world.actor):
        SupplierPrice(
            supplier=world.party("supplier"), product=product, price=D(1), currency="CNY",
            unit=Unit.objects.get(code="EA"), lead_time_days=15,
        ).save()  # fmt: skip
    world.opening((product, 5, 1))
    due = today + timedelta(days=9)
    order = world.purchase((product, 7, 1), due_on=due)
    promises = Promises()
    (one,) = promises.promise([ask(product, 5)])
    assert (one.on, [(s.kind, s.quantity) for s in one.steps]) == (today, [("stock", D(5))])
    (two,) = promises.promise([ask(product, 8)])
    assert (two.on, [(s.kind, s.quantity) for s in two.steps]) == (due, [("stock", D(5)), ("supply", D(3))])
    assert order.number in two.steps[1].note
    ready = work_calendar().add(today, 15)
    (three,) = promises.promise([ask(product, 20)])
    assert (three.on, three.steps[-1].kind, three.steps[-1].quantity) == (max(ready, due), "lead_time", D(8))
    first, second = promises.promise([ask(product, 5, -1), ask(product, 5, -2)])
    assert (first.on, second.on) == (today, due)  # what the first is promised the second does not get


def test_a_product_nobody_knows_a_lead_time_of_gets_no_date(world):
    (promise,) = Promises().promise([ask(world.product(lead_time_days=0), 1)])
    assert promise.on is None


def test_a_confirmed_order_has_a_date_that_counts_its_own_lock(world):
    company = current()
    here = replace(company, features=frozenset(f for f in company.features if not f.startswith("production.")))
    product = world.product(lead_time_days=4)
    world.opening((product, 3, 1))
    with serving(here):  # with production on, that answers
        order = world.sale((product, 3), (product, 2))
    lines = list(order.lines.order_by("position"))
    assert lines[0].promised_on == current().today()
    assert lines[1].promised_on == work_calendar().add(current().today(), 4)


def test_unit_costs_for_estimates(world):
    product = world.product()
    world.opening((product, 3, "10"))
    assert Costs().unit_costs([product.pk]) == {product.pk: {"material": D(10), "labour": D(0), "overhead": D(0)}}
