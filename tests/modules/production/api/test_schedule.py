"""The schedule over HTTP: shown, refused when it is stale or switched off, and started in the background."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from modules.production.models import Operation
from tenon.access.actor import Actor
from tenon.jobs.models import Job
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tests.modules.production.factory import Factory, make_factory
from tests.platform.api.client import Api

PATH = "/api/v1/production/schedule/"


@pytest.fixture
def api(actor: Actor, factory: Factory) -> Api:
    with acting(actor):
        Operation(
            product=factory.bike, position=10, name="Assemble", work_centre=factory.centre, run_minutes=Decimal(60)
        ).save()
    return Api(actor)


@pytest.fixture
def factory(serving_acme: object, actor: Actor) -> Factory:
    return make_factory(actor)


def test_an_order_is_put_in_dragged_and_let_go(api: Api, factory: Factory) -> None:
    order = factory.order(2)
    assert [row["order"]["id"] for row in api.get(PATH).json["waiting"]] == [order.pk]
    shown = api.post(f"{PATH}rush/", {"orders": [order.pk]}).json
    assert [(s["order"]["id"], s["before"]) for s in shown["slips"]] == [(order.pk, None)]
    wrong = api.post(f"{PATH}rush/", {"orders": [order.pk], "accept": True, "revision": "another"})
    assert (wrong.status, wrong.type) == (409, "schedule-changed")
    done = api.post(f"{PATH}rush/", {"orders": [order.pk], "accept": True, "revision": shown["revision"]})
    assert done.status == 200
    board = api.get(f"{PATH}?since={done.json['bars'][0]['start'][:10]}").json
    (bar,) = board["bars"]
    assert (bar["order"]["id"], bar["fixed"], board["waiting"]) == (order.pk, False, [])
    wished = {"operation": bar["id"], "start": bar["end"], "work_centre": bar["centre"], "machine": 1}
    moved = api.post(f"{PATH}move/", wished).json
    assert moved["slips"][0]["minutes"] > 0
    assert api.post(f"{PATH}move/", {**wished, "accept": True, "revision": moved["revision"]}).status == 200
    assert api.post(f"{PATH}{bar['id']}/unfix/", {}).json == {"id": bar["id"], "fixed": False}


def test_scheduling_runs_in_the_background_one_at_a_time(api: Api, factory: Factory) -> None:
    first = api.post(PATH, {"direction": "forward", "seconds": 0})
    assert first.status == 202
    assert api.post(PATH, {}).json["id"] == first.json["id"]
    assert Job.objects.get(pk=first.json["id"]).arguments == {
        "direction": "forward", "seconds": 0, "frozen_hours": 0,
    }  # fmt: skip


def test_wrong_input_is_refused_in_words(api: Api) -> None:
    assert api.get(f"{PATH}?since=2026-01-02&until=2026-01-01").status == 400
    assert api.post(PATH, {"seconds": 100_000}).status == 400
    assert api.post(f"{PATH}move/", {"operation": 1}).status == 400
    assert api.post(f"{PATH}rush/", {"orders": []}).status == 400


def test_who_may_not_and_switched_off(api: Api, actor: Actor) -> None:
    stranger = Api(replace(actor, permissions=frozenset(), roles=()))
    assert {stranger.get(p).status for p in (PATH, f"{PATH}lateness/")} == {403}
    assert stranger.post(PATH, {}).status == 403
    off = replace(current(), features=current().features - {"production.scheduling"})
    with serving(off):
        for answer in (
            api.get(PATH),
            api.get(f"{PATH}lateness/"),
            api.post(PATH, {}),
            api.post(f"{PATH}rush/", {"orders": [1]}),
        ):
            assert (answer.status, answer.type) == (403, "feature-off")
