"""The door for HTTP: hosts, sessions, keys; what is refused, and with what."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import Membership, Person, Tenant
from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Member
from tenon.access.services.api_keys import api_key_create
from tenon.records.service import acting
from tenon.tenancy.context import Company, current_or_none, serving
from tests.tenants.conftest import Browser, Web

BOOTSTRAP = "/api/v1/bootstrap/"


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{kind}"
    assert body["request_id"]
    return body  # type: ignore[no-any-return]


@pytest.fixture
def token(acme: Company, actor: Actor) -> str:
    with serving(acme):
        return api_key_create(actor=actor, data={"name": "robot", "permissions": ["access.member.view"]}).token


def test_bootstrap_says_who_where_and_what(acme_web: Web, acme: Company) -> None:
    body = acme_web.get(BOOTSTRAP).json()
    assert body["me"]["email"] == "owner@acme.example"
    assert body["tenant"]["slug"] == "acme"
    assert body["tenant"]["today"] == acme.today().isoformat()
    assert [c["slug"] for c in body["companies"]] == ["acme"]
    assert set(body["features"]) == set(acme.features)
    assert "access.member.view" in body["permissions"]
    assert body["entities"]["access.member"]["endpoint"] == "/api/v1/access/members/"
    areas = {node["id"]: node for node in body["menu"]}
    assert areas["admin"]["title"] == "Administration"
    assert current_or_none() is None


def test_bootstrap_speaks_chinese(acme_web: Web) -> None:
    body = acme_web.get(BOOTSTRAP, **{"Accept-Language": "zh-hans"}).json()
    assert {n["id"]: n["title"] for n in body["menu"]}["admin"] == "管理"


def test_the_door_costs_few_queries(acme_web: Web) -> None:
    acme_web.get("/api/v1/me/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert acme_web.get("/api/v1/me/").status_code == 200
    read = [q["sql"] for q in queries if q["sql"].startswith("SELECT") and "set_config" not in q["sql"]]
    # host+company, person, membership, member+department, roles (the session comes from the cache)
    assert len(read) <= 5, read


def test_unknown_hosts_get_nothing(web: Browser) -> None:
    for path in ("/", BOOTSTRAP, "/api/v1/companies/", "/static/x.js"):
        problem(web("nobody.localhost").get(path), 404, "not-found")
    problem(web("evil.example.com").get(BOOTSTRAP), 400, "invalid")
    problem(web("acme.localhost.evil.example.com").get(BOOTSTRAP), 400, "invalid")


def test_a_forged_host_header_opens_no_neighbour(web: Browser, owner: Person, globex: Company) -> None:
    problem(web("globex.localhost", owner).get(BOOTSTRAP), 403, "not-a-member")
    sneaky = web("acme.localhost", owner)
    problem(
        sneaky.get(BOOTSTRAP, **{"X-Forwarded-Host": "globex.localhost", "Host": "globex.localhost"}),
        403,
        "not-a-member",
    )


def test_nobody_gets_nothing(web: Browser, acme: Company) -> None:
    for path in (BOOTSTRAP, "/api/v1/modules/", "/api/v1/access/members/", "/api/v1/jobs/", "/api/v1/nonsense/"):
        problem(web("acme.localhost").get(path), 401, "unauthenticated")
        problem(web("localhost").get(path), 401, "unauthenticated")


def test_a_session_of_one_host_is_none_on_another(web: Browser, owner: Person, globex: Company) -> None:
    Membership.objects.create(person=owner, tenant_id=globex.id)
    browser = web("acme.localhost", owner)
    session = browser.client.session
    session["tenon_company"] = Tenant.objects.get(slug="acme").pk
    session.save()
    assert browser.get(BOOTSTRAP).status_code == 200
    problem(browser.get(BOOTSTRAP, Host="globex.localhost"), 401, "unauthenticated")


def test_writes_need_the_csrf_token(web: Browser, owner: Person, acme: Company) -> None:
    browser = web("acme.localhost", owner)
    browser.client.handler.enforce_csrf_checks = True
    problem(browser.post("/api/v1/modules/features/x.y/actions/enable/"), 403, "csrf")
    assert browser.call("patch", "/api/v1/me/", {"name": "X"}).status_code == 403


def test_a_key_works_on_its_company_and_on_the_apex(web: Browser, token: str) -> None:
    for host in ("acme.localhost", "localhost"):
        answer = web(host).get("/api/v1/access/members/", Authorization=f"Bearer {token}")
        assert answer.status_code == 200, answer.content
        assert [m["email"] for m in answer.json()["results"]] == ["owner@acme.example"]
        problem(web(host).get("/api/v1/access/roles/", Authorization=f"Bearer {token}"), 403, "forbidden")


def test_a_key_needs_no_csrf_token(web: Browser, acme: Company, actor: Actor) -> None:
    with serving(acme):
        key = api_key_create(actor=actor, data={"name": "r", "permissions": ["access.department.create"]}).token
    robot = web("localhost")
    robot.client.handler.enforce_csrf_checks = True
    answer = robot.post("/api/v1/access/departments/", {"name": "Paint shop"}, Authorization=f"Bearer {key}")
    assert answer.status_code == 201, answer.content


def test_a_foreign_or_broken_key_opens_nothing(web: Browser, token: str, globex: Company, acme: Company) -> None:
    problem(web("globex.localhost").get(BOOTSTRAP, Authorization=f"Bearer {token}"), 401, "unauthenticated")
    _tn, _tenant, key_id, secret = token.split("_", 3)
    for forged in (
        f"tn_{globex.id}_{key_id}_{secret}",  # another company's number
        f"tn_{acme.id}_{key_id}_{'x' * 43}",
        f"tn_999999_{key_id}_{secret}",
        f"tn_{acme.id}_{int(key_id) + 1}_{secret}",
        "tn_1_2",
        "tn_1_1_" + "x" * 500,
    ):
        for host in ("localhost", "acme.localhost", "globex.localhost"):
            problem(web(host).get(BOOTSTRAP, Authorization=f"Bearer {forged}"), 401, "unauthenticated")
    problem(web("acme.localhost").get(BOOTSTRAP, Authorization="Basic abc"), 401, "unauthenticated")


def test_a_key_dies_by_date_by_hand_and_with_its_owner(web: Browser, token: str, acme: Company, actor: Actor) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    browser = web("acme.localhost")
    for change in ({"expires_at": "2020-01-01T00:00Z"}, {"is_active": False}):
        with serving(acme), acting(actor):
            before = {k: getattr(ApiKey.objects.get(), k) for k in change}
            ApiKey.objects.update(**change)
        problem(browser.get(BOOTSTRAP, **bearer), 401, "unauthenticated")
        with serving(acme), acting(actor):
            ApiKey.objects.update(**before)
    assert browser.get(BOOTSTRAP, **bearer).status_code == 200
    Membership.objects.filter(tenant_id=acme.id).update(is_active=False)
    problem(browser.get(BOOTSTRAP, **bearer), 401, "unauthenticated")


def test_a_key_never_holds_more_than_its_owner_does_now(web: Browser, token: str, acme: Company, actor: Actor) -> None:
    with serving(acme), acting(actor):
        Member.objects.filter(pk=actor.member_id or 0).update(roles=["shop_floor"])
        ApiKey.objects.update(permissions=["access.role.view", "access.member.view"])
    browser = web("acme.localhost")
    bearer = {"Authorization": f"Bearer {token}"}
    problem(browser.get("/api/v1/access/roles/", **bearer), 403, "forbidden")


def test_companies_that_are_not_open_say_so(acme_web: Web, acme: Company) -> None:
    shut = ("/api/v1/access/members/", "/api/v1/search/?q=owner", "/api/v1/imports/", "/api/v1/modules/")
    for state, status, kind in (("suspended", 402, "company-suspended"), ("seeding", 503, "company-not-ready")):
        Tenant.objects.filter(pk=acme.id).update(state=state)
        for path in shut:
            problem(acme_web.get(path), status, kind)
    problem(acme_web.get(BOOTSTRAP), 503, "company-not-ready")
    Tenant.objects.filter(pk=acme.id).update(state="suspended")
    assert acme_web.get(BOOTSTRAP).json()["tenant"]["read_only"], "who I am, and where one pays, is there"


def test_features_count_at_the_next_request(acme_web: Web, acme: Company) -> None:
    Tenant.objects.filter(pk=acme.id).update(switched_on=[])
    assert acme_web.get(BOOTSTRAP).json()["features"] == []
    Tenant.objects.filter(pk=acme.id).update(switched_on=list(acme.features))
    assert set(acme_web.get(BOOTSTRAP).json()["features"]) == set(acme.features)


def test_a_member_who_leaves_is_out_at_the_next_request(web: Browser, acme: Company, actor: Actor) -> None:
    person = Person.objects.create_user("clerk@acme.example", name="Clerk")
    Membership.objects.create(person=person, tenant_id=acme.id)
    with serving(acme), acting(actor):
        member = Member.objects.create(person_id=person.pk, name="Clerk", email=person.email, roles=["viewer"])
    browser = web("acme.localhost", person)
    assert browser.get(BOOTSTRAP).json()["me"]["roles"] == ["viewer"]
    with serving(acme), acting(actor):
        member.is_active = False
        member.save()
    problem(browser.get(BOOTSTRAP), 403, "not-a-member")


def test_the_billing_portal_is_for_members_not_for_guests(acme_web: Web) -> None:
    """Other modules have portals that people without an account enter by a link."""
    assert acme_web.post("/api/v1/billing/portal/").status_code != 401
