"""Saved views: one's own, and shared ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.service import acting

URL = "/api/v1/records/saved-views/"
BODY = {"name": "Mine", "entity": "access.department", "config": {"filters": {"name": "A"}, "order": ["-name"]}}


def test_views_are_private_until_shared(api: Any, api_as: Any, actor: Actor) -> None:
    with acting(actor):
        other = Member.objects.create(person_id=778, name="Sales", email="s@acme.example")
    rights = frozenset(p for p in actor.permissions if p != "records.saved_view.share")
    colleague = api_as(replace(actor, member_id=other.pk, label="Sales", permissions=rights))
    mine = api.post(URL, BODY).json
    assert (mine["mine"], mine["owner"]["label"]) == (True, "Owner")
    assert colleague.get(URL).json["results"] == []
    assert colleague.get(f"{URL}{mine['id']}/").type == "not-found"
    shared = api.patch(f"{URL}{mine['id']}/", {"shared": True}, mine["version"]).json
    assert [v["mine"] for v in colleague.get(URL).json["results"]] == [False]
    assert colleague.patch(f"{URL}{mine['id']}/", {"name": "X"}, shared["version"]).type == "forbidden"
    assert colleague.post(URL, {**BODY, "shared": True}).type == "forbidden"
    assert colleague.post(URL, BODY).status == 201
    assert colleague.post(URL, {**BODY, "entity": "no.such"}).fields() == {"entity"}
    assert colleague.post(URL, {**BODY, "config": {"order": "name"}}).fields() == {"config"}
