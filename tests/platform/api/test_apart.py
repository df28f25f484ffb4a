"""Labels that only the shown rows need are read beside them, not joined."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.api.apart import Apart, read_apart
from tenon.api.metadata import Resource
from tenon.api.query import page
from tenon.records.service import acting
from tenon.tenancy.context import Company


def names(columns):
    return [("apart", c.extra["table"]) if isinstance(c, Apart) else c for c in columns]


def test_what_ends_a_path_is_read_apart_unless_something_else_needs_its_table() -> None:
    found = read_apart(Department, ("pk", "parent", "parent__name"), ("name", "pk"))
    assert names(found) == ["pk", "parent", ("apart", Department._meta.db_table)]
    # Ordered by it, or more read through it: it is joined anyway.
    assert names(read_apart(Department, ("parent__name",), ("parent__name", "pk"))) == ["parent__name"]
    through = ("parent__name", "parent__parent")
    assert names(read_apart(Department, through, ("pk",))) == list(through)
    assert names(read_apart(Department, ("parent__pk", "name"), ("pk",))) == ["parent__pk", "name"]


def test_rows_are_the_same_and_empty_references_stay_empty(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        top = Department(name="Apart top")
        top.save()
        Department(name="Apart below", parent=top).save()
    resource = Resource.of(actor, "access.department")
    for order in ("name", "-name", "parent,name", "-parent,name"):
        rows = page(resource, {"order": order, "limit": "500"})["results"]
        below = {row["name"]: row["parent"] for row in rows}
        assert below["Apart below"] == {"id": top.pk, "label": "Apart top"}
        assert below["Apart top"] is None


def test_rows_with_a_reference_come_first_and_one_query_finds_them(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        top = Department(name="First top")
        top.save()
        for n in range(4):
            Department(name=f"Filled {n}", parent=top).save()
    resource = Resource.of(actor, "access.department")
    with CaptureQueriesContext(connection) as asked:
        answer = page(resource, {"order": "-parent,name", "limit": "3"})
    assert [row["name"] for row in answer["results"]] == ["Filled 0", "Filled 1", "Filled 2"]
    selects = [q["sql"] for q in asked if "access_department" in q["sql"].lower()]
    assert len(selects) == 1
    rest = page(resource, {"order": "-parent,name", "limit": "3", "cursor": answer["next"]})["results"]
    assert rest[0]["name"] == "Filled 3"
    assert rest[1]["parent"] is None
