"""Twenty at once work on the same stock and are killed while they do: receipts, deliveries, counts, locks, cost changes
and claims; SIGKILL of the worker processes, of the database's sessions and of the database server itself in between.
What is left is whole: the books are proved, no deadlock comes up, no reservation is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from ops.paths import ROOT
from tests.stories.own_database import OwnDatabase
from tests.stories.stock_worker import AT_ONCE

WORKERS = 4  # of AT_ONCE hands each
KILLS = ("worker", "session", "server process", "worker", "server", "server process", "server")
APPLICATION = "stock_worker"
EACH = {"sell", "ship", "receive", "count", "reprice"}  # what has to come through; the hands choose by chance
BEGUN, BETWEEN = 60, 6  # seconds at most, until all have done something, and between two kills


class Crew:
    """Worker processes and what they said."""

    def __init__(self, database, product_ids, folder):
        self.database, self.product_ids, self.folder = database, product_ids, folder
        self.running, self.started = [], 0
        for _ in range(WORKERS):
            self.start()

    def start(self):
        self.started += 1
        command = [sys.executable, "-m", "tests.stories.stock_worker", "work"]
        with (self.folder / f"{self.started}.log").open("w") as log:
            worker = subprocess.Popen(
                [*command, json.dumps(self.product_ids), str(self.started)], cwd=ROOT, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
                env={**self.database.environment, "PGAPPNAME": APPLICATION},
            )  # fmt: skip
        self.running.append(worker)

    def said(self):
        return [line for file in self.folder.glob("*.log") for line in file.read_text().splitlines() if line]

    def done(self):
        return sum(line.startswith("done ") for line in self.said())

    def verbs(self):
        return {line.split()[1] for line in self.said() if line.startswith("done ")}

    def wait_for(self, count, seconds):
        until = time.monotonic() + seconds
        while self.done() < count and time.monotonic() < until:
            time.sleep(0.1)

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


@pytest.fixture
def database():
    with OwnDatabase() as own:
        yield own


def test_killed_in_between(database, tmp_path):
    """Rule 16."""
    own = random.Random(7)
    product_ids = json.loads(database.run("-m", "tests.stories.stock_worker", "make"))
    crew = Crew(database, product_ids, tmp_path)
    try:
        crew.wait_for(WORKERS * AT_ONCE, BEGUN)
        for victim in KILLS:
            before = crew.done()
            if victim == "worker":
                crew.kill_one(own)
            elif victim == "session":
                database.end_session(APPLICATION)
            elif victim == "server process":
                database.kill_session(APPLICATION)
            else:
                database.kill_server()
            crew.wait_for(before + 2 * WORKERS, BETWEEN)
            crew.wait_for(before + 1, BEGUN)  # a machine that is busy otherwise starts a server slowly
            assert crew.done() > before, (victim, crew.said()[-20:])
        until = time.monotonic() + BEGUN
        while not crew.verbs() >= EACH and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        crew.end()
    said = crew.said()
    # Those whose session was killed say so; no deadlock comes up, and nothing breaks that is no matter of the database.
    assert not [line for line in said if "deadlock" in line.lower() or line.startswith("Traceback")], said[-50:]
    assert crew.verbs() >= EACH, crew.verbs()
    assert json.loads(database.run("-m", "tests.stories.stock_worker", "prove")) == []
