"""Custom fields: defined by the company, typed, in rows, filters, order, search and history."""

from __future__ import annotations

from typing import Any

import pytest

from tenon.access.actor import Actor
from tenon.api.metadata import entity_meta
from tenon.registry.registry import registry

FIELDS = "/api/v1/records/custom-fields/"
URL = "/api/v1/access/departments/"


@pytest.fixture
def fields(api: Any, django_capture_on_commit_callbacks: Any) -> list[dict[str, Any]]:
    made = []
    wanted: list[dict[str, Any]] = [
        {"key": "colour", "label": "Colour", "type": "choice", "choices": ["red", {"value": "blue", "label_zh": "蓝"}]},
        {"key": "size", "label": "Size", "type": "decimal"},
        {"key": "since", "label": "Since", "type": "date"},
        {"key": "motto", "label": "Motto", "type": "text", "searchable": True},
        {"key": "open", "label": "Open", "type": "boolean"},
    ]
    for position, body in enumerate(wanted):
        with django_capture_on_commit_callbacks(execute=True):
            answer = api.post(FIELDS, {"entity": "access.department", "position": position, **body})
        assert answer.status == 201, answer.content
        made.append(answer.json)
    return made


@pytest.fixture
def rows(api: Any, fields: Any) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = [
        {"name": "A", "custom": {"colour": "red", "size": "10.50", "since": "2026-01-31", "open": True}},
        {"name": "B", "custom": {"colour": "blue", "size": 9, "motto": "Ever forward"}},
        {"name": "C"},
    ]
    out = []
    for body in bodies:
        answer = api.post(URL, body)
        assert answer.status == 201, answer.content
        out.append(answer.json)
    return out


def names(api: Any, query: str) -> list[str]:
    answer = api.get(f"{URL}?{query}")
    assert answer.status == 200, answer.content
    return [row["name"] for row in answer.json["results"]]


def test_values_are_typed_and_come_back(rows: list[dict[str, Any]]) -> None:
    assert rows[0]["custom"] == {"colour": "red", "size": "10.5", "since": "2026-01-31", "open": True}
    assert rows[2]["custom"] == {}


def test_wrong_values_name_their_field(api: Any, fields: Any) -> None:
    bad = api.post(URL, {"name": "X", "custom": {"colour": "green", "size": "much", "since": "31.1.", "weight": 1}})
    assert bad.fields() == {"custom.colour", "custom.size", "custom.since", "custom.weight"}


def test_they_filter_sort_and_search(api: Any, rows: Any) -> None:
    assert names(api, "custom.colour=red") == ["A"]
    assert names(api, "custom.colour__in=red,blue") == ["A", "B"]
    assert names(api, "custom.size=10.5") == ["A"]
    assert names(api, "custom.size__lt=10") == ["B"]  # as numbers, not as texts
    assert names(api, "custom.since__gte=2026-01-01") == ["A"]
    assert names(api, "custom.open=true") == ["A"]
    assert names(api, "custom.motto__contains=FORW") == ["B"]
    assert names(api, "custom.size__isnull=true") == ["C"]
    assert names(api, "order=custom.size") == ["B", "A", "C"]
    assert names(api, "order=-custom.size") == ["A", "B", "C"]
    assert names(api, "search=forward") == ["B"]
    first = api.get(f"{URL}?order=custom.size&limit=1").json
    assert names(api, f"order=custom.size&limit=1&cursor={first['next']}") == ["A"]
    groups = api.get(f"{URL}summary/?group=custom.colour").json["groups"]
    assert {g["key"]: g["count"] for g in groups} == {"red": 1, "blue": 1, None: 1}


def test_a_patch_changes_only_the_given_ones(api: Any, rows: list[dict[str, Any]]) -> None:
    row = rows[0]
    changed = api.patch(f"{URL}{row['id']}/", {"custom": {"size": None, "open": False}}, row["version"])
    assert changed.json["custom"] == {"colour": "red", "since": "2026-01-31", "open": False}
    entry = api.get(f"{URL}{row['id']}/history/").json["results"][0]
    assert entry["changes"] == {"custom.size": ["10.5", None], "custom.open": [True, False]}


def test_metadata_shows_them(actor: Actor, fields: Any) -> None:
    meta = entity_meta(actor, registry().entities["access.department"])
    found = {f["key"]: f for f in meta["fields"] if f["custom"]}
    assert list(found) == ["custom.colour", "custom.size", "custom.since", "custom.motto", "custom.open"]
    assert [c["value"] for c in found["custom.colour"]["choices"]] == ["red", "blue"]


def test_definitions_are_checked(api: Any, fields: Any) -> None:
    def refused(**body: Any) -> set[str]:
        return set(api.post(FIELDS, {"entity": "access.department", "label": "X", "type": "text", **body}).fields())

    assert refused(key="Not a key") == {"key"}
    assert refused(key="colour") == {"key"}
    assert refused(key="other", type="choice") == {"choices"}
    assert refused(key="other", entity="records.custom_field") == {"entity"}
    changed = api.patch(f"{FIELDS}{fields[1]['id']}/", {"type": "text"}, fields[1]["version"])
    assert changed.fields() == {"type"}


def test_a_key_does_not_come_back_as_another_type(api: Any, rows: Any, fields: Any) -> None:
    """Values outlive their definition; as another type they would break lists, filters and exports."""
    motto = next(f for f in fields if f["key"] == "motto")
    assert api.delete(f"{FIELDS}{motto['id']}/", motto["version"]).status == 204
    again = {"entity": "access.department", "key": "motto", "label": "Motto"}
    assert api.post(FIELDS, {**again, "type": "decimal"}).fields() == {"key"}
    assert api.post(FIELDS, {**again, "type": "longtext"}).status == 201


def test_custom_days_are_grouped_by_their_month(api: Any, rows: Any) -> None:
    answer = api.get(f"{URL}summary/?group=custom.since__month")
    assert answer.status == 200, answer.content
    assert {"2026-01-01", None} == {group["key"] for group in answer.json["groups"]}
