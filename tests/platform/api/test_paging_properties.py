"""Keyset paging under any order: the pages together are the whole list, once, in order – as Python sorts it."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key, partial
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.api.metadata import Resource
from tenon.api.query import page
from tenon.problems import Invalid
from tenon.records.models import CustomField
from tenon.records.service import acting
from tenon.tenancy.context import Company

KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda row: row["name"],
    "parent": lambda row: row["parent"] and row["parent"]["label"],
    "created_at": lambda row: row["created_at"],
    "version": lambda row: row["version"],
    "custom.size": lambda row: None if "size" not in row["custom"] else Decimal(row["custom"]["size"]),
    "custom.since": lambda row: row["custom"].get("since"),
    "custom.open": lambda row: row["custom"].get("open"),
    "custom.count": lambda row: row["custom"].get("count"),
    "id": lambda row: row["id"],
}
FIELDS = {"size": "decimal", "since": "date", "open": "boolean", "count": "integer"}


@pytest.fixture
def resource(serving_acme: Company, actor: Actor) -> Resource:
    """Sixty rows full of ties, gaps and characters that sort oddly."""
    chance = random.Random(20261121)
    with acting(actor):
        for key, kind in FIELDS.items():
            CustomField.objects.create(entity="access.department", key=key, label=key, type=kind)
        parents = [Department.objects.create(name=name) for name in ("Ä", "a", "B", "中")]
        for _ in range(56):
            custom: dict[str, Any] = {
                "size": chance.choice(["1", "10", "2.5", "-3", "0.00000001"]),
                "since": chance.choice(["2026-01-01", "2025-12-31"]),
                "open": chance.choice([True, False]),
                "count": chance.choice([1, 10, 9, -5]),
            }
            kept = {k: v for k, v in custom.items() if chance.random() < 0.7}
            name = chance.choice(["x", "X", "é", "销售", "x y", "", "🙂", "x"]) or "z"
            Department.objects.create(name=name, parent=chance.choice([None, *parents]), custom=kept)
    cache.delete("custom-fields")
    return Resource.of(actor, "access.department")


def in_order(first: dict[str, Any], second: dict[str, Any], spec: list[str]) -> int:
    """Empty values last in both directions; then id, in the direction of the last term."""
    for term in [*spec, "-id" if spec and spec[-1].startswith("-") else "id"]:
        one, two = (KEYS[term.lstrip("-")](row) for row in (first, second))
        if one == two:
            continue
        if one is None or two is None:
            return 1 if one is None else -1
        return (-1 if one < two else 1) * (-1 if term.startswith("-") else 1)
    return 0


orders = st.lists(st.sampled_from(sorted(KEYS)), min_size=1, max_size=4, unique=True).flatmap(
    lambda keys: st.tuples(*(st.sampled_from([key, f"-{key}"]) for key in keys)).map(list)
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=orders, limit=st.integers(min_value=1, max_value=23))
def test_pages_are_the_whole_list_in_order(resource: Resource, spec: list[str], limit: int) -> None:
    order = ",".join(spec)
    whole = page(resource, {"order": order, "limit": "500"})["results"]
    assert len({row["id"] for row in whole}) == Department.objects.count()
    by_spec: Any = cmp_to_key(partial(in_order, spec=spec))
    expected = sorted(whole, key=by_spec)
    assert [row["id"] for row in whole] == [row["id"] for row in expected]
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        part = page(resource, {"order": order, "limit": str(limit), "cursor": cursor})
        found, cursor = found + part["results"], part["next"]
        assert len(found) <= len(whole)
    assert found == whole


json_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.integers())
forged = st.lists(json_values, min_size=2, max_size=4).map(
    lambda values: base64.urlsafe_b64encode(json.dumps(["parent,-name,-id", values]).encode()).decode().rstrip("=")
)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.text(max_size=60) | forged)
def test_no_cursor_breaks_the_list(resource: Resource, cursor: str) -> None:
    """Whatever stands in a cursor: a page, or a refusal that names it."""
    try:
        answer = page(resource, {"order": "parent,-name", "cursor": cursor})
    except Invalid as refused:
        answer = {"refused": [error.field for error in refused.errors]}
    assert answer.get("refused", ["cursor"]) == ["cursor"]
