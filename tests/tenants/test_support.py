"""Staff in a company: with its consent, for its time, seen by it, and never as one of its members."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.errors import NoConsent
from tenants.models import CompanyLog, Person, Staff, SupportGrant, SupportSession, SupportVisit, Tenant
from tenants.services import support
from tenants.services.support import covered, session_begin, support_expire
from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside, serving
from tests.companies import owner_of
from tests.platform.realtime.test_sockets import cookie, socket
from tests.tenants.conftest import Browser, Web

URL = "/api/v1/company/support/"
TITLE = "Support engineer"


@pytest.fixture
def staff(db: None) -> Person:
    with outside():
        person = Person.objects.create_user("helper@operator.example", is_staff=True, name="Helper")
        Staff.objects.create(person=person, role=Staff.Role.SUPPORT, title=TITLE)
    return person


def granted(web: Web, scope: str = "read_only", hours: int = 4) -> Any:
    answer = web.post(URL, {"hours": hours, "scope": scope, "reason": "An invoice looks wrong"})
    assert answer.status_code == 201, answer.content
    return answer.json()


def entered(web: Browser, staff: Person, company: Company) -> Web:
    with outside():
        url = session_begin(
            staff=staff, title=TITLE, tenant=Tenant.objects.get(pk=company.id), reason="Ticket 12: an invoice"
        )
    visitor = web(f"{company.slug}.localhost")
    parts = urlsplit(url)
    answer = visitor.client.get(f"{parts.path}?{parts.query}")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return visitor


def refused(answer: Any, status: int, type_: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer.json()["type"] == f"/problems/{type_}"


def test_without_consent_nobody_comes_in(web: Browser, staff: Person, acme: Company) -> None:
    with outside(), pytest.raises(NoConsent):
        session_begin(staff=staff, title=TITLE, tenant=Tenant.objects.get(pk=acme.id), reason="Curiosity")
    assert web("acme.localhost", staff).get("/api/v1/bootstrap/").status_code == 403


def test_support_looks_and_the_company_sees_it(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    body = visitor.get("/api/v1/bootstrap/").json()
    assert body["me"]["name"] == f"Support · {TITLE}"
    assert body["me"]["member_id"] is None
    assert body["support"]["mine"] is True
    assert body["companies"] == []
    assert visitor.get("/api/v1/shared/parties/").status_code == 200

    seen = acme_web.get(URL).json()
    assert [(s["label"], s["ended_at"]) for s in seen["sessions"]] == [(f"Support · {TITLE}", None)]
    visits = acme_web.get(f"{URL}sessions/{seen['sessions'][0]['id']}/").json()["results"]
    assert [(v["method"], v["path"], v["status"]) for v in visits] == [
        ("GET", "/api/v1/shared/parties/", 200), ("GET", "/api/v1/bootstrap/", 200),
    ]  # fmt: skip
    assert visits[0]["label"]
    assert acme_web.get("/api/v1/bootstrap/").json()["support"] == {
        "mine": False, "label": "", "scope": "read_only", "until": seen["grant"]["until"], "inside": 1,
    }  # fmt: skip
    with outside():
        logged = list(CompanyLog.objects.filter(tenant_id=acme.id).values_list("what", "actor_label"))
    assert ("support_granted", "Owner") in logged
    assert ("support_entered", f"Support · {TITLE}") in logged


def test_looking_only_writes_nothing(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    refused(visitor.post("/api/v1/shared/parties/", {"name": "X", "is_customer": True}), 403, "read-only")
    with outside():
        visit = SupportVisit.objects.latest("id")
    assert (visit.method, visit.status) == ("POST", 403)


def test_full_access_writes_in_its_own_name(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    granted(acme_web, "full")
    visitor = entered(web, staff, acme)
    made = visitor.post("/api/v1/shared/parties/", {"name": "Put right", "is_customer": True})
    assert made.status_code == 201, made.content
    history = acme_web.get(f"/api/v1/shared/parties/{made.json()['id']}/history/").json()["results"]
    with outside():
        session = SupportSession.objects.get(tenant_id=acme.id)
    assert {h["actor"]["label"] for h in history} == {f"Support · {TITLE}"}
    assert f"support:{session.pk}" == session_ref(acme, made.json()["id"])


def session_ref(company: Company, pk: int) -> str:
    with serving(company), connection.cursor() as cursor:
        cursor.execute("select actor from records_audit where row_id = %s order by id desc limit 1", [pk])
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", URL), ("post", f"{URL}end/"), ("get", URL), ("post", "/api/v1/company/exports/"),
        ("post", "/api/v1/company/deletion/"), ("get", "/api/v1/shared/parties/export/"), ("get", "/api/v1/me/"),
        ("get", "/api/v1/billing/status/"), ("get", "/api/v1/companies/"), ("post", "/api/v1/access/api-keys/"),
        ("get", "/api/v1/access/api-keys/"), ("post", "/api/v1/access/roles/"), ("get", "/api/v1/modules/"),
        ("post", "/_allauth/browser/v1/account/password/change"), ("post", "/api/v1/invitations/"),
    ],
)  # fmt: skip
def test_what_no_consent_covers(
    web: Browser, acme_web: Web, staff: Person, acme: Company, method: str, path: str
) -> None:
    granted(acme_web, "full")
    visitor = entered(web, staff, acme)
    answer = visitor.get(path) if method == "get" else visitor.post(path, {"name": "x"})
    assert answer.status_code == 403, (path, answer.status_code, answer.content)


def test_a_read_only_scope_holds_view_rights_alone() -> None:
    held = {code for code in registry().permissions if covered(code, read_only=True)}
    assert held
    assert {code.rpartition(".")[2] for code in held} == {"view"}
    full = {code for code in registry().permissions if covered(code, read_only=False)}
    assert held < full
    assert not {c for c in full if c.startswith("access.")} - {
        "access.member.view", "access.department.view", "access.role.view",
    }  # fmt: skip


def test_only_an_owner_consents(web: Browser, acme: Company) -> None:
    with outside():
        person = Person.objects.create_user("clerk@acme.example")
        person.memberships.create(tenant_id=acme.id)
    with serving(acme), acting(owner_of(acme)):
        Member.objects.create(person_id=person.pk, name="Clerk", email=person.email, roles=["admin"])
    clerk = web("acme.localhost", person)
    refused(clerk.post(URL, {"hours": 4, "scope": "full", "reason": "please"}), 403, "forbidden")
    refused(clerk.post(f"{URL}end/"), 403, "forbidden")
    assert clerk.get(URL).json()["may_grant"] is False


@pytest.mark.parametrize("wrong", [{"hours": 5}, {"scope": "all"}, {"reason": " "}, {"hours": 10**9}])
def test_a_consent_is_clear(acme_web: Web, wrong: dict[str, Any]) -> None:
    body = {"hours": 4, "scope": "full", "reason": "An invoice", **wrong}
    refused(acme_web.post(URL, body), 400, "invalid")


def test_the_owner_ends_it_at_once(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    assert visitor.get("/api/v1/shared/parties/").status_code == 200
    body = acme_web.post(f"{URL}end/").json()
    assert body["grant"] is None
    assert body["sessions"][0]["ended_at"]
    refused(visitor.get("/api/v1/shared/parties/"), 401, "unauthenticated")
    granted(acme_web)  # a new consent does not revive an old visit
    refused(visitor.get("/api/v1/shared/parties/"), 401, "unauthenticated")


def test_it_ends_by_the_clock(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    with outside():
        SupportGrant.objects.filter(tenant_id=acme.id).update(until=timezone.now() - timedelta(seconds=1))
    refused(visitor.get("/api/v1/shared/parties/"), 401, "unauthenticated")
    assert acme_web.get(URL).json()["grant"] is None
    assert support_expire() == 1
    assert support_expire() == 0
    with outside():
        assert not SupportSession.objects.filter(tenant_id=acme.id, ended_at=None).exists()


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_who_leaves_the_staff_is_out(
    web: Browser, acme_web: Web, staff: Person, acme: Company, change: dict[str, bool]
) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    with outside():
        Person.objects.filter(pk=staff.pk).update(**change)
    assert visitor.get("/api/v1/shared/parties/").status_code == 401


def test_a_ticket_is_for_one_company_and_once(
    web: Browser, acme_web: Web, staff: Person, acme: Company, globex: Company
) -> None:
    granted(acme_web)
    with outside():
        url = session_begin(staff=staff, title=TITLE, tenant=Tenant.objects.get(pk=acme.id), reason="Ticket 12")
    path = "/support/enter/?" + urlsplit(url).query
    elsewhere = web("globex.localhost")
    assert elsewhere.client.get(path)["Location"].endswith("/operator/")
    assert elsewhere.get("/api/v1/bootstrap/").status_code == 401
    here = web("acme.localhost")
    assert here.client.get(path)["Location"].endswith("/operator/")  # the try elsewhere has used it up
    assert here.get("/api/v1/bootstrap/").status_code == 401


def test_the_session_opens_no_other_company(
    web: Browser, acme_web: Web, staff: Person, acme: Company, globex: Company
) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    other = web("globex.localhost")
    other.client.cookies = visitor.client.cookies
    assert other.get("/api/v1/shared/parties/").status_code in (401, 403)


def test_leaving(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    refused(acme_web.post("/api/v1/support/leave/"), 403, "forbidden")
    granted(acme_web)
    visitor = entered(web, staff, acme)
    assert visitor.post("/api/v1/support/leave/").status_code == 204
    assert visitor.get("/api/v1/bootstrap/").status_code == 401
    assert acme_web.get(URL).json()["grant"] is not None


def test_another_companys_visits_are_not_shown(
    web: Browser, acme_web: Web, staff: Person, acme: Company, globex: Company
) -> None:
    granted(acme_web)
    entered(web, staff, acme)
    with outside():
        pk = SupportSession.objects.get(tenant_id=acme.id).pk
        neighbour = Person.objects.get(email="owner@globex.example")
    assert web("globex.localhost", neighbour).get(f"{URL}sessions/{pk}/").status_code == 404


def test_queries_do_not_grow_with_visits(
    web: Browser, acme_web: Web, staff: Person, acme: Company, django_assert_max_num_queries: Any
) -> None:
    granted(acme_web)
    visitor = entered(web, staff, acme)
    visitor.get("/api/v1/shared/parties/")
    acme_web.get(URL)
    with CaptureQueriesContext(connection) as few:
        acme_web.get(URL)
    most = len(few)  # now: the next request empties the log
    with outside():
        session = SupportSession.objects.get(tenant_id=acme.id)
        for _ in range(30):
            entered(web, staff, acme)
            SupportVisit.objects.create(session=session, method="GET", path="/x", status=200)
    with django_assert_max_num_queries(most):
        assert len(acme_web.get(URL).json()["sessions"]) == 20


def test_its_socket_closes_with_the_consent(fresh_company: Any) -> None:
    company: Company = fresh_company("Supported")
    with outside():
        person = Person.objects.create_user(f"helper@{company.slug}.example", is_staff=True)
        Staff.objects.create(person=person, role=Staff.Role.SUPPORT, title=TITLE)
        tenant = Tenant.objects.get(pk=company.id)
    owner: Actor = owner_of(company)
    with serving(company):
        support.support_grant(actor=owner, hours=1, scope="read_only", reason="Sockets")
    with outside():
        session_begin(staff=person, title=TITLE, tenant=tenant, reason="Sockets")
        visit = SupportSession.objects.get(tenant=tenant)
    held = visiting_cookie(cookie(company, person), visit.pk)

    def end() -> None:
        with serving(company):
            support.support_end(actor=owner)

    async def story() -> Any:
        line = socket(f"{company.slug}.localhost", held)
        assert await line.connect(timeout=10)
        await asyncio.to_thread(end)
        while (said := await line.receive_output(5))["type"] != "websocket.close":
            pass
        return said

    assert asyncio.run(story())["code"] == 4403


def visiting_cookie(held: str, visit: int) -> str:
    from django.contrib.sessions.backends.cached_db import SessionStore

    session = SessionStore(held.partition("=")[2])
    session[support.SESSION] = visit
    session.save()
    return held


def test_nothing_of_support_is_left_in_the_company(web: Browser, acme_web: Web, staff: Person, acme: Company) -> None:
    with serving(acme):
        before = (Member.objects.count(), Department.objects.count())
    granted(acme_web, "full")
    entered(web, staff, acme).get("/api/v1/bootstrap/")
    with serving(acme):
        assert (Member.objects.count(), Department.objects.count()) == before
