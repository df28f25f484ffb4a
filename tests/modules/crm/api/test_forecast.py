"""Forecast, funnel and win probability over HTTP: what they say, whom they tell, how many queries they take."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.deals import past_deals
from modules.crm.models import LossReason, Opportunity, Pipeline, Stage
from modules.crm.services import opportunity_create
from modules.crm.services.win import win_nightly
from modules.shared.data.models import Party
from modules.shared.data.services import party_create
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.platform.api.client import Api

PATHS = ("forecast/", "forecast/snapshots/", "funnel/", "win/")


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def test_queries_do_not_grow_with_the_deals(api: Api, actor: Actor) -> None:
    members = [Member.objects.get(pk=actor.member_id or 0)]
    parties = [party_create(actor=actor, name=f"Dealer {n}", is_customer=True) for n in range(6)]
    asked = []
    for count in (30, 120):
        past_deals(actor, parties, members, seed=count, count=count, days=200)
        win_nightly()
        for path in PATHS:
            with CaptureQueriesContext(connection) as caught:
                answer = api.get(f"/api/v1/crm/{path}")
            assert answer.status == 200, answer.content
            asked.append((path, len(caught)))
    assert asked[:4] == asked[4:]
    assert max(n for _path, n in asked) <= 12


def test_the_funnel_of_a_past(api: Api, actor: Actor) -> None:
    members = [Member.objects.get(pk=actor.member_id or 0)]
    parties = [party_create(actor=actor, name=f"Dealer {n}", is_customer=True) for n in range(6)]
    past_deals(actor, parties, members, seed=5, count=150, days=300)
    got = api.get("/api/v1/crm/funnel/").json
    closed = Opportunity.objects.exclude(state="open")
    assert got["closed"]["won"] == closed.filter(state="won").count() > 20
    assert got["closed"]["lost"] == closed.filter(state="lost").count()
    assert sum(month["closed"]["won"] for month in got["months"]) == got["closed"]["won"]
    assert sum(month["stages"][0]["entered"] for month in got["months"]) == got["stages"][0]["entered"] == 150
    assert sum(row["count"] for row in got["losses"]) == got["closed"]["lost"]
    entered = [stage["entered"] for stage in got["stages"]]
    assert entered == sorted(entered, reverse=True)
    assert D(got["velocity"]) > 0


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("forecast/?period=2026-13", "period"),
        ("forecast/?period=%00", "period"),
        ("forecast/snapshots/?period=x", "period"),
        ("funnel/?since=2026-02-30", "since"),
        ("funnel/?since=2001-01-01", "since"),
        ("funnel/?until=0001-01-01", "until"),
        ("funnel/?until=9999-12-31", "until"),
        ("funnel/?within=0", "within"),
        ("funnel/?within=-1", "within"),
        ("funnel/?pipeline=999999999", "pipeline"),
        ("funnel/?pipeline=x", "pipeline"),
    ],
)
def test_what_is_no_question_is_refused(api: Api, path: str, field: str) -> None:
    answer = api.get(f"/api/v1/crm/{path}")
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, field), answer.content


def test_who_may_not_see_is_told_nothing(api: Api, actor: Actor, customer: Party) -> None:
    deal = opportunity_create(actor=actor, party=customer)
    assert api.get(f"/api/v1/crm/win/{deal.pk}/").json["prediction"] is None
    assert api.post(f"/api/v1/crm/opportunities/{deal.pk}/actions/predict/").status == 200
    told = api.get(f"/api/v1/crm/win/{deal.pk}/").json["prediction"]
    assert (told["probability"], told["by_model"]) == ("0.10000", False)
    assert api.get(f"/api/v1/crm/win/{2**70}/").status == 404
    blind = Api(Actor(kind="member", label="x", member_id=1, permissions=frozenset(), scopes={"": "all"}))
    for path in (*PATHS, f"win/{deal.pk}/"):
        assert blind.get(f"/api/v1/crm/{path}").status == 403


def test_a_pipeline_of_its_own_with_reasons(api: Api, actor: Actor, customer: Party) -> None:
    """Repairs pass two stages: on from the first only with an expected close; a deal is closed in its own pipeline,
    lost for a reason of the list; reopened, it has none."""
    with acting(actor):
        repairs = Pipeline(name="Repairs", position=20)
        repairs.save()
        seen, done, lost = (
            Stage(pipeline=repairs, name=name, position=n * 10, kind=kind, probability=p, exit_fields=exits)
            for n, (name, kind, p, exits) in enumerate(
                [("Seen", "open", 40, ["expected_close"]), ("Done", "won", 100, []), ("Gone", "lost", 0, [])]
            )
        )
        for stage in (seen, done, lost):
            stage.save()
    made = api.post("/api/v1/crm/opportunities/", {"party": customer.pk, "stage": seen.pk, "name": "Frame"})
    assert made.status == 201, made.content
    assert made.json["pipeline"]["label"] == "Repairs"
    path = f"/api/v1/crm/opportunities/{made.json['id']}"
    early = api.post(f"{path}/actions/win/")
    assert (early.status, early.json["errors"][0]["field"]) == (400, "expected_close")
    other = Stage.objects.exclude(pipeline=repairs).get(kind="won")
    assert api.post(f"{path}/actions/move/", {"stage": other.pk}).json["errors"][0]["field"] == "stage"
    assert api.post(f"{path}/actions/lose/").json["errors"][0]["field"] == "reason"
    price = LossReason.objects.order_by("pk")[0]
    gone = api.post(f"{path}/actions/lose/", {"loss_reason": price.pk})
    assert gone.status == 200, gone.content
    row = api.get(f"{path}/").json
    assert (row["state"], row["stage"]["label"], row["loss_reason"]["label"], row["reason"]) == (
        "lost", "Gone", price.name, price.name,
    )  # fmt: skip
    assert api.post(f"{path}/actions/reopen/").status == 200
    row = api.get(f"{path}/").json
    assert (row["stage"]["label"], row["loss_reason"], row["reason"]) == ("Seen", None, "")
    api.patch(f"{path}/", {"expected_close": current().today().isoformat()}, row["version"])
    assert api.post(f"{path}/actions/win/").status == 200
    history = api.get(f"/api/v1/crm/stage-history/?opportunity={made.json['id']}&count=1").json
    assert history["count"] == 5
    funnel = api.get(f"/api/v1/crm/funnel/?pipeline={repairs.pk}").json
    assert [(s["label"], s["entered"], s["reached"]) for s in funnel["stages"]] == [("Seen", 1, 1)]
    assert (funnel["closed"]["won"], funnel["closed"]["lost"]) == (1, 0)
