"""Lists: filters, order, keyset pages, labels, totals."""

from __future__ import annotations

import pytest

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.api.metadata import Resource
from tenon.api.query import page
from tenon.records.service import acting
from tenon.tenancy.context import Company


@pytest.fixture
def departments(serving_acme: Company, actor: Actor) -> list[Department]:
    with acting(actor):
        top = Department.objects.create(name="Head office")
        return [
            top,
            *(Department.objects.create(name=f"Team {i:02d}", parent=top if i % 2 else None) for i in range(12)),
        ]


def test_pages_join_up_to_the_whole_list(departments: list[Department], actor: Actor) -> None:
    resource = Resource.of(actor, "access.department")
    whole = page(resource, {"limit": "500", "order": "parent,-name"})
    assert whole["next"] is None
    assert len(whole["results"]) == 13
    found, cursor = [], ""
    while cursor is not None:
        part = page(resource, {"limit": "4", "order": "parent,-name", "cursor": cursor})
        found += part["results"]
        cursor = part["next"]
    assert found == whole["results"]
    assert found[0]["parent"] == {"id": departments[0].pk, "label": "Head office"}
