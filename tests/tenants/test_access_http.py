"""Rights over HTTP: keys show their token once, menus are patched, roles count at the next request, sessions end."""

from __future__ import annotations

import pytest

from tenants.models import Membership, Person
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.members import member_deactivate, member_reactivate
from tenon.access.services.roles import roles_seed
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.tenants.conftest import Browser, Web
from tests.tenants.test_door import BOOTSTRAP, problem


@pytest.fixture
def clerk(acme: Company, actor: Actor) -> Person:
    person = Person.objects.create_user("clerk@acme.example", name="Clerk")
    Membership.objects.create(person=person, tenant_id=acme.id)
    with serving(acme):
        roles_seed(actor=actor)
        with acting(actor):
            Member.objects.create(person_id=person.pk, name="Clerk", email=person.email, roles=["sales"])
    return person


def test_a_key_shows_its_token_once_and_works(acme_web: Web, web: Browser) -> None:
    made = acme_web.post("/api/v1/access/api-keys/", {"name": "Shop", "permissions": ["access.member.view"]})
    assert made.status_code == 201, made.content
    token = made.json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert web("localhost").get("/api/v1/access/members/", **bearer).status_code == 200
    for row in acme_web.get("/api/v1/access/api-keys/").json()["results"]:
        assert token not in str(row)
        assert row["last_used_at"]
    assert token not in acme_web.get(f"/api/v1/access/api-keys/{made.json()['id']}/history/").content.decode()
    body = problem(acme_web.post("/api/v1/access/api-keys/", {"name": "", "permissions": ["no.such"]}), 400, "invalid")
    assert body["errors"]
    revoked = acme_web.post(f"/api/v1/access/api-keys/{made.json()['id']}/actions/revoke/")
    assert revoked.status_code == 200, revoked.content
    problem(web("localhost").get("/api/v1/access/members/", **bearer), 401, "unauthenticated")
    robot = web("localhost").post("/api/v1/access/api-keys/", {"name": "x"}, **bearer)
    problem(robot, 401, "unauthenticated")


def test_a_menu_is_patched_previewed_and_reset(acme_web: Web, web: Browser, clerk: Person) -> None:
    before = acme_web.get("/api/v1/access/menu/").json()
    assert before["version"] == 0
    patch = {
        "nodes": {"admin": {"title": {"en": "Back office", "zh-hans": "后台"}}},
        "added": [{"id": "own.help", "title": {"en": "Help"}, "url": "https://example.com/", "order": 1}],
        "version": 0,
    }
    saved = acme_web.call("put", "/api/v1/access/menu/", patch)
    assert saved.status_code == 200, saved.content
    problem(acme_web.call("put", "/api/v1/access/menu/", {**patch, "version": 0}), 412, "stale-version")
    menu = acme_web.get(BOOTSTRAP).json()["menu"]
    assert menu[0] == {"id": "own.help", "title": "Help", "url": "https://example.com/"}
    assert "Back office" in [n["title"] for n in menu]
    chinese = acme_web.get(BOOTSTRAP, **{"Accept-Language": "zh-hans"}).json()["menu"]
    assert "后台" in [n["title"] for n in chinese]
    seen = acme_web.post("/api/v1/access/menu/preview/?role=sales", patch).json()["menu"]
    assert "admin.company.modules" not in str(seen)
    assert web("acme.localhost", clerk).get(BOOTSTRAP).json()["menu"] == seen, "as the role really sees it"
    problem(acme_web.post("/api/v1/access/menu/preview/", {"nodes": {"no.such": {}}}), 400, "invalid")
    problem(web("acme.localhost", clerk).get("/api/v1/access/menu/"), 403, "forbidden")
    assert acme_web.client.delete("/api/v1/access/menu/").json()["menu"] == before["menu"]


