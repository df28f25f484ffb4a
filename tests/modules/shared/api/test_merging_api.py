"""Duplicates over HTTP: found, looked at, merged many at once; the old address and key lead to who remains."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from modules.shared.data.models import Party
from modules.shared.data.services import contact_add, party_create
from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.platform.api.client import Api

PARTIES = "/api/v1/shared/parties"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


@pytest.fixture
def two(actor: Actor, serving_acme: Company) -> tuple[Party, Party]:
    keep = party_create(actor=actor, name="Giant Bicycles", is_customer=True, phone="021-555-0101")
    gone = party_create(
        actor=actor, name="GIANT BICYCLES Inc.", is_customer=True, phone="279-555-0130", credit_limit=Decimal(1500)
    )
    contact_add(actor=actor, party=keep, name="Purchasing")
    return keep, gone


def test_found_looked_at_merged_and_undone(api: Api, two: tuple[Party, Party]) -> None:
    keep, gone = two
    found = api.get(f"{PARTIES}/duplicate-groups/?role=customer").json
    assert found["count"] == 1
    (group,) = found["results"]
    assert (group["survivor"], group["two_companies"]) == (keep.pk, False)
    assert [(p["id"], p["references"], p["told"]) for p in group["parties"]] == [
        (keep.pk, 1, "021-555-0101"), (gone.pk, 0, "279-555-0130"),
    ]  # fmt: skip
    asked = api.get(f"{PARTIES}/duplicate-groups/?ids={gone.pk},{keep.pk}").json["results"]
    assert [p["id"] for p in asked[0]["parties"]] == [gone.pk, keep.pk]
    for ids in ("", "1", "1,x", f"{keep.pk},999999"):
        assert api.get(f"{PARTIES}/duplicate-groups/?ids={ids}").status in (400, 404)
    shown = api.post(f"{PARTIES}/merge-preview/", {"survivor": keep.pk, "absorbed": [gone.pk]}).json
    assert [(f["key"], f["taken"]) for f in shown["fields"]] == [("name", keep.pk), ("phone", keep.pk)]
    assert shown["fields"][1]["values"] == {str(keep.pk): "021-555-0101", str(gone.pk): "279-555-0130"}
    chosen = {"survivor": keep.pk, "absorbed": [gone.pk], "choices": {"phone": gone.pk}}
    assert api.post(f"{PARTIES}/merge-preview/", chosen).json["fields"][1]["result"] == "279-555-0130"

    answer = api.post(f"{PARTIES}/merge/", {"groups": [{**chosen, "reason": "One firm"}]}).json
    (merge,) = answer["results"][0]["merges"]
    assert (merge["absorbed"], merge["moved"], merge["kept"]) == (gone.pk, 0, 0)
    row = api.get(f"{PARTIES}/{keep.pk}/").json
    assert (row["phone"], row["credit_limit"]) == ("279-555-0130", "1500.00")
    assert api.get(f"{PARTIES}/?search=giant").json["results"][0]["id"] == keep.pk
    assert api.get(f"{PARTIES}/duplicate-groups/?role=customer").json == {"count": 0, "results": []}

    undone = api.post(f"/api/v1/shared/party-merges/{merge['id']}/actions/undo/", {})
    assert (undone.status, undone.json["record"]["state"]) == (200, "undone")
    assert api.get(f"{PARTIES}/{gone.pk}/").json["name"] == "GIANT BICYCLES Inc."
    assert api.get(f"{PARTIES}/{keep.pk}/").json["credit_limit"] is None


def test_an_old_id_and_an_old_key_lead_to_who_remains(api: Api, actor: Actor, two: tuple[Party, Party]) -> None:
    keep, gone = two
    api.post(f"{PARTIES}/merge/", {"groups": [{"survivor": keep.pk, "absorbed": [gone.pk]}]})
    old = api.get(f"{PARTIES}/{gone.pk}/?fields=name")
    assert (old.status, old.response["Location"]) == (308, f"{PARTIES}/{keep.pk}/?fields=name")
    for verb in ("patch", "delete"):
        assert getattr(api, verb)(f"{PARTIES}/{gone.pk}/", *([{"name": "X"}] if verb == "patch" else [])).status == 308
    for party in (gone.pk, {"code": gone.code}):
        made = api.post("/api/v1/shared/addresses/", {"party": party, "line1": "1 Bicycle Way"})
        assert (made.status, made.json["party"]["id"]) == (201, keep.pk), made.content
    # Whoever may not see the one that remains is told nothing.
    own = Api(replace(actor, member_id=-1, department_id=None, scopes={"": "own"}))
    assert own.get(f"{PARTIES}/{gone.pk}/").status == 404
    assert api.get(f"{PARTIES}/999999/").status == 404


def test_many_at_once_each_for_itself(api: Api, actor: Actor, two: tuple[Party, Party]) -> None:
    """Of two groups one is two companies: it is refused with its reason, the other is merged."""
    one = party_create(actor=actor, name="Trek", is_customer=True, tax_id="US-1")
    other = party_create(actor=actor, name="TREK", is_customer=True, tax_id="US-2")
    body = {
        "groups": [
            {"survivor": one.pk, "absorbed": [other.pk]},
            {"survivor": two[0].pk, "absorbed": [two[1].pk]},
        ]
    }
    assert api.post(f"{PARTIES}/merge-preview/", body["groups"][0]).json["two_companies"] is True
    refused, merged = api.post(f"{PARTIES}/merge/", body).json["results"]
    assert refused["problem"]["status"] == 409
    assert one.code in refused["problem"]["detail"]
    assert len(merged["merges"]) == 1


def test_bad_input_and_who_may_not(api: Api, actor: Actor, two: tuple[Party, Party]) -> None:
    keep, gone = (party.pk for party in two)
    for body in (
        {}, {"survivor": keep}, {"survivor": keep, "absorbed": []}, {"survivor": keep, "absorbed": [keep]},
        {"survivor": keep, "absorbed": [gone], "choices": {"colour": gone}},
        {"survivor": keep, "absorbed": [gone], "choices": {"name": 999999}}, {"survivor": "x", "absorbed": [gone]},
        {"survivor": 2**70, "absorbed": [gone]},
    ):  # fmt: skip
        assert api.post(f"{PARTIES}/merge-preview/", body).status == 400, body
        assert api.post(f"{PARTIES}/merge/", {"groups": [body]}).status == 400, body
    assert api.post(f"{PARTIES}/merge-preview/", {"survivor": keep, "absorbed": [999999]}).status == 404
    reader = Api(replace(actor, permissions=actor.permissions - {"shared.party.merge"}))
    body = {"survivor": keep, "absorbed": [gone]}
    assert reader.post(f"{PARTIES}/merge-preview/", body).status == 403
    assert reader.post(f"{PARTIES}/merge/", {"groups": [body]}).status == 403


def test_what_a_role_hides_is_not_told(api: Api, actor: Actor, two: tuple[Party, Party]) -> None:
    blind = Api(replace(actor, hidden={"shared.party": frozenset({"phone"})}))
    shown = blind.post(f"{PARTIES}/merge-preview/", {"survivor": two[0].pk, "absorbed": [two[1].pk]}).json
    assert [field["key"] for field in shown["fields"]] == ["name"]
    assert all(not p["told"] for p in blind.get(f"{PARTIES}/duplicate-groups/").json["results"][0]["parties"])
