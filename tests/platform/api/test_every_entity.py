"""Every entity that any module declares, on every surface: rights, scope, features, companies, input, versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tenon.access.actor import Actor, system
from tenon.access.models import Member
from tenon.api.fields import DECIMALS, TEXTS
from tenon.api.metadata import Resource, entity_meta
from tenon.api.shapes import model_of
from tenon.api.visibility import rows
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, serving
from tests.platform.api.client import Api
from tests.platform.api.entity_suite import (
    MISSING,
    Surfaces,
    entities,
    exported_rows,
    owner_path,
    refusals,
    rightless,
)
from tests.platform.api.record_factory import make
from tests.platform.api.record_hints import NEVER

every_entity = pytest.mark.parametrize("key", entities())
OTHER = 987_654_320


@pytest.fixture(autouse=True)
def _undone(serving_acme: Company, globex: Company) -> Iterator[None]:
    """Factory records are no whole documents: they are gone before deferred triggers would look at them."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def record_of(key: str, actor: Actor, **given: Any) -> Any:
    if key in NEVER:
        pytest.skip(NEVER[key])
    entity = registry().entities[key]
    with acting(actor):
        record = make(model_of(entity), **given)
    if not rows(Resource(actor, entity)).filter(pk=record.pk).exists():
        pytest.skip("its selector leaves rows like the factory's out")
    return record


@every_entity
def test_without_an_actor_nothing_answers(key: str, actor: Actor) -> None:
    surfaces = Surfaces(registry().entities[key])
    found = refusals(Api(None), surfaces, MISSING, surfaces.group_field(actor))
    assert set(found.values()) == {"unauthenticated"}, found


@every_entity
def test_without_the_permission_nothing_answers(key: str, actor: Actor) -> None:
    surfaces = Surfaces(registry().entities[key])
    record = record_of(key, actor)
    found = refusals(Api(rightless(actor)), surfaces, record.pk, surfaces.group_field(actor))
    closed = {"forbidden", "method-not-allowed"}
    assert set(found.values()) <= closed, found


@every_entity
def test_switched_off_it_is_off_everywhere(key: str, actor: Actor, acme: Company) -> None:
    entity = registry().entities[key]
    if not entity.features and registry().modules[entity.module].always_on:
        pytest.skip("always on")
    surfaces = Surfaces(entity)
    record, group = record_of(key, actor), surfaces.group_field(actor)
    with serving(replace(acme, features=frozenset())):
        found = refusals(Api(actor), surfaces, record.pk, group)
        assert set(found.values()) == {"feature-off"}, found
        results = Api(actor).get("/api/v1/search/?q=record").json["results"]
        assert key not in {row["entity"] for row in results}


@every_entity
def test_another_companys_record_is_not_there(key: str, actor: Actor, acme: Company, globex: Company) -> None:
    surfaces = Surfaces(registry().entities[key])
    if key in NEVER:
        pytest.skip(NEVER[key])
    with serving(globex), acting(system("test")):
        make(model_of(surfaces.entity), id=OTHER)
    with serving(acme):
        api = Api(actor)
        assert api.get(surfaces.one(OTHER)).type == "not-found"
        for facet in surfaces.facets():
            assert api.get(f"{surfaces.one(OTHER)}{facet}/").type == "not-found"
        assert api.get(f"{surfaces.base}?id={OTHER}&count=1").json["count"] == 0
        for action in surfaces.entity.actions:
            assert api.post(f"{surfaces.one(OTHER)}actions/{action.key}/").type == "not-found"