def test_a_role_counts_at_the_next_request(acme_web: Web, web: Browser, clerk: Person) -> None:
    browser = web("acme.localhost", clerk)
    problem(browser.get("/api/v1/access/roles/"), 403, "forbidden")
    first = browser.get(BOOTSTRAP).json()
    rows = acme_web.get("/api/v1/access/roles/?key=sales").json()["results"]
    role = rows[0]
    codes = acme_web.get(f"/api/v1/access/roles/{role['id']}/").json()["permissions"]
    changed = acme_web.call(
        "patch", f"/api/v1/access/roles/{role['id']}/", {"permissions": [*codes, "access.role.view"]},
        **{"If-Match": f'"{role["version"]}"'},
    )  # fmt: skip
    assert changed.status_code == 200, changed.content
    assert browser.get("/api/v1/access/roles/").status_code == 200
    assert browser.get(BOOTSTRAP).json()["revision"] != first["revision"]
    offered = acme_web.get("/api/v1/access/permissions/").json()["modules"]
    assert any(p["code"] == "access.role.view" and p["held"] for m in offered for p in m["permissions"])


def test_sessions_of_somebody_who_left_stay_over_when_they_return(
    web: Browser, clerk: Person, acme: Company, actor: Actor
) -> None:
    old = web("acme.localhost", clerk)
    assert old.get(BOOTSTRAP).status_code == 200
    with serving(acme):
        member = Member.objects.get(person_id=clerk.pk)
        member_deactivate(actor=actor, member=member)
    problem(old.get(BOOTSTRAP), 403, "not-a-member")
    with serving(acme):
        member_reactivate(actor=actor, member=member)
    problem(old.get(BOOTSTRAP), 401, "unauthenticated")
    new = web("acme.localhost", clerk)
    session = new.client.session
    from tenants.identity import begin_session
    from tenants.models import Tenant

    begin_session(session, Tenant.objects.get(pk=acme.id))
    session.save()
    assert new.get(BOOTSTRAP).status_code == 200


def test_my_own_settings(web: Browser, clerk: Person) -> None:
    browser = web("acme.localhost", clerk)
    changed = browser.call(
        "patch", "/api/v1/me/", {"language": "zh-hans", "time_zone": "Europe/Berlin", "name": "文员"}
    )
    assert changed.status_code == 200, changed.content
    body = browser.get(BOOTSTRAP, **{"Accept-Language": ""}).json()
    assert (body["me"]["language"], body["me"]["time_zone"], body["me"]["name"]) == ("zh-hans", "Europe/Berlin", "文员")
    assert browser.get("/api/v1/access/members/?search=nobody")["Content-Language"] == "zh-hans"
    for bad in ({"time_zone": "Mars/Olympus"}, {"language": "tlh"}):
        problem(browser.call("patch", "/api/v1/me/", bad), 400, "invalid")


def test_members_are_changed_by_those_who_may(acme_web: Web, web: Browser, clerk: Person, acme: Company) -> None:
    with serving(acme):
        member = Member.objects.get(person_id=clerk.pk)
    path = f"/api/v1/access/members/{member.pk}/"
    version = acme_web.get(path).json()["version"]
    header = {"If-Match": f'"{version}"'}
    problem(web("acme.localhost", clerk).call("patch", path, {"roles": ["owner"]}, **header), 403, "forbidden")
    answer = acme_web.call("patch", path, {"roles": ["sales", "accountant"]}, **header)
    assert answer.status_code == 200, answer.content
    problem(acme_web.call("patch", path, {"name": "x"}, **header), 412, "stale-version")
    body = problem(
        acme_web.call("patch", path, {"roles": ["emperor"]}, **{"If-Match": f'"{version + 1}"'}), 400, "invalid"
    )
    assert body["errors"][0]["field"] == "roles"
    assert acme_web.post(f"{path}actions/deactivate/").status_code == 200
    problem(acme_web.post("/api/v1/access/members/", {"name": "x"}), 405, "method-not-allowed")
