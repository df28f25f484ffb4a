"""A question written once answers as the ORM would, relations and JSON included."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.access.actor import Actor
from tenon.access.models import Department, Member, Role
from tenon.access.selectors.actors import member_of_person
from tenon.records.service import acting
from tenon.tenancy.plain import PlainQuery

_ROLE = PlainQuery(Role, "from access_role r where r.key = %s")


def facts(record: Any) -> dict[str, Any]:
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


@pytest.mark.usefixtures("serving_acme")
def test_json_arrays_and_times_come_as_from_the_orm(actor: Actor) -> None:
    with acting(actor):
        Role.objects.create(
            key="odd", name="Odd", permissions=["a.b", "c.d"], scopes={"crm.lead": "own"}, field_rules={"x": ["y"]}
        )
    found = _ROLE.first("odd")
    assert found is not None
    assert facts(found) == facts(Role.objects.get(key="odd"))
    assert found._state.db == "default"
    assert not found._state.adding
    assert _ROLE.first("'; drop table access_role; --") is None


@pytest.mark.usefixtures("serving_acme")
def test_what_is_joined_needs_no_second_query(actor: Actor) -> None:
    with acting(actor):
        department = Department.objects.create(name="Field sales")
        Member.objects.create(person_id=901, name="A", email="a@x.example", department=department)
        Member.objects.create(person_id=902, name="B", email="b@x.example")
        Member.objects.create(person_id=903, name="C", email="c@x.example", is_active=False)
    inside, alone = member_of_person(901), member_of_person(902)
    assert inside is not None
    assert alone is not None
    with CaptureQueriesContext(connection) as queries:
        assert facts(inside.department) == {**facts(department), **facts(inside.department)}
        assert str(inside.department) == "Field sales"
        assert alone.department is None
    assert len(queries) == 0
    assert facts(inside) == facts(Member.objects.get(person_id=901))
    assert member_of_person(903) is None
