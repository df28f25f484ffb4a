"""Counting from the plan to the posting: what is due, tolerance, the second count, approval, moves after the count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from modules.inventory.models import CountLine, CountPlan, CountSheet
from modules.inventory.selectors.count_accuracy import count_accuracy
from modules.inventory.selectors.counting import due_balances
from modules.inventory.services.count_plans import count_plan_create, count_plans_run, count_sheets_make
from modules.inventory.services.count_sheets import (
    Found,
    count_enter,
    count_line_approve,
    count_line_recount,
    count_sheet_cancel,
    count_sheet_post,
)
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.place import place_new, warehouse_create
from modules.shared.data.models import ProductCategory
from tenon.access.models import Member
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current


@pytest.fixture
def other(world):
    """A colleague in the warehouse, and an accountant."""
    with acting(world.actor):
        people = [
            Member.objects.create(person_id=9000 + n, name=f"Colleague {n}", email=f"c{n}@a.example") for n in (1, 2)
        ]
    return [replace(world.actor, member_id=m.pk, label=m.name, roles=("warehouse",)) for m in people]


def plan(world, **values):
    given = {"name": f"Plan {CountPlan.objects.count()}", "tolerance_percent": D(0), "tolerance_value": None, **values}
    return count_plan_create(actor=world.actor, **given)


def sheet(world, **values):
    count_sheets_make(actor=world.actor, record=plan(world, **values))
    return CountSheet.objects.latest("pk")


def enter(actor, sheet, line, quantity, at=None):
    return count_enter(actor=actor, sheet=sheet, found=Found(D(str(quantity)), line.pk, at=at))


def test_a_plan_counts_by_class_and_leaves_out_what_waits(world):
    used, idle = world.products(2)
    world.opening((used, 10, 4), (idle, 10, 4))
    for _ in range(2):
        order = world.sale((used, 1))
        delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=order))
    only_a = plan(world, days_b=None, days_c=None)
    assert [(row.product_id, row.abc) for row in due_balances(only_a)] == [(used.pk, "A")]
    count_sheets_make(actor=world.actor, record=only_a)
    with pytest.raises(StateRefused):
        count_sheets_make(actor=world.actor, record=only_a)  # it stands on an open sheet
    made = CountSheet.objects.get(plan=only_a)
    enter(world.actor, made, made.lines.get(), 8)
    count_sheet_post(actor=world.actor, record=made)
    assert due_balances(only_a) == []  # counted today
    with acting(world.actor):
        CountLine.objects.filter(sheet=made).update(counted_at=timezone.now() - timedelta(days=30))
    assert [row.product_id for row in due_balances(only_a)] == [used.pk]


def test_a_plan_stays_in_its_place_and_category(world):
    with acting(world.actor):
        top = ProductCategory.objects.create(name="Wheels")
        below = ProductCategory.objects.create(name="Rims", parent=top)
    rim, bell = world.product(category=below), world.product()
    other = warehouse_create(actor=world.actor, code="W2", name="Second")
    with acting(world.actor):
        shelf = place_new(name="S1", parent=other.stock_place)
    world.opening((rim, 1, 1), (bell, 1, 1))
    world.opening((rim, 2, 1), (bell, 2, 1), place=shelf)
    assert {r.product_id for r in due_balances(plan(world, category=top))} == {rim.pk}
    assert {r.location_id for r in due_balances(plan(world, warehouse=other))} == {shelf.pk}
    assert len(due_balances(plan(world, place=other.stock_place))) == 2
    with pytest.raises(Invalid):
        plan(world, place=world.place("customer"))
    everything = plan(world)
    count_sheets_make(actor=world.actor, record=everything)
    assert everything.sheets.count() == 2  # one a warehouse
    assert count_plans_run() == 0  # all of it stands on sheets


def test_a_sheet_that_waits_holds_up_its_own_warehouse_only(world):
    """One warehouse has counted its sheet, the other has not: at night only the first gets a further one."""
    first, second = world.products(2)
    other = warehouse_create(actor=world.actor, code="W2", name="Second")
    with acting(world.actor):
        shelf = place_new(name="S1", parent=other.stock_place)
    for product in (first, second):
        world.opening((product, 1, 1))
        world.opening((product, 1, 1), place=shelf)
    daily = plan(world, lines_per_sheet=1)
    assert count_plans_run() == 2
    done = daily.sheets.exclude(warehouse=other).get()
    enter(world.actor, done, done.lines.get(), 1)
    count_sheet_post(actor=world.actor, record=done)
    assert count_plans_run() == 1
    assert sorted(daily.sheets.values_list("warehouse__code", "status")) == sorted(
        [("MAIN", "posted"), ("MAIN", "open"), ("W2", "open")]
    )
    assert count_plans_run() == 0


def test_within_tolerance_is_accepted_beyond_it_another_person_counts_and_a_third_approves(world, other, postings):
    product = world.product()
    world.opening((product, 100, 10))
    made = sheet(world, tolerance_percent=D(2), approval_limit=D(100))
    line = made.lines.get()
    assert enter(world.actor, made, line, 98).state == "ready"
    line = enter(other[0], made, line, 80)
    assert (line.state, line.in_tolerance, line.value) == ("recount", False, D(-200))
    with pytest.raises(StateRefused):
        enter(other[0], made, line, 80)  # not by the same pair of eyes
    with pytest.raises(StateRefused):
        count_sheet_post(actor=world.actor, record=made)
    line = enter(other[1], made, line, 81)
    assert (line.state, line.first_counted, line.first_by_id) == ("approval", D(80), other[0].member_id)
    made.refresh_from_db()
    assert made.status == "review"
    with pytest.raises(StateRefused):
        count_line_approve(actor=other[1], record=line, cause="loss")
    third = replace(other[0], member_id=world.actor.member_id)
    small = replace(third, permissions=third.permissions - {"inventory.count_sheet.approve_large"})
    with pytest.raises(Forbidden):
        count_line_approve(actor=small, record=line, cause="loss")  # 190 is above the limit of 100
    with pytest.raises(Invalid):
        count_line_approve(actor=third, record=line)
    line = count_line_approve(actor=third, record=line, cause="loss", note="empty carton")
    assert (line.state, line.cause) == ("ready", "loss")
    postings.clear()
    made = count_sheet_post(actor=world.actor, record=made)
    assert world.balance(product) == (D(81), D(0))
    assert made.adjustment is not None
    assert made.adjustment.lines.get().difference == D(-19)
    assert [(p.kind, p.lines[0].amount) for p in postings] == [("stock_adjustment", D(-190))]
    report = count_accuracy("cause", current().today(), current().today())
    assert (report.total.lines, report.total.hits, report.total.value) == (1, 0, D("0.81"))
    assert [(row.key, row.figures.difference) for row in report.rows] == [("loss", D(-190))]
    world.prove()


def test_moves_after_the_count_survive(world):
    """Domain rule 13; counted late and at the same time as others: tests/stories/test_counting_at_once.py."""
    product = world.product()
    world.opening((product, 10, 4))
    made = sheet(world, tolerance_percent=D(10))
    line = enter(world.actor, made, made.lines.get(), 9)
    assert (line.book, line.state) == (D(10), "ready")
    world.buy((product, 5, 4))
    count_sheet_post(actor=world.actor, record=made)
    assert world.balance(product) == (D(14), D(0))
    world.prove()


def test_an_accepted_line_can_be_sent_back(world):
    product = world.product()
    world.opening((product, 10, 4))
    made = sheet(world)
    line = enter(world.actor, made, made.lines.get(), 10)
    assert count_line_recount(actor=world.actor, record=line).state == "recount"
    made.refresh_from_db()
    assert made.status == "open"
    assert enter(world.actor, made, line, 9).state == "approval"


def test_said_twice_is_counted_once(world):
    product = world.product()
    world.opening((product, 10, 4))
    made = sheet(world)
    at = current().now()
    first = enter(world.actor, made, made.lines.get(), 10, at=at)
    again = enter(world.actor, made, made.lines.get(), 10, at=at)
    assert (first.pk, again.version, again.counted) == (again.pk, first.version, D(10))
    with pytest.raises(Invalid):
        enter(world.actor, made, made.lines.get(), "1.5")
    with pytest.raises(Invalid):
        enter(world.actor, made, made.lines.get(), -1)


def test_found_where_nothing_should_be(world):
    known, found = world.products(2)
    world.opening((known, 1, 5))
    made = sheet(world)
    place = world.place()
    line = count_enter(actor=world.actor, sheet=made, found=Found(D(3), None, found.code.lower(), place.pk))
    assert (line.is_found, line.state, line.book) == (True, "recount", D(0))
    same = count_enter(actor=world.actor, sheet=made, found=Found(D(3), None, found.code, place.pk))
    assert (same.pk, same.state) == (line.pk, "approval")
    with pytest.raises(Invalid):
        count_enter(actor=world.actor, sheet=made, found=Found(D(3), None, "no such code", place.pk))
    with pytest.raises(Invalid):
        count_enter(actor=world.actor, sheet=made, found=Found(D(3), None, found.code, world.place("customer").pk))
    count_sheet_cancel(actor=world.actor, record=made)
    with pytest.raises(StateRefused):
        enter(world.actor, made, line, 3)
    assert world.balance(found) == (D(0), D(0))


def test_a_sheet_takes_the_same_queries_however_long(world):
    def queries(count):
        for product in world.products(count):
            world.opening((product, 1, 1))
        with CaptureQueriesContext(connection) as seen:
            due_balances(CountPlan(days_a=1, days_b=1, days_c=1))
        return len(seen)

    assert queries(1) == queries(6)
