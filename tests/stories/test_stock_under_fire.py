"""Processes that are killed while they work on the same stock: receipts, deliveries, counts, locks, cost changes and
claims at once; SIGKILL of workers and of their database sessions in between. What is left is whole: the books are
proved, no deadlock comes up, no reservation is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from django.db.models import Sum

from modules.inventory.checks import check
from modules.inventory.models import Reservation
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.tenancy.context import serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World

WORKERS, KILLS, SECONDS = 4, 6, 25
APPLICATION = "stock_worker"
HERE = Path(__file__).resolve().parents[2]


def database_url():
    """The application's login to the database of this run."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


class Crew:
    """Worker processes and what they said."""

    def __init__(self, company, product_ids, folder):
        self.company, self.product_ids, self.folder = company, product_ids, folder
        self.running, self.started = [], 0
        for _ in range(WORKERS):
            self.start()

    def start(self):
        self.started += 1
        command = [sys.executable, "-m", "tests.stories.stock_worker", self.company.slug]
        with (self.folder / f"{self.started}.log").open("w") as log:
            worker = subprocess.Popen(
                [*command, json.dumps(self.product_ids), str(self.started)], cwd=HERE, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
                env={**os.environ, "DATABASE_URL": database_url(), "PGAPPNAME": APPLICATION},
            )  # fmt: skip
        self.running.append(worker)

    def said(self):
        return [line for file in self.folder.glob("*.log") for line in file.read_text().splitlines() if line]

    def done(self):
        return sum(line.startswith("done ") for line in self.said())

    def wait_for(self, count, seconds):
        until = time.monotonic() + seconds
        while self.done() < count and time.monotonic() < until:
            time.sleep(0.2)

    def kill_one(self, own):
        victim = self.running.pop(own.randrange(len(self.running)))
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        self.start()

    def end(self):
        for worker in self.running:
            worker.terminate()
        for worker in self.running:
            try:
                worker.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()


def kill_a_session(own):
    """One of the workers' database sessions dies in the middle of what it does. Returns how many."""
    with psycopg.connect(database_url(), autocommit=True) as login:
        for _ in range(100):
            found = login.execute(
                "select pid from pg_stat_activity where application_name = %s and state <> 'idle'", [APPLICATION]
            ).fetchall()
            if found:
                login.execute("select pg_terminate_backend(%s)", [own.choice(found)[0]])
                return 1
            time.sleep(0.01)
    return 0


def test_killed_in_between(fresh_company, tmp_path):
    company = fresh_company("Under fire")
    actor = owner_of(company)
    own = random.Random(7)
    with serving(company):
        world = World(actor)
        products = world.products(2)
        world.opening(*((p, 500, 3) for p in products))
        for _ in range(4):
            world.purchase(*((p, 1000, 4) for p in products))
        world.sale(*((p, 5) for p in products))
    crew = Crew(company, [p.pk for p in products], tmp_path)
    cut = 0
    try:
        crew.wait_for(WORKERS, 60)  # they have begun to work
        began = time.monotonic()
        for n in range(KILLS):
            crew.wait_for(crew.done() + 4, SECONDS / KILLS)
            if n % 2:
                cut += kill_a_session(own)
            else:
                crew.kill_one(own)
        crew.wait_for(crew.done() + 4, 5)
        took = time.monotonic() - began
    finally:
        crew.end()
    said = crew.said()
    assert crew.done() >= 20, said[-20:]
    assert cut >= 1
    # A killed session says so; no deadlock comes up.
    assert not [line for line in said if "deadlock" in line.lower()]
    assert not [line for line in said if line.startswith("Traceback")], said[-20:]
    with serving(company):
        assert check(company) == []
        # No reservation is lost: each line holds what its reservations say, and no ended order has one.
        held = Reservation.objects.filter(state="active", demand_entity="shared.sales_order_line")
        of_line = dict(held.values_list("demand_id").annotate(q=Sum("quantity")))
        assert of_line == dict(SalesOrderLine.objects.filter(reserved__gt=0).values_list("pk", "reserved"))
        ended = SalesOrder.objects.exclude(status__in=("confirmed", "part_delivered")).values("pk")
        assert not held.filter(head_id__in=ended, head_entity="shared.sales_order").exists()
    assert took < 40, f"{took:.1f} s"
