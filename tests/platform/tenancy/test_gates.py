"""The gates in front of the database: a neighbour's ids, files and streams over HTTP, and a connection after an error.

Hosts, sessions and foreign API keys: tests/tenants/test_door.py. Websockets: tests/platform/realtime. Tasks without a
company: tests/platform/jobs. Forged paths and raw SQL: test_isolation.py beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.test import RequestFactory

from tenants.middleware import CompanyMiddleware, held_open
from tenants.models import Person
from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.access.services.departments import department_create
from tenon.records.models import Attachment
from tenon.tenancy.context import Company, current, current_or_none, serving
from tests.tenants.conftest import Web

SECRET = b"the price list nobody else may see"


@pytest.fixture
def here(acme: Company) -> Web:
    return Web("acme.localhost", Person.objects.get(email="owner@acme.example"))


@pytest.fixture
def there(globex: Company) -> Web:
    return Web("globex.localhost", Person.objects.get(email="owner@globex.example"))


def test_a_neighbours_record_ids_lead_nowhere(here: Web, there: Web, acme: Company, actor: Actor) -> None:
    with serving(acme):
        for n in range(5):
            made = department_create(actor=actor, data={"name": f"Department {n}"})
    path = f"/api/v1/access/departments/{made.pk}/"
    assert here.get(path).status_code == 200
    for method, extra in (("get", ""), ("patch", ""), ("delete", ""), ("get", "history/"), ("get", "comments/")):
        answer = there.call(
            method, path + extra, {"name": "Mine"} if method == "patch" else None, **{"If-Match": '"1"'}
        )
        assert answer.status_code == 404, (method, extra, answer.content)
    assert there.get("/api/v1/access/departments/?count=1").json()["count"] == 0
    found = there.get("/api/v1/search/?q=Department").json()["results"]
    assert [r for r in found if r["entity"] == "access.department"] == []


def test_a_neighbours_file_is_not_to_be_had_by_its_address(
    here: Web, there: Web, acme: Company, globex: Company, actor: Actor
) -> None:
    with serving(acme):
        member = Member.objects.get(pk=actor.member_id or 0)
    upload = SimpleUploadedFile("prices.txt", SECRET, content_type="text/plain")
    made = here.client.post(f"/api/v1/access/members/{member.pk}/attachments/", {"file": upload})
    assert made.status_code == 201, made.content
    address = made.json()["url"]
    mine = here.get(address)
    assert mine.status_code == 200
    assert b"".join(mine.streaming_content if mine.streaming else [mine.content]) == SECRET
    assert there.get(address).status_code == 404
    assert Web("acme.localhost").get(address).status_code == 401
    assert Web("localhost").get(address).status_code == 401
    with serving(acme):
        path = Attachment.objects.get().path
    try:
        for stranger in (here, there, Web("localhost")):
            for guess in (f"/{path}", f"/files/{path}", f"/static/{path}", f"/static/../{path}", f"/media/{path}"):
                answer = stranger.get(guess)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert SECRET not in body, guess
    finally:
        default_storage.delete(path)


def test_a_streamed_answer_is_made_inside_its_company(acme: Company, actor: Actor) -> None:
    with serving(acme):
        department_create(actor=actor, data={"name": "Streamed"})

    def rows() -> Iterator[bytes]:
        yield current().slug.encode()
        for name in Department.objects.values_list("name", flat=True):
            yield name.encode()

    with serving(acme):
        response = held_open(StreamingHttpResponse(rows()), acme)
    assert current_or_none() is None
    assert b"|".join(response.streaming_content) == b"acme|Streamed"  # type: ignore[attr-defined]
    assert current_or_none() is None


def test_a_view_that_breaks_leaves_nobody_inside(here: Web, acme: Company, settings: Any) -> None:
    def explode(request: HttpRequest) -> Any:
        assert current().slug == "acme"
        raise RuntimeError

    request = RequestFactory().get("/api/v1/bootstrap/", headers={"host": "acme.localhost"})
    request.session = here.client.session
    request.user = Person.objects.get(email="owner@acme.example")  # type: ignore[assignment]
    from tenants.models import Tenant

    request.tenant = Tenant.objects.get(pk=acme.id)  # type: ignore[attr-defined]
    request.company = acme  # type: ignore[attr-defined]
    request.person = request.actor = request.member = None  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        CompanyMiddleware(explode)(request)
    assert current_or_none() is None


def test_the_connection_after_an_error_serves_the_next_company_rightly(
    here: Web, there: Web, acme: Company, globex: Company, actor: Actor
) -> None:
    with serving(acme):
        department_create(actor=actor, data={"name": "Acme only"})
    for _again in range(3):
        with serving(acme), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select * from no_such_table")
        assert there.get("/api/v1/access/departments/").json()["results"] == []
        assert [r["name"] for r in here.get("/api/v1/access/departments/").json()["results"]] == ["Acme only"]
    with connection.cursor() as cursor:
        cursor.execute("select current_user, current_setting('search_path')")
        assert cursor.fetchone() == ("tenon_app", "public, extensions")