@every_entity
def test_out_of_scope_is_out_of_sight(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    path = owner_path(entity)
    if not path:
        pytest.skip("not scoped by owner")
    surfaces = Surfaces(entity)
    record = record_of(key, actor)
    with acting(actor):
        stranger = Member.objects.create(person_id=4711, name="Stranger", email="stranger@acme.example")
        holder = record
        for part in path.split("__")[:-1]:
            holder = getattr(holder, part)
        if holder is None:
            pytest.skip("the scoping document is optional and not there")
        type(holder)._default_manager.filter(pk=holder.pk).update(**{path.split("__")[-1]: stranger})
    narrow = replace(actor, scopes={"": "own"})
    wide, api = Api(actor), Api(narrow)
    mine = f"{surfaces.base}?id={record.pk}"
    assert wide.get(f"{mine}&count=1").json["count"] == 1
    assert api.get(f"{mine}&count=1&totals=1").json["count"] == 0
    assert api.get(mine).json["results"] == []
    assert api.get(surfaces.one(record.pk)).type == "not-found"
    group = surfaces.group_field(actor)
    assert api.get(f"{surfaces.base}summary/?group={group}&id={record.pk}").json["groups"] == []
    assert exported_rows(api.get(f"{surfaces.base}export/?format=csv&id={record.pk}")) == []
    for facet in surfaces.facets():
        assert api.get(f"{surfaces.one(record.pk)}{facet}/").type == "not-found"
    for method, call, body in surfaces.calls(record.pk, group):
        if surfaces.one(record.pk) in call and method != "GET":
            assert api(method, call, body, if_match="1").type in ("not-found", "method-not-allowed"), call
    assert (key, record.pk) not in {
        (row["entity"], row["id"]) for row in api.get("/api/v1/search/?q=record").json["results"]
    }
    # and the other way round: what is mine is there, so the emptiness above was the scope's
    with acting(actor):
        type(holder)._default_manager.filter(pk=holder.pk).update(**{path.split("__")[-1]: actor.member_id})
    assert api.get(mine).json["results"] != []


def nonsense(shape: Any) -> Any:
    if shape.type in TEXTS:
        return {"no": "text"}
    if shape.type in DECIMALS or shape.type == "integer":
        return "many"
    return {"ref": {"id": "x"}, "boolean": "perhaps", "date": "31.12.2026", "datetime": "soon"}.get(shape.type, 17)


@every_entity
def test_bad_input_names_every_field_and_changes_nothing(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    if not entity.writable or not entity.creatable:
        pytest.skip("not created over the API")
    resource = Resource(actor, entity)
    body = {k: nonsense(s) for k, s in resource.fields.items() if not s.read_only and s.type not in ("json",)}
    before = AuditEntry.objects.count()
    api, base = Api(actor), Surfaces(entity).base
    refused = api.post(base, {**body, "no_such_field": 1})
    assert (refused.status, refused.type) == (400, "invalid"), refused.content
    assert refused.fields() >= {*body, "no_such_field"}
    for error in refused.json["errors"]:
        assert error["message"]
    assert api.get(f"{base}?no_such_field=1").fields() == {"no_such_field"}
    assert api.get(f"{base}?order=no_such_field").fields() == {"order"}
    assert api.get(f"{base}?cursor=nonsense").fields() == {"cursor"}
    assert api.get(f"{base}?limit=0").fields() == {"limit"}
    assert api.get(f"{base}?fields=no_such_field").fields() == {"fields"}
    assert AuditEntry.objects.count() == before


@every_entity
def test_an_old_version_is_refused_with_the_present_row(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    if not entity.writable or not hasattr(model_of(entity), "version"):
        pytest.skip("not changed over the API")
    if not Resource(actor, entity).may("update"):
        pytest.skip("not changed over the API")
    record, surfaces = record_of(key, actor), Surfaces(entity)
    answer = Api(actor).patch(surfaces.one(record.pk), {}, version=record.version + 7)
    assert (answer.status, answer.type) == (412, "stale-version"), answer.content
    assert answer.json["current"]["id"] == record.pk
    assert Api(actor).patch(surfaces.one(record.pk), {}).type == "precondition-required"


@every_entity
def test_more_rows_do_not_take_more_queries(key: str, actor: Actor) -> None:
    surfaces = Surfaces(registry().entities[key])
    first = record_of(key, actor)
    api = Api(actor)
    api.get(surfaces.base)  # what is cached is cached

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = api.get(path)
        assert answer.status == 200, answer.content
        return len(seen)

    few, detail = queries(surfaces.base), queries(surfaces.one(first.pk))
    for _more in range(8):
        record_of(key, actor)
    assert queries(surfaces.base) == few <= 2
    assert queries(f"{surfaces.base}?count=1&totals=1&search=record") <= 3
    assert queries(surfaces.one(first.pk)) == detail <= 3


@every_entity
def test_metadata_is_complete_and_true(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    record = record_of(key, actor) if key not in NEVER else None
    meta, api = entity_meta(actor, entity), Api(actor)
    fields = {field["key"] for field in meta["fields"]}
    assert set(meta["list"]) <= fields
    assert {k for section in meta["form"] for k in section["fields"]} <= fields
    for field in meta["fields"]:
        assert field["label"]
        if field["sortable"]:
            assert api.get(f"{meta['endpoint']}?order=-{field['key']}&limit=1").status == 200, field["key"]
        for operator in field["filters"]:
            if operator == "isnull":
                assert api.get(f"{meta['endpoint']}?{field['key']}__isnull=true").status == 200, field["key"]
    for view in meta["views"]:
        query = "&".join(f"{k}={v}" for k, v in view["filters"].items())
        answer = api.get(f"{meta['endpoint']}?{query}&order={','.join(view['order'])}")
        assert answer.status == 200, (view["key"], answer.content)
    if record is not None:
        row = api.get(f"{meta['endpoint']}{record.pk}/").json
        stored = {k for k, s in Resource(actor, entity).fields.items() if s.stored and not s.custom}
        assert stored <= set(row)


@every_entity
def test_what_a_role_hides_is_nowhere(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    record, surfaces = record_of(key, actor), Surfaces(entity)
    hidable = [k for k, s in Resource(actor, entity).fields.items() if s.stored and not s.custom and s.sortable]
    for field in hidable[:6]:
        api = Api(replace(actor, hidden={key: frozenset({field})}))
        assert field not in api.get(surfaces.one(record.pk)).json
        assert all(field not in row for row in api.get(surfaces.base).json["results"])
        assert api.get(f"{surfaces.base}?order={field}").fields() == {"order"}
        assert api.get(f"{surfaces.base}?{field}__isnull=true").fields() == {f"{field}__isnull"}
        assert api.get(f"{surfaces.base}?fields={field}").fields() == {"fields"}
        assert api.get(f"{surfaces.base}summary/?group={field}").fields() == {"group"}
        blind = entity_meta(api.actor, entity)  # type: ignore[arg-type]
        assert field not in {f["key"] for f in blind["fields"]}
