"""Sessions: listed, ended by oneself and by the admin, and with the membership."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

from tenants.models import Person
from tenants.services import sessions
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.members import member_deactivate
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tests.tenants.conftest import Browser, Web
from tests.tenants.people import PASSWORD, enter
from tests.tenants.test_accounts import mails  # noqa: F401  (the limits begin anew for each test)
from tests.tenants.test_door import problem

ME = "/api/v1/me/"


def test_my_sessions_are_listed_and_ended_one_by_one_and_all(signed_in: tuple[Web, Web], web: Browser) -> None:
    apex, here = signed_in
    phone = enter(apex, web, "acme")
    phone.client.defaults["HTTP_USER_AGENT"] = ""
    rows = here.get("/api/v1/session/list/").json()["results"]
    assert [r["company"] for r in rows].count("Acme Bicycles") == 2
    assert [r["company"] for r in rows].count(None) == 1
    assert [r["current"] for r in rows].count(True) == 1
    assert all(r["place"] is None and r["ip"] == "127.0.0.1" and r["last_seen_at"] for r in rows)
    other = next(r for r in rows if r["company"] and not r["current"])
    assert here.call("delete", f"/api/v1/session/list/{other['id']}/").status_code == 204
    problem(phone.get(ME), 401, "unauthenticated")
    assert here.get(ME).status_code == 200
    assert here.call("delete", "/api/v1/session/list/").json() == {"ended": 1}
    problem(apex.get("/api/v1/session/list/"), 401, "unauthenticated")
    assert len(here.get("/api/v1/session/list/").json()["results"]) == 1
    problem(here.call("delete", "/api/v1/session/list/999999999/"), 404, "not-found")


def test_nobody_ends_a_strangers_session(signed_in: tuple[Web, Web], web: Browser, globex: Company) -> None:
    _apex, _here = signed_in
    theirs = UserSession.objects.order_by("pk")[0].pk
    stranger = web("globex.localhost", Person.objects.get(email="owner@globex.example"))
    problem(stranger.call("delete", f"/api/v1/session/list/{theirs}/"), 404, "not-found")


def test_an_admin_sees_and_ends_sessions_of_this_company_only(
    member: tuple[Member, Web], signed_in: tuple[Web, Web]
) -> None:
    made, theirs = member
    _apex, here = signed_in
    rows = here.get(f"/api/v1/security/sessions/?member={made.pk}").json()["results"]
    assert [(r["member"]["label"], r["company"]) for r in rows] == [("Clerk", "Acme Bicycles")], (
        "not their apex session"
    )
    assert {r["member"]["label"] for r in here.get("/api/v1/security/sessions/").json()["results"]} == {
        "Clerk",
        "Owner",
    }
    assert theirs.get(ME).status_code == 200
    assert here.post(f"/api/v1/security/members/{made.pk}/sign-out/").json() == {"ended": 1}
    problem(theirs.get(ME), 401, "unauthenticated")
    for path in ("/api/v1/security/sessions/", "/api/v1/security/logins/", "/api/v1/security/policy/",
                 "/api/v1/security/changes/"):  # fmt: skip
        assert here.get(path).status_code == 200, path


def test_visits_of_support_stand_among_the_sessions(signed_in: tuple[Web, Web], acme: Company) -> None:
    _apex, here = signed_in
    with outside():
        staff = Person.objects.create_user("staff@tenon.example", PASSWORD)
        store = UserSession()._session_store()
        store["_auth_user_id"], store["_auth_user_hash"] = str(staff.pk), staff.get_session_auth_hash()
        store["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
        store.save()
        UserSession.objects.create(
            user=staff, ip="198.51.100.9", session_key=store.session_key, user_agent="x", data={"tenant": acme.id}
        )
    rows = here.get("/api/v1/security/sessions/").json()["results"]
    assert [(r["by_staff"], r["ip"]) for r in rows if r["member"] is None] == [("support", "198.51.100.9")]


def test_a_member_sees_nothing_of_others(member: tuple[Member, Web]) -> None:
    made, theirs = member
    for path in ("sessions", "logins", "policy", "changes"):
        problem(theirs.get(f"/api/v1/security/{path}/"), 403, "forbidden")
    problem(theirs.post(f"/api/v1/security/members/{made.pk}/sign-out/"), 403, "forbidden")
    problem(theirs.call("patch", "/api/v1/security/policy/", {"mfa": True}), 403, "forbidden")


def test_leaving_ends_the_sessions_themselves(
    member: tuple[Member, Web], acme: Company, actor: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    made, theirs = member
    assert len(sessions.sessions_of(acme, made.person_id)) == 1
    with serving(acme), django_capture_on_commit_callbacks(execute=True):
        member_deactivate(actor=actor, member=made)
    assert sessions.sessions_of(acme, made.person_id) == []
    assert UserSession.objects.filter(user_id=made.person_id, data__tenant=acme.id).count() == 0
    assert UserSession.objects.filter(user_id=made.person_id).count() == 1, "their own, at the apex, is theirs"
    problem(theirs.get(ME), 401, "unauthenticated")


def test_a_membership_ends_by_itself(member: tuple[Member, Web], acme: Company, actor: Actor, web: Browser) -> None:
    from tenants.services.memberships import member_until

    made, theirs = member
    with serving(acme), acting(actor):
        from tenon.access.models import ApiKey
        from tenon.access.selectors.actors import secret_hash

        secret = "s" * 43
        key = ApiKey.objects.create(name="k", owner=made, secret_hash=secret_hash(secret), permissions=[])
    token = f"tn_{acme.id}_{key.pk}_{secret}"
    bearer = {"Authorization": f"Bearer {token}"}
    member_until(acme, made.person_id, timezone.now() + timedelta(hours=1))
    assert theirs.get(ME).status_code == 200
    assert web("acme.localhost").get(ME, **bearer).status_code == 200
    member_until(acme, made.person_id, timezone.now() - timedelta(seconds=1))
    problem(theirs.get(ME), 403, "not-a-member")
    problem(web("acme.localhost").get(ME, **bearer), 401, "unauthenticated")
