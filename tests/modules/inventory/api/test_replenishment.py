"""Replenishment, forecasts, slow stock and turnover over HTTP: who may see and do what, and what the pages read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest
from dateutil.relativedelta import relativedelta

from modules.inventory.models import Forecast, ReplenishmentPolicy
from modules.inventory.selectors.demand import first_of
from modules.inventory.tasks import work_out_replenishment
from tenon.tenancy.context import current
from tests.platform.api.client import Api

BASE = "/api/v1/inventory"


@pytest.fixture
def api(world):
    return Api(world.actor)


@pytest.fixture
def product(world, api):
    """Ten months of demand, brought along; nothing in stock."""
    product = world.product(lead_time_days=5)
    start = first_of(current().today()) - relativedelta(months=10)
    for n in range(10):
        month = (start + relativedelta(months=n)).isoformat()
        made = api.post(f"{BASE}/past-demand/", {"product": product.pk, "month": month, "quantity": "60"})
        assert made.status == 201, made.json
    return product


def test_from_past_demand_to_a_requisition(world, api, product):
    said = []
    done = work_out_replenishment(actor=world.actor, progress=lambda *args: said.append(args))  # type: ignore[arg-type]
    assert (done["forecasts"], done["policies"], done["changed"], done["alerts"]) == (1, 1, 1, 1)
    again = work_out_replenishment(actor=world.actor, progress=lambda *args: None)  # type: ignore[arg-type]
    assert again == {"forecasts": 0, "policies": 0, "changed": 0, "alerts": 0}
    (row,) = api.get(f"{BASE}/replenishment/").json["results"]
    # 60 a month without any spread, seven days: 13.8, and up to 30 days more
    assert (D(row["point"]), row["point_from"], row["short"]) == (D(14), "computed", True)
    assert D(row["quantity"]) == D(74)
    answer = api.post(f"{BASE}/replenishment/act/", {"how": "requisition", "rows": [{"policy": row["id"]}]})
    assert answer.status == 200, answer.json
    assert answer.json["made"][0]["entity"] == "inventory.requisition"
    assert D(answer.json["results"][0]["need"]) == 0
    refused = api.post(f"{BASE}/replenishment/act/", {"how": "requisition", "rows": []})
    assert refused.status == 400


def test_a_forecast_is_said_otherwise(world, api, product):
    work_out_replenishment(actor=world.actor, progress=lambda *args: None)  # type: ignore[arg-type]
    key = Forecast.objects.get().pk
    seen = api.get(f"{BASE}/forecasts/{key}/outlook/").json
    assert (seen["method"], len(seen["history"]), len(seen["forecast"])) == ("average", 10, 12)
    month = seen["forecast"][2]["month"]
    body = {"product": product.pk, "month": month, "quantity": "200", "reason": "Fair"}
    made = api.post(f"{BASE}/forecast-overrides/", body)
    assert made.status == 201, made.json
    assert api.post(f"{BASE}/forecast-overrides/", body).status == 400
    changed = api.get(f"{BASE}/forecasts/{key}/outlook/").json["forecast"][2]
    assert (D(changed["quantity"]), D(changed["computed"]), changed["override"]["reason"]) == (D(200), D(60), "Fair")
    gone = api.delete(f"{BASE}/forecast-overrides/{made.json['id']}/", made.json["version"])
    assert gone.status == 204
    assert D(api.get(f"{BASE}/forecasts/{key}/outlook/").json["forecast"][2]["quantity"]) == D(60)


def test_slow_stock_and_its_action(world, api):
    product = world.product()
    world.opening((product, 5, 10))
    seen = api.get(f"{BASE}/slow-stock/").json
    (row,) = [r for r in seen["results"] if r["product"]["id"] == product.pk]
    assert (row["kind"], D(row["excess_value"]), row["action"]) == ("excess", D(50), None)
    assert D(seen["dead_share"]) == 0
    body = {
        "product": product.pk, "kind": "sell", "reason": "Old model", "owner": world.actor.member_id,
        "until": current().today().isoformat(),
    }  # fmt: skip
    made = api.post(f"{BASE}/slow-stock-actions/", body)
    assert made.status == 201, made.json
    (row,) = [r for r in api.get(f"{BASE}/slow-stock/").json["results"] if r["product"]["id"] == product.pk]
    assert row["action"]["kind"] == "sell"
    assert api.post(f"{BASE}/slow-stock-actions/{made.json['id']}/actions/finish/").json["record"]["status"] == "done"
    assert api.get(f"{BASE}/stock-turnover/?by=warehouse").json["results"][0]["label"]


def test_who_may(world, api, product):
    work_out_replenishment(actor=world.actor, progress=lambda *args: None)  # type: ignore[arg-type]
    policy = ReplenishmentPolicy.objects.get().pk
    looker = Api(replace(world.actor, permissions=frozenset({"inventory.replenishment_policy.view"}), roles=()))
    assert looker.get(f"{BASE}/replenishment/").status == 200
    for path, body in (
        ("replenishment/act/", {"how": "order", "rows": [{"policy": policy}]}),
        ("replenishment/act/", {"how": "requisition", "rows": [{"policy": policy}]}),
        ("replenishment/transfer/", {"policy": policy, "from_warehouse": 1}),
        ("replenishment/run/", {}),
    ):
        assert looker.post(f"{BASE}/{path}", body).type == "forbidden", path
    assert looker.get(f"{BASE}/slow-stock/").type == "forbidden"
    assert looker.get(f"{BASE}/stock-turnover/").type == "forbidden"
    assert looker.get(f"{BASE}/forecasts/{Forecast.objects.get().pk}/outlook/").type == "forbidden"
