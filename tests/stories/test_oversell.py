"""Two hundred customers at once want the last hundred pieces: a hundred get one each, a hundred are told so. Real
threads, real connections, committed data."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from modules.inventory.checks import check
from modules.inventory.models import Reservation, StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.shared.data.models import SalesOrder
from modules.shared.data.services import (
    sales_order_cancel,
    sales_order_confirm,
    sales_order_confirm_in_full,
)
from tenon.api.problems import document
from tenon.problems import Problem
from tenon.tenancy.context import serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World

BUYERS, PIECES = 200, 100
AT_A_TIME = 80  # connections of their own, all there before the first begins


def at_once(company, jobs):
    """Runs all jobs at the same moment, each in a thread with a connection of its own. Returns results or problems."""
    together = min(len(jobs), AT_A_TIME)
    gate = threading.Barrier(together)

    def ready():
        gate.wait(timeout=60)

    def run(job):
        try:
            with serving(company):
                try:
                    return job()
                except Problem as problem:
                    return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(together, initializer=ready) as pool:
        return list(pool.map(run, jobs))


def test_the_last_hundred_pieces(fresh_company):
    """Rule 16."""
    company = fresh_company("Oversell")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        product = world.product()
        world.opening((product, PIECES, 100))
        orders = [world.sale((product, 1), confirm=False) for _ in range(BUYERS)]

    def confirm(order):
        return lambda: sales_order_confirm_in_full(actor=actor, order=order)

    answers = at_once(company, [confirm(order) for order in orders])

    won = [a for a in answers if isinstance(a, SalesOrder)]
    lost = [a for a in answers if isinstance(a, Problem)]
    assert (len(won), len(lost)) == (PIECES, BUYERS - PIECES)
    for problem in lost:
        body = document(problem)
        assert (body["type"], body["status"]) == ("/problems/insufficient-stock", 409)
        assert product.code in body["detail"]
        (line,) = body["lines"]
        assert line["product"]["id"] == product.pk
        assert (Decimal(line["wanted"]), Decimal(line["available"]), Decimal(line["missing"])) == (1, 0, 1)
    with serving(company):
        balance = StockBalance.objects.get(product=product)
        assert (balance.on_hand, balance.reserved) == (Decimal(PIECES), Decimal(PIECES))
        assert Reservation.objects.filter(product=product, state="active").count() == PIECES
        statuses = Counter(SalesOrder.objects.values_list("status", flat=True))
        assert statuses == {"confirmed": PIECES, "draft": BUYERS - PIECES}
        assert check(company) == []


def test_confirming_shipping_and_cancelling_at_once(fresh_company):
    """Rule 16.
    Several products in differing order, partial locks, deliveries and cancellations together: no deadlock comes up,
    and the books hold."""
    company = fresh_company("Rush")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        products = world.products(4)
        world.opening(*((p, 30, 7) for p in products))
        ready = [world.sale(*((p, 1) for p in products)) for _ in range(8)]
        drafts = [delivery_create(actor=actor, order=order) for order in ready[:4]]
        wanted = [
            world.sale(*((p, 3) for p in (products if n % 2 else products[::-1])), confirm=False) for n in range(16)
        ]
    answers = at_once(
        company,
        [
            *((lambda o=o: sales_order_confirm(actor=actor, order=o)) for o in wanted),
            *((lambda d=d: delivery_post(actor=actor, delivery=d)) for d in drafts),
            *((lambda o=o: sales_order_cancel(actor=actor, order=o)) for o in ready[4:]),
        ],
    )
    assert [a for a in answers if isinstance(a, Problem)] == []
    with serving(company):
        assert check(company) == []
        for product in products:
            balance = StockBalance.objects.get(product=product)
            # 4 shipped of 30; 22 to 26 were free for the sixteen who wanted 48, depending on who came first.
            assert balance.on_hand == 26
            assert 22 <= balance.reserved <= 26
