"""Several pickers walk one wave at the same moment, each over a connection of their own: every piece is fetched once,
whoever comes second is told so, and giving the wave up meanwhile leaves nothing half moved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from django.db import connection

from modules.inventory.checks import check
from modules.inventory.models import Delivery, Location, Pick, StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.picking import pick_take
from modules.inventory.services.place import place_new
from modules.inventory.services.wave import wave_cancel, wave_create
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World

PICKERS, ORDERS = 6, 3


def at_once(company: Company, jobs: list[Callable[[], Any]]) -> list[Any]:
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            with serving(company):
                connection.ensure_connection()
                gate.wait(timeout=60)
                try:
                    return job()
                except Problem as problem:
                    return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_pickers_of_one_wave(fresh_company: Callable[..., Company]) -> None:
    company = fresh_company("Pickers")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        with acting(actor):
            top = world.place()
            bins = [place_new(name=f"A-{n}", parent=top, pick_order=n) for n in (1, 2)]
            pack = place_new(name="PACK", parent=top, purpose=Location.Purpose.PACKING, pick_order=900)
        products = world.products(2)
        for product, place in zip(products, bins, strict=True):
            world.opening((product, 30, 5), place=place)
        orders = [world.sale((products[0], 3), (products[1], 2)) for _ in range(ORDERS)]
        notes = [delivery_create(actor=actor, order=order) for order in orders]
        assert top.warehouse is not None
        wave = wave_create(actor=actor, warehouse=top.warehouse)
        tasks = list(wave.picks.all())

    def walk(number: int) -> list[str]:
        said = []
        for task in tasks[number % len(tasks) :] + tasks[: number % len(tasks)]:
            for _ in range(3):
                try:
                    pick_take(actor=actor, pick=task, quantity=Decimal(1))
                    said.append("ok")
                except Problem:
                    said.append("no")
        return said

    answers = at_once(company, [lambda n=n: walk(n) for n in range(PICKERS)])  # type: ignore[misc]
    assert all(isinstance(a, list) for a in answers), answers
    assert sum(a.count("ok") for a in answers) == ORDERS * 5
    with serving(company):
        for product, count in zip(products, (3, 2), strict=True):
            there = StockBalance.objects.get(product=product, location=pack)
            assert (there.on_hand, there.reserved) == (count * ORDERS, count * ORDERS)
        assert not Pick.objects.filter(wave=wave, status="open").exists()
        wave.refresh_from_db()
        assert wave.status == "done"
        assert check(company) == []
    jobs: list[Callable[[], Any]] = [
        lambda: delivery_post(actor=actor, delivery=notes[0]),
        lambda: delivery_post(actor=actor, delivery=notes[1]),
        lambda: wave_cancel(actor=actor, wave=wave),
        lambda: wave_cancel(actor=actor, wave=wave),
    ]
    at_once(company, jobs)
    with serving(company):
        left = {d.pk: d for d in Delivery.objects.filter(pk__in=[n.pk for n in notes])}
        shipped = sum(1 for d in left.values() if d.status == "posted")
        for product, count in zip(products, (3, 2), strict=True):
            docked = StockBalance.objects.get(product=product, location=pack)
            assert docked.on_hand == 0
            assert world.balance(product) == (30 - shipped * count, (ORDERS - shipped) * count)
        assert check(company) == []
