"""What-ifs over HTTP: changes are said, calculated as a job, compared, tried and applied; money is not for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from modules.production.models import Scenario, WorkTimeChange
from modules.production.services.scenario_run import KIND, scenario_calculate
from tenon.access.actor import Actor
from tenon.jobs.models import Job
from tenon.tenancy.context import current, serving
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_planning import sold
from tests.platform.api.client import Api

PATH = "/api/v1/production/scenarios/"


@pytest.fixture
def api(actor: Actor, factory: Factory) -> Api:
    return Api(actor)


def test_from_a_name_to_the_plan(api: Api, factory: Factory) -> None:
    today = current().today()
    order = sold(factory, 3, today + timedelta(days=40))
    scenario = api.post(PATH, {"name": "Overtime"}).json["id"]
    path = f"{PATH}{scenario}/"
    assert api.post(f"{path}comparison/", {}).status == 409  # nothing is otherwise yet
    hours = {
        "kind": "overtime", "work_centre": factory.centre.pk, "price": "45",
        "starts_at": f"{today}T17:00:00+08:00", "ends_at": f"{today}T21:00:00+08:00",
    }  # fmt: skip
    change = api.post(f"{path}changes/", hours).json
    assert api("PUT", f"{path}changes/{change['id']}/", {**hours, "price": "50"}).json["price"] == "50.00000000"
    assert api.post(f"{path}changes/", {"kind": "line"}).status == 400
    job = api.post(f"{path}comparison/", {})
    assert job.status == 202
    assert Job.objects.get(pk=job.json["id"]).kind == KIND
    scenario_calculate(actor=factory.actor, scenario=scenario)
    shown = api.get(f"{path}comparison/").json
    assert [(line["order"], line["verdict"]) for line in shown["lines"]] == [(order.pk, "same")]
    assert shown["outcome"]["branch"]["extra"] == "200.00"  # four hours at 50
    assert len(shown["outcome"]["weeks"]) == len(shown["outcome"]["branch"]["stock"]) == 12
    assert api.post(f"{path}apply/", {"changes": [change["id"]]}).json == {"conflicts": [], "state": "done"}
    assert not WorkTimeChange.objects.exists()
    assert api.post(f"{path}apply/", {"changes": [change["id"]], "accept": True}).json["state"] == "applied"
    assert WorkTimeChange.objects.get().work_centre == factory.centre
    assert api.post(f"{path}apply/", {"changes": [change["id"]], "accept": True}).status == 404


def test_money_and_rights(api: Api, factory: Factory, actor: Actor) -> None:
    scenario = Scenario.objects.get(pk=api.post(PATH, {"name": "Safety"}).json["id"])
    said = {"kind": "planning", "product": factory.frame.pk, "safety_stock": "4"}
    change = api.post(f"{PATH}{scenario.pk}/changes/", said).json
    scenario_calculate(actor=actor, scenario=scenario.pk)
    assert "cost" in api.get(f"{PATH}{scenario.pk}/comparison/").json["outcome"]["branch"]
    looker = Api(replace(actor, permissions=frozenset({"production.scenario.view"})))
    seen = looker.get(f"{PATH}{scenario.pk}/comparison/").json["outcome"]
    assert not {"cost", "purchase", "stock", "cash"} & {*seen["base"], *seen["branch"]}
    for answer in (
        looker.post(f"{PATH}{scenario.pk}/comparison/", {}),
        looker.post(f"{PATH}{scenario.pk}/changes/", said),
        looker.post(f"{PATH}{scenario.pk}/apply/", {"changes": [change["id"]]}),
    ):
        assert answer.status == 403
    with serving(replace(current(), features=current().features - {"production.mrp"})):
        assert api.get(f"{PATH}{scenario.pk}/comparison/").status == 403
