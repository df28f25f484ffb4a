"""Entity × surface × role: whose records somebody sees is one answer, wherever they ask.

An organisation of four, five records; what each data scope must show is worked out here, by hand, and compared with
list, detail, count, aggregate, export, search, files, comments, history and the socket. Every shipped role is asked for
the list; the other surfaces are walked once for each different reach, so that the run stays short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.selectors.actors import actor_of
from tenon.access.services.departments import department_create
from tenon.api.metadata import Resource
from tenon.api.shapes import model_of
from tenon.api.visibility import rows, scoped
from tenon.realtime.consumer import sight
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company
from tests.platform.api.client import Api
from tests.platform.api.entity_suite import Surfaces, entities, exported_rows, owner_path
from tests.platform.api.record_factory import make
from tests.platform.api.record_hints import NEVER

SCOPED = [key for key in entities() if owner_path(registry().entities[key])]
SHOWN = {  # record → who owns it, which department
    "mine": ("me", "south"),
    "report": ("report", "south"),
    "north": ("stranger", "north"),
    "harbour": ("stranger", "harbour"),
    "far": ("stranger", "south"),
}
BY_SCOPE = {
    "own": {"mine"},
    "department": {"mine", "north"},
    "subtree": {"mine", "report", "north", "harbour"},
    "all": set(SHOWN),
}
WITHOUT_DEPARTMENTS = {**BY_SCOPE, "department": {"mine"}, "subtree": {"mine", "report"}}


@pytest.fixture(autouse=True)
def _undone(serving_acme: Company) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def people(actor: Actor) -> dict[str, Any]:
    north = department_create(actor=actor, data={"name": "North"})
    harbour = department_create(actor=actor, data={"name": "Harbour", "parent": north})
    south = department_create(actor=actor, data={"name": "South"})
    with acting(actor):
        Role.objects.get_or_create(
            key="by_department",
            defaults={"name": "D", "permissions": sorted(registry().permissions), "scope": "department"},
        )
        me = Member.objects.create(person_id=71, name="Me", email="me@acme.example", department=north)
        report = Member.objects.create(person_id=72, name="R", email="r@acme.example", department=south, manager=me)
        stranger = Member.objects.create(person_id=73, name="S", email="s@acme.example", department=south)
    return {"me": me, "report": report, "stranger": stranger, "north": north, "harbour": harbour, "south": south}


def with_holder(model: Any, parts: list[str]) -> Any:
    """A record that shares nothing with others on its way to its owner."""
    if len(parts) == 1:
        return make(model)
    return make(model, **{parts[0]: with_holder(model._meta.get_field(parts[0]).related_model, parts[1:])})


def five(key: str, people: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The five records, each with a holder of its own (the document whose owner counts)."""
    entity, seen = registry().entities[key], scoped(key)
    model, path = model_of(entity), seen.owner_field
    made = {}
    with acting(actor):
        for name, (owner, department) in SHOWN.items():
            record = with_holder(model, path.split("__"))
            holder = record
            for part in path.split("__")[:-1]:
                holder = getattr(holder, part)
            values = {path.split("__")[-1]: people[owner]}
            if seen.department_field:
                values[seen.department_field.split("__")[-1]] = people[department]
            type(holder)._default_manager.filter(pk=holder.pk).update(**values)
            made[name] = record
    return made


def asked(api: Api, surfaces: Surfaces, made: dict[str, Any], group: str) -> dict[str, set[str]]:
    """Surface → names of the records that it lets see."""
    found: dict[str, set[str]] = {}
    by_pk = {record.pk: name for name, record in made.items()}
    listed = api.get(f"{surfaces.base}?order=-id&limit=100").json["results"]
    found["list"] = {by_pk[row["id"]] for row in listed if row["id"] in by_pk}
    for name, record in made.items():
        one, mine = surfaces.one(record.pk), f"{surfaces.base}?id={record.pk}"
        answers = {
            "detail": api.get(one).status == 200,
            "count": api.get(f"{mine}&count=1").json["count"] == 1,
            "aggregate": bool(api.get(f"{surfaces.base}summary/?group={group}&id={record.pk}").json["groups"]),
            "export": bool(exported_rows(api.get(f"{surfaces.base}export/?format=csv&id={record.pk}"))),
            **{facet: api.get(f"{one}{facet}/").status == 200 for facet in surfaces.facets()},
        }
        for surface, there in answers.items():
            found.setdefault(surface, set())
            if there:
                found[surface].add(name)
    return found


@pytest.mark.parametrize("key", SCOPED)
def test_the_same_records_everywhere(key: str, people: dict[str, Any], actor: Actor, serving_acme: Company) -> None:
    if key in NEVER:
        pytest.skip(NEVER[key])
    entity = registry().entities[key]
    made, surfaces = five(key, people, actor), Surfaces(entity)
    if not rows(Resource(actor, entity)).filter(pk=made["mine"].pk).exists():
        pytest.skip("its selector leaves rows like the factory's out")
    expected = BY_SCOPE if scoped(key).department_field else WITHOUT_DEPARTMENTS
    group, walked = surfaces.group_field(actor), set()
    for role in Role.objects.order_by("key"):
        me: Member = people["me"]
        me.roles = [role.key]
        them = actor_of(me)
        if not them.can(f"{entity.permission_prefix}.view"):
            refused = Api(them).get(surfaces.base)
            assert refused.type == "forbidden", (role.key, refused.content)
            assert key not in sight(serving_acme, them).entities
            continue
        reach = them.scope(scoped(key).key)
        # What the entity itself keeps from a role (a buyer sees no customer's invoice) is no matter of scope.
        could = set(rows(Resource(replace(them, scopes={"": "all"}), entity)).values_list("pk", flat=True))
        wanted = {n for n in expected[reach] if made[n].pk in could}
        shown = set(
            rows(Resource(them, entity)).filter(pk__in=[r.pk for r in made.values()]).values_list("pk", flat=True)
        )
        assert {n for n, r in made.items() if r.pk in shown} == wanted, (role.key, reach)
        assert (key in sight(serving_acme, them).whole) is (reach == "all"), role.key
        if reach in walked or (wanted != expected[reach]):
            continue
        walked.add(reach)
        if reach == "all":
            continue  # every surface shows everything: test_every_entity.py
        for surface, found in asked(Api(them), surfaces, made, group).items():
            assert found == expected[reach], (role.key, reach, surface)
        hidden = {r.pk for n, r in made.items() if n not in expected[reach]}
        results = Api(them).get("/api/v1/search/?q=record").json["results"]
        assert not hidden & {row["id"] for row in results if row["entity"] == key}, (role.key, "search")
    assert {"all", "department"} <= walked or "shared" not in key, walked


def test_there_is_something_to_walk() -> None:
    assert len(SCOPED) >= 8
