"""Whatever is sent to whichever field or filter of any entity: an answer or a refusal, never a fault of ours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction

from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.shapes import model_of
from tenon.api.visibility import rows
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company
from tests.platform.api.client import Api
from tests.platform.api.entity_suite import Surfaces, entities
from tests.platform.api.record_factory import make
from tests.platform.api.record_hints import NEVER

VALUES: list[Any] = [
    None, "", " ", "x" * 10_000, "a\x00b", "\ud83d\ude00", "<script>", "'; drop table x; --", "%", "NaN", "Infinity",
    "1e999", "-1", "0", "-0", "0.123456789012345678901", "2026-02-30", "9999-12-31", "0001-01-01T00:00:00Z",
    "2026-01-01T00:00:00+99:00", 0, -1, 2**31, 2**63, 2**70, 1.5, 1e308, -1e-300, True, False, [], [[]], [None], {},
    {"id": None}, {"id": "x"}, {"id": 2**70}, {"id": -1}, {"code": {}}, {"code": "\x00"}, {"number": ["x"]}, "me",
    "null",
]  # fmt: skip
EACH = 3


@pytest.fixture(autouse=True)
def _undone(serving_acme: Company) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("key", entities())
def test_no_value_breaks_a_write(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    if not entity.writable or key in NEVER:
        pytest.skip("not written over the API")
    chance = random.Random(key)
    resource, surfaces, api = Resource(actor, entity), Surfaces(entity), Api(actor)
    with acting(actor):
        record = make(model_of(entity))
    if not rows(resource).filter(pk=record.pk).exists():
        pytest.skip("its selector leaves rows like the factory's out")
    for field, shape in resource.fields.items():
        if shape.read_only:
            continue
        for value in chance.sample(VALUES, EACH):
            with transaction.atomic():
                for answer in (
                    api.post(surfaces.base, {field: value}),
                    api("PATCH", surfaces.one(record.pk), {field: value}, if_match="*"),
                ):
                    assert answer.status < 500, (field, value, answer.content[:500])
                transaction.set_rollback(True)
    for action in entity.actions:
        for param in action.params:
            with transaction.atomic():
                answer = api.post(f"{surfaces.one(record.pk)}actions/{action.key}/", {param.key: chance.choice(VALUES)})
                assert answer.status < 500, (action.key, param.key, answer.content[:500])
                transaction.set_rollback(True)
    if entity.lines:
        for value in ([{}], [{"id": 2**70}], [{"id": True}], {}, "x", [None], [[]], None):
            with transaction.atomic():
                answer = api("PATCH", surfaces.one(record.pk), {entity.lines_field: value}, if_match="*")
                assert answer.status < 500, (value, answer.content[:500])
                transaction.set_rollback(True)


@pytest.mark.parametrize("key", entities())
def test_no_value_breaks_a_filter(key: str, actor: Actor) -> None:
    entity = registry().entities[key]
    chance = random.Random(f"filter {key}")
    surfaces, api = Surfaces(entity), Api(actor)
    texts = [str(value) for value in VALUES if not isinstance(value, str) or len(value) < 2000]
    for field, shape in Resource(actor, entity).queryable.items():
        for operator in shape.filters:
            name = field if operator == "eq" else f"{field}__{operator}"
            text = quote(chance.choice(texts).encode("utf-8", "replace"))
            with transaction.atomic():
                answer = api.get(f"{surfaces.base}?{name}={text}&limit=2")
                assert answer.status < 500, (name, text, answer.content[:500])
                transaction.set_rollback(True)
    with transaction.atomic():
        for text in texts:
            answer = api.get(f"{surfaces.base}?limit=1&search={quote(text.encode('utf-8', 'replace'))}")
            assert answer.status == 200, (text, answer.content[:500])


@pytest.mark.parametrize("digits", ["²", "٣", "１", "-1", "1" * 30])
def test_digits_of_every_script_are_numbers_or_refused(digits: str, actor: Actor) -> None:
    """`isdigit` takes more than `int` does."""
    api, text = Api(actor), quote(digits)
    department = f"/api/v1/access/departments/?{{}}={text}"
    for name in ("limit", "id", "parent", "parent__in", "version", "created_by"):
        assert api.get(department.format(name)).status in (200, 400), name
    assert api.get(f"/api/v1/access/members/{actor.member_id}/history/?offset={text}").status == 200
    answer = api("PATCH", f"/api/v1/access/members/{actor.member_id}/", {}, if_match=f'"{digits}"')
    assert answer.status in (400, 412), answer.content
    for path in ("shared/parties", "shared/products", "crm/leads"):
        module, _slash, entity = path.partition("/")
        if (module, entity) in registry().entity_by_path:
            assert api.get(f"/api/v1/{path}/duplicates/?name=x&exclude={text}").status == 200, path
