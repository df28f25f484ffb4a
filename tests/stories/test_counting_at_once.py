"""Counting while the warehouse goes on working: receipts, deliveries and counts of the same product at the same
moment, on real connections, with committed data. What moves after a count survives it, whenever it is sent."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils import timezone

from modules.inventory.checks import check
from modules.inventory.models import CountSheet, StockMove
from modules.inventory.selectors.counting import book_at
from modules.inventory.services.count_plans import count_plan_create, count_sheets_make
from modules.inventory.services.count_sheets import Found, count_enter, count_sheet_post
from modules.inventory.services.delivery import delivery_create, delivery_post
from tenon.problems import Problem, StateRefused
from tenon.tenancy.context import serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World
from tests.stories.test_oversell import at_once


def test_counts_between_moves_and_among_them(fresh_company):
    """Rule 13."""
    company = fresh_company("Counting")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        late, busy = world.products(2)
        world.opening((late, 100, 10), (busy, 100, 10))
        plan = count_plan_create(actor=actor, name="All", tolerance_percent=D(50), tolerance_value=None)
        count_sheets_make(actor=actor, record=plan)
        sheet = CountSheet.objects.get()
        lines = {line.product_id: line for line in sheet.lines.all()}
        counted_at = timezone.now()  # 98 are counted now; the network is away
        orders = [world.purchase((late, 5, 10), (busy, 5, 10)) for _ in range(4)]
        sales = [world.sale((late, 3), (busy, 3)) for _ in range(4)]

    def receive(order):
        return lambda: world.receive(order)

    def ship(order):
        return lambda: delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order))

    def count(product, quantity, at=None):
        found = Found(D(quantity), lines[product.pk].pk, at=at)
        return lambda: count_enter(actor=actor, sheet=sheet, found=found)

    jobs = [receive(o) for o in orders] + [ship(o) for o in sales] + [count(busy, 101)]
    answers = at_once(company, jobs)
    assert [a for a in answers if isinstance(a, Exception)] == []
    with serving(company):
        place = world.place().pk
        assert book_at([(late.pk, place, "")] * 2, [counted_at, timezone.now()]) == [D(100), D(108)]
        line = count(late, 98, counted_at)()  # sent now, as it was then
        assert (line.book, line.state) == (D(100), "ready")
        among = sheet.lines.get(product=busy)
        assert among.book in {D(100) + 5 * i - 3 * j for i in range(5) for j in range(5)}

    # Two press "post" at once, while goods go on moving: it is posted once.
    with serving(company):
        more = [world.purchase((late, 1, 10), (busy, 1, 10)) for _ in range(3)]
    answers = at_once(company, [lambda: count_sheet_post(actor=actor, record=sheet)] * 2 + [receive(o) for o in more])
    refused = [a for a in answers if isinstance(a, Problem)]
    assert [type(a) for a in refused] == [StateRefused]
    with serving(company):
        assert world.balance(late)[0] == D(98) + 4 * 5 - 4 * 3 + 3
        assert world.balance(busy)[0] == D(100) + 4 * 5 - 4 * 3 + 3 + (D(101) - among.book)
        assert StockMove.objects.filter(product=late, kind="count").count() == 1
        assert check(company) == []
