"""What stands around every answer: ids, languages, headers, limits, problem documents."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.api.language import LanguageMiddleware
from tenon.api.problems import as_problem
from tenon.api.renderers import dumps
from tenon.api.request_id import RequestIdMiddleware
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tenon_site.security import SecurityHeadersMiddleware

URL = "/api/v1/access/departments/"


@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef-123456", True), ("short", False), ("x" * 65, False), ("a\nb" * 9, False)]
)
def test_every_answer_has_its_requests_id(given: str, kept: bool) -> None:
    request = RequestFactory().get("/", HTTP_X_REQUEST_ID=given)
    answer = RequestIdMiddleware(lambda _request: HttpResponse())(request)
    assert (answer["X-Request-ID"] == given) is kept
    assert answer["X-Request-ID"] == request.request_id  # type: ignore[attr-defined]
    assert len(answer["X-Request-ID"]) >= 8


@pytest.mark.parametrize(
    ("header", "member", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "en", "zh-hans"),
        ("zh-hans", "", "zh-hans"),
        ("fr,de;q=0.8", "zh-hans", "zh-hans"),
        ("", "", "en"),
        ("*", "zh-hans", "zh-hans"),
        ("en;q=0.1,zh;q=0.9", "", "zh-hans"),
    ],
)
def test_the_language_is_the_asked_one_then_the_members_then_the_companys(
    acme: Company, header: str, member: str, expected: str
) -> None:
    request = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=header)
    request.actor = Actor(kind="member", label="", language=member)  # type: ignore[attr-defined]
    with serving(acme):
        seen = LanguageMiddleware(lambda _request: HttpResponse(translation.get_language()))(request)
    assert seen.content.decode() == expected  # type: ignore[attr-defined]
    assert seen["Content-Language"] == expected


def test_refusals_speak_the_language(api: Any) -> None:
    with translation.override("zh-hans"):
        answer = api.post(URL, {})
    assert answer.json["title"] == "部分输入有误"
    assert answer.json["errors"][0]["message"] == "此项必填。"


def test_pages_run_no_inline_script_and_are_not_framed() -> None:
    request = RequestFactory().get("/api/v1/x/")
    answer = SecurityHeadersMiddleware(lambda _request: HttpResponse())(request)
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self' ws://testserver"
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("DENY", "no-store")


def test_json_writes_decimals_as_text_and_times_in_utc() -> None:
    from datetime import UTC, datetime

    body = {"amount": Decimal("12.50"), "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "label": _("Yes"), 1: {2}}
    assert orjson.loads(dumps(body)) == {"amount": "12.50", "at": "2026-01-02T03:04:05Z", "label": "Yes", "1": [2]}


@pytest.mark.usefixtures("one_window")
def test_keys_may_not_ask_without_end(api_as: Any, actor: Actor, settings: Any) -> None:
    settings.API_KEY_RATE = 3
    key = api_as(replace(actor, kind="api_key", key_id=4711, member_id=None))
    answers = [key.get(URL) for _n in range(5)]
    assert [a.status for a in answers][:3] == [200, 200, 200]
    assert (answers[-1].status, answers[-1].type) == (429, "too-many-requests")
    assert int(answers[-1].response["Retry-After"]) >= 1
    assert api_as(actor).get(URL).status == 200


@pytest.mark.parametrize(
    ("error", "status", "type_"),
    [
        (ValidationError({"name": ["no"]}), 400, "invalid"),
        (drf.ValidationError({"lines": [{}, {"quantity": ["no"]}]}), 400, "invalid"),
        (drf.UnsupportedMediaType("text/x"), 415, "unsupported-media-type"),
        (drf.ParseError("no"), 400, "invalid"),
        (drf.MethodNotAllowed("PUT"), 405, "method-not-allowed"),
        (Invalid.field("a", "b"), 400, "invalid"),
    ],
)
def test_whatever_is_raised_becomes_a_problem(error: Exception, status: int, type_: str) -> None:
    problem = as_problem(error)
    assert problem is not None
    assert (problem.status, problem.type) == (status, type_)


def test_nested_faults_keep_their_path() -> None:
    problem = as_problem(drf.ValidationError({"lines": [{}, {"quantity": ["no"]}], "non_field_errors": ["all"]}))
    assert problem is not None
    assert [e.field for e in problem.errors] == ["lines.1.quantity", ""]


def test_the_databases_refusals_name_the_field(actor: Actor, serving_acme: Company) -> None:
    from tenon.access.models import Role

    with acting(actor):
        Role.objects.create(key="twice", name="A")
        with pytest.raises(IntegrityError) as refused, acting_savepoint():
            Role.objects.create(key="twice", name="B")
        problem = as_problem(refused.value)
        assert problem is not None
        assert [(e.field, e.code) for e in problem.errors] == [("key", "unique")]
        with pytest.raises(DataError) as cut, acting_savepoint():
            Department.objects.create(name="x" * 500)
        problem = as_problem(cut.value)
        assert problem is not None
        assert problem.status == 400
        with pytest.raises(IntegrityError) as missing, acting_savepoint():
            Department.objects.create(name=None)  # type: ignore[misc]
        problem = as_problem(missing.value)
        assert problem is not None
        assert [(e.field, e.code) for e in problem.errors] == [("name", "required")]


def acting_savepoint() -> Any:
    from django.db import transaction

    return transaction.atomic()


def test_our_own_faults_say_nothing_of_the_inside(api: Any, monkeypatch: Any) -> None:
    from tenon.api import query

    def broken(*_args: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(query, "page", broken)
    answer = api.get(URL)
    assert (answer.status, answer.type) == (500, "error")
    assert b"secret" not in answer.content
    assert as_problem(RuntimeError("x")) is None
    assert as_problem(psycopg.OperationalError("x")) is None


def test_the_documentation_needs_nothing_from_elsewhere_and_no_inline_script(db: None) -> None:
    """Its pages work under our own policy: scripts from us, none inline."""
    import re

    from django.test import Client

    browser = Client(HTTP_HOST="localhost")
    page = browser.get("/api/docs/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    answer = browser.get("/api/schema/?format=json")
    assert answer.status_code == 200
    assert b"/api/v1/access/departments/" in answer.content


def test_a_page_over_http_takes_few_queries_and_writing_needs_the_csrf_token(acme: Company) -> None:
    """The whole way: host, session, member, roles, rows."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tenants.models import Person

    browser = Client(HTTP_HOST=f"acme.{settings.BASE_DOMAIN}", enforce_csrf_checks=True)
    browser.force_login(
        Person.objects.get(email="owner@acme.example"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    url = "/api/v1/access/departments/"
    assert browser.get(url).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        answer = browser.get(url)
    assert answer.status_code == 200, answer.content
    asked = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config"))]
    assert len(asked) <= 6, asked
    refused = browser.post("/api/v1/access/departments/", b'{"name": "A"}', content_type="application/json")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/csrf")
