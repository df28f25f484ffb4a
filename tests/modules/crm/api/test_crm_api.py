"""From lead to order over HTTP; what a sales person may not see."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.platform.api.client import Api


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def test_lead_to_order(api: Api, make_product: Callable[..., Product]) -> None:
    """Quote 2 × 100.00 − 5 % = 190.00, cost 120.00, margin 70.00; the order has the same total."""
    lead = api.post(
        "/api/v1/crm/leads/", {"name": "Vista Road Bikes", "contact_name": "Donna Carreras", "source": "web"}
    )
    assert lead.status == 201, lead.content
    hits = api.get("/api/v1/crm/leads/duplicates/?name=VISTA%20ROAD%20BIKES").json["results"]
    assert [(h["entity"], h["id"]) for h in hits] == [("crm.lead", lead.json["id"])]
    converted = api.post(f"/api/v1/crm/leads/{lead.json['id']}/actions/convert/", {"amount": "500"})
    assert converted.status == 200, converted.content
    result = converted.json["result"]
    assert (result["party"]["label"], result["opportunity"]["entity"]) == ("Vista Road Bikes", "crm.opportunity")
    again = api.post(f"/api/v1/crm/leads/{lead.json['id']}/actions/convert/", {})
    assert again.status == 409
    opportunity = result["opportunity"]["id"]
    pipeline = api.get("/api/v1/crm/pipeline/").json["stages"]
    assert [(s["count"], s["amount"], s["weighted"]) for s in pipeline] == [(1, "500.00", "50.00")]
    assert pipeline[0]["probability"] == "10"  # not 1E+1
    quote = api.post(
        "/api/v1/crm/quotes/",
        {
            "party": result["party"]["id"], "opportunity": opportunity,
            "lines": [{"product": make_product().pk, "quantity": "2", "discount": "5"}],
        },
    ).json  # fmt: skip
    assert (quote["total"], quote["margin"]) == ("190.00", "70.00")
    accepted = api.post(f"/api/v1/crm/quotes/{quote['id']}/actions/accept/", {})
    assert accepted.status == 200, accepted.content
    order = api.get(f"/api/v1/shared/sales-orders/{accepted.json['result']['id']}/").json
    assert (order["total"], order["quote_ref"]["label"]) == ("190.00", quote["number"])
    won = api.get(f"/api/v1/crm/opportunities/{opportunity}/").json
    assert (won["state"], won["stage"]["label"]) == ("won", won["stage"]["label"])
    history = api.get(f"/api/v1/crm/stage-history/?opportunity={opportunity}&count=1").json
    assert history["count"] == 2
    assert api.post("/api/v1/crm/stage-history/", {}).status == 405


def test_margin_is_hidden_where_the_role_says_so(actor: Actor, api: Api, make_product: Callable[..., Product]) -> None:
    party = api.post("/api/v1/shared/parties/", {"name": "X", "is_customer": True}).json
    lines = [{"product": make_product(standard_cost=Decimal(1)).pk, "quantity": "1"}]
    quote = api.post("/api/v1/crm/quotes/", {"party": party["id"], "lines": lines}).json
    assert quote["margin"] == "99.00"
    hidden = {
        "crm.quote": frozenset({"cost", "margin", "margin_percent"}),
        "crm.quote_line": frozenset({"unit_cost", "margin"}),
    }
    clerk = Api(
        Actor(
            kind="member", label="clerk", member_id=actor.member_id, permissions=actor.permissions, scopes={"": "all"},
            hidden=hidden,
        )
    )  # fmt: skip
    row = clerk.get(f"/api/v1/crm/quotes/{quote['id']}/").json
    assert not {"cost", "margin", "margin_percent"} & set(row)
    assert not {"unit_cost", "margin"} & set(row["lines"][0])
    assert clerk.get("/api/v1/crm/quotes/?order=margin").status == 400


def test_leads_of_others_are_not_seen(api: Api, actor: Actor) -> None:
    lead = api.post("/api/v1/crm/leads/", {"name": "Litware"}).json
    other = Actor(
        kind="member", label="rep", member_id=(actor.member_id or 0) + 999, permissions=actor.permissions,
        scopes={"": "own"},
    )  # fmt: skip
    rep = Api(other)
    assert rep.get("/api/v1/crm/leads/?count=1").json["count"] == 0
    assert rep.get(f"/api/v1/crm/leads/{lead['id']}/").status == 404
    assert rep.post(f"/api/v1/crm/leads/{lead['id']}/actions/convert/", {}).status == 404


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "2026-13-01"])
def test_pipeline_refuses_what_is_no_day(day: str, api: Api) -> None:
    answer = api.get(f"/api/v1/crm/pipeline/?on={day}")
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "on")
