"""The OpenAPI document against the server: whatever schemathesis makes of it, valid or not, gets an answer that the
document names, or a problem document; never a fault of ours.

A sample of each entity's addresses, the ones that write among them; all of them, with so many examples each, with
TENON_CONTRACT=10 (about ten minutes)."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tenants.models import Person
from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.shapes import model_of
from tenon.api.visibility import rows
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, serving
from tests.platform.api.entity_suite import entities
from tests.platform.api.record_factory import make
from tests.platform.api.record_hints import NEVER

WHOLE = int(os.environ.get("TENON_CONTRACT", "0"))
EXAMPLES = WHOLE or 2
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
METHODS = ("GET", "POST", "PATCH", "DELETE")
# Entries without lines are nobody's; the factory would make one.
WITH_LINES = {"finance.journal_entry"}
# What the kit says on every address, whatever the document names there.
ALWAYS = {400, 401, 403, 404, 405, 413, 415, 429}


@cache
def document() -> Any:
    return schemathesis.openapi.from_dict(json.loads(json.dumps(SchemaGenerator().get_schema(None, public=True))))


def operations(prefix: str) -> list[tuple[str, str]]:
    """(path, method) of everything below a prefix."""
    below = [path for path in document() if path.startswith(prefix)]
    return [(path, method) for path in below for method in METHODS if _has(path, method)]


def _has(path: str, method: str) -> bool:
    return method.lower() in {name.lower() for name in document()[path]}


@pytest.fixture
def browser(acme: Company) -> Client:
    client = Client(headers={"host": "acme.localhost"}, raise_request_exception=False)
    client.force_login(Person.objects.get(email="owner@acme.example"), backend=BACKEND)
    return client


@pytest.fixture(autouse=True)
def _undone(acme: Company) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def send(browser: Client, case: Any, pk: int | None) -> Any:
    """The case as a request; `pk` stands in for the id it made up."""
    parts = {name: pk if name == "id" and pk is not None else value for name, value in case.path_parameters.items()}
    path = case.path.format(**{name: quote(str(value), safe="") for name, value in parts.items()})
    headers = {name: str(value) for name, value in case.headers.items() if _sendable(str(value))}
    if pk is not None and case.method in ("PATCH", "DELETE"):
        headers["If-Match"] = "*"
    query = urlencode(dict(case.query.items()), doseq=True, errors="replace")
    extra: dict[str, Any] = {}
    if case.media_type == "multipart/form-data":
        content = str(case.body)[:500].encode("utf-8", "replace")
        extra = {"data": {"entity": "access.department", "file": SimpleUploadedFile("x.csv", content)}}
    elif case.media_type is not None and isinstance(case.body, (dict, list, str, int, float, bool, type(None))):
        body = json.dumps(case.body).encode("utf-8", "replace")
        extra = {"data": body, "content_type": "application/json"}
    return getattr(browser, case.method.lower())(f"{path}?{query}", headers=headers, **extra)


def _sendable(text: str) -> bool:
    return text.isprintable() and text.isascii()


def judge(case: Any, answer: Any) -> None:
    said = f"{case.method} {case.path} {case.query} {case.body!r:.500}"
    assert answer.status_code < 500, f"{said}\n{answer.content[:800]!r}"
    known = {int(code) for code in case.operation.definition.raw["responses"] if code.isdigit()}
    assert answer.status_code in known | ALWAYS, f"{said}: {answer.status_code} is not in the document"
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", said
        body = json.loads(answer.content)
        assert body["status"] == answer.status_code, said
        assert body["type"].startswith("/problems/"), said
        assert body["title"], said
        assert body["request_id"], said


def sample(key: str, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is written field by field, and two more."""
    if WHOLE:
        return found
    writes = [each for each in found if each[1] == "PATCH" or (each[1] == "POST" and each[0].count("/") == 5)]
    rest = [each for each in found if each not in writes]
    return [*writes[:2], *random.Random(key).sample(rest, min(2, len(rest)))]


def walk(browser: Client, wanted: list[tuple[str, str]], pk: int | None) -> None:
    faults: list[str] = []
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    for number, (path, method) in enumerate(wanted):
        operation = document()[path][method]
        for mode in modes if WHOLE else modes[number % 2 :][:1]:
            with suppress(Unsatisfiable):  # where nothing invalid can be made
                _try(browser, operation.as_strategy(generation_mode=mode), pk, faults)
    assert not faults, "\n".join(faults)


def _try(browser: Client, cases: Any, pk: int | None, faults: list[str]) -> None:
    @seed(EXAMPLES)
    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases)
    def tried(case: Any) -> None:
        with transaction.atomic():
            try:
                judge(case, send(browser, case, pk))
            except AssertionError as fault:
                faults.append(str(fault).partition("\nassert")[0])
            transaction.set_rollback(True)

    tried()


@pytest.mark.parametrize("key", entities())
def test_every_entity_answers_as_described(key: str, browser: Client, acme: Company, actor: Actor) -> None:
    entity, pk = registry().entities[key], None
    with serving(acme):
        if key not in NEVER and key not in WITH_LINES:
            with acting(actor):
                record = make(model_of(entity))
            pk = record.pk if rows(Resource(actor, entity)).filter(pk=record.pk).exists() else None
    walk(browser, sample(key, operations(f"/api/v1/{entity.module}/{entity.path}/")), pk)


# Sample data are removed over the owner's connection.
@pytest.mark.django_db(databases=["default", "owner"])
def test_addresses_that_belong_to_no_entity_answer_as_described(browser: Client) -> None:
    """The kernel's own, and those that modules describe by hand."""
    bases = tuple(f"/api/v1/{e.module}/{e.path}/" for e in registry().entities.values())
    rest = [(path, method) for path, method in operations("/api/v1/") if not _of_entity(path, bases)]
    assert len(rest) > 20
    walk(browser, rest, None)


def _of_entity(path: str, bases: tuple[str, ...]) -> bool:
    base = next((base for base in bases if path.startswith(base)), None)
    rest = path.removeprefix(base) if base else ""
    return base is not None and rest.partition("/")[0] in ("", "{id}", "summary", "export", "bulk")
