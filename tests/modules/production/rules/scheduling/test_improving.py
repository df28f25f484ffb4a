"""The solver's part: known optima, never worse, stopped at once; whatever it finds can be done."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings

from modules.production.rules.scheduling.improving import improve
from modules.production.rules.scheduling.listing import forward
from modules.production.rules.scheduling.terms import Job, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime
from tests.modules.production.rules.scheduling.checker import contradictions
from tests.modules.production.rules.scheduling.job_shops import job_shop
from tests.modules.production.rules.scheduling.worlds import shops


@pytest.mark.parametrize("name", ["ft06", "la01"])
def test_known_job_shops_are_solved(name: str) -> None:
    shop, optimum = job_shop(name)
    found = improve(shop, forward(shop), seconds=20)
    assert contradictions(shop, found) == []
    assert max(bar.end for bar in found.bars.values()) == optimum


def test_set_ups_are_put_together() -> None:
    # Four of two colours, set up for 50 minutes: the list goes by dates, 4 set-ups; two are enough to be in time.
    tasks = [Task(n, n, (Mode(("M",), 10, 50),), (), "red" if n in "ac" else "blue") for n in "abcd"]
    dues = {"a": 60, "b": 240, "c": 250, "d": 260}
    shop = Shop(
        {"M": Resource("M", WorkingTime([(0, 10_000)]))},
        {t.key: t for t in tasks},
        {n: Job(n, due) for n, due in dues.items()},
    )
    start = forward(replace(shop, changes={("red", "red"): 50, ("blue", "blue"): 50}))
    found = improve(shop, start, seconds=5)
    assert contradictions(shop, found) == []
    assert max(bar.end for bar in found.bars.values()) == 2 * 50 + 4 * 10


@settings(max_examples=15, deadline=None)
@given(shops())
def test_whatever_the_shop_it_is_never_worse_and_can_be_done(shop: Shop) -> None:
    before = forward(shop)
    after = improve(shop, before, seconds=0.2)
    assert contradictions(shop, after) == []
    assert after.score(shop) <= before.score(shop)


def test_who_follows_it_can_stop_it() -> None:
    class Stopped(Exception):
        pass

    def tell(share: float, score: int) -> None:
        assert 0 <= share <= 1
        assert score
        raise Stopped

    shop, _ = job_shop("abz7")
    began = time.monotonic()
    with pytest.raises(Stopped):
        improve(shop, forward(shop), seconds=60, tell=tell)
    assert time.monotonic() - began < 20
