"""The palette's search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.records.service import acting


@pytest.fixture
def people(api: Any, actor: Actor) -> None:
    with acting(actor):
        for i, name in enumerate(("Harbour North", "Old Harbour", "Harbour")):
            Department.objects.create(name=name)
            Member.objects.create(person_id=900 + i, name=f"{name} clerk", email=f"h{i}@acme.example")


def test_the_exact_title_comes_first_then_beginnings(api: Any, people: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        results = api.get("/api/v1/search/?q=harbour").json["results"]
    departments = [r["title"] for r in results if r["entity"] == "access.department"]
    assert departments == ["Harbour", "Harbour North", "Old Harbour"]
    assert results[0]["route"] == f"/access/departments/{results[0]['id']}"
    members = [r for r in results if r["entity"] == "access.member"]
    assert {m["subtitle"] for m in members} == {"h0@acme.example", "h1@acme.example", "h2@acme.example"}
    assert len([q for q in queries if q["sql"].lstrip("(").lower().startswith("select")]) <= 2


def test_what_one_may_not_see_is_not_found(api_as: Any, actor: Actor, people: None) -> None:
    blind = replace(actor, permissions=actor.permissions - {"access.member.view"})
    entities = {r["entity"] for r in api_as(blind).get("/api/v1/search/?q=harbour").json["results"]}
    assert entities == {"access.department"}
    assert api_as(actor).get("/api/v1/search/?q=").json == {"results": []}
    assert api_as(actor).get("/api/v1/search/?q=%25%25").json == {"results": []}
    assert api_as(None).get("/api/v1/search/?q=harbour").type == "unauthenticated"
