"""Accounts over HTTP: sign-up by code, companies, tickets, invitations; mails by language; the login log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenants.models import Invitation, LoginLog, Membership, Person, Tenant
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.cache import clear_own_cache
from tests.companies import owner_of
from tests.tenants.conftest import Browser, Web
from tests.tenants.people import AUTH, PASSWORD
from tests.tenants.test_door import BOOTSTRAP, problem


@pytest.fixture(autouse=True)
def mails(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "tenants.mailbox.backend.FolderBackend"  # pytest-django puts the memory one there
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def latest(browser: Web, to: str) -> dict[str, Any]:
    return browser.get(f"/dev/mail/?format=json&to={to}").json()["results"][0]  # type: ignore[no-any-return]


def sign_up(browser: Web, email: str, **headers: str) -> dict[str, Any]:
    answer = browser.post(f"{AUTH}/signup", {"email": email, "password": PASSWORD, "name": "Wen Li"}, **headers)
    assert answer.status_code == 401, answer.content  # pending: the address is to be confirmed
    mail = latest(browser, email)
    answer = browser.post(f"{AUTH}/email/verify", {"key": mail["code"]}, **headers)
    assert answer.status_code == 200, answer.content
    return mail


def test_from_sign_up_to_the_first_page(web: Browser, acme: Company) -> None:
    apex = web("localhost")
    mail = sign_up(apex, "Wen@Example.com", **{"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "验证码" in mail["subject"]
    person = Person.objects.get(email="wen@example.com")
    assert (person.name, person.language) == ("Wen Li", "zh-hans")
    assert apex.get("/api/v1/session/").json()["person"]["email"] == "wen@example.com"
    assert apex.get("/api/v1/companies/").json() == {"results": []}

    verdict = apex.get("/api/v1/companies/slug/?slug=acme&name=Acme").json()
    assert (verdict["available"], verdict["code"], len(verdict["suggestions"])) == (False, "taken", 3)
    wanted = {"name": "Wen Bicycles", "slug": "wen-bikes", "industry": "manufacturing", "language": "zh-hans",
              "currency": "CNY", "time_zone": "Asia/Shanghai", "sample_data": False}  # fmt: skip
    made = apex.post("/api/v1/companies/", wanted, **{"Idempotency-Key": "abc"})
    assert made.status_code == 201, made.content
    assert made.json() == {
        "slug": "wen-bikes", "name": "Wen Bicycles", "url": "http://wen-bikes.localhost:8000", "state": "ready",
    }  # fmt: skip
    assert apex.post("/api/v1/companies/", wanted, **{"Idempotency-Key": "abc"}).json() == made.json()

    ticket = apex.post("/api/v1/companies/wen-bikes/ticket/").json()["url"]
    assert ticket.startswith("http://wen-bikes.localhost:8000/enter?ticket=")
    token = ticket.partition("ticket=")[2]
    company = web("wen-bikes.localhost")
    assert company.post("/api/v1/session/enter/", {"ticket": token}).status_code == 204
    body = company.get(BOOTSTRAP, **{"Accept-Language": ""}).json()
    assert body["me"]["roles"] == ["owner"]
    assert body["tenant"]["name"] == "Wen Bicycles"
    assert {n["id"]: n["title"] for n in body["menu"]}["admin"] == "管理", "in the member's language"
    kinds = list(LoginLog.objects.filter(person=person).order_by("id").values_list("kind", "host"))
    assert ("signed_up", "localhost") in kinds
    assert ("signed_in", "localhost") in kinds
    assert ("entered", "wen-bikes.localhost") in kinds

    # A ticket is good once, and only where it was made for.
    problem(web("wen-bikes.localhost").post("/api/v1/session/enter/", {"ticket": token}), 401, "unauthenticated")
    second = apex.post("/api/v1/companies/wen-bikes/ticket/").json()["url"].partition("ticket=")[2]
    problem(web("acme.localhost").post("/api/v1/session/enter/", {"ticket": second}), 401, "unauthenticated")
    problem(web("wen-bikes.localhost").post("/api/v1/session/enter/", {"ticket": "x"}), 401, "unauthenticated")
    problem(apex.post("/api/v1/companies/acme/ticket/"), 403, "not-a-member")
    problem(apex.post("/api/v1/companies/no-such/ticket/"), 403, "not-a-member")


def test_signing_in_by_code_by_password_and_refusals_are_logged(web: Browser) -> None:
    apex = web("localhost")
    sign_up(apex, "li@example.com")
    other = web("localhost")
    assert other.post(f"{AUTH}/login", {"email": "li@example.com", "password": "wrong"}).status_code == 400
    assert LoginLog.objects.filter(kind="refused", email="li@example.com").exists()
    assert other.post(f"{AUTH}/login", {"email": "li@example.com", "password": PASSWORD}).status_code == 200
    by_code = web("localhost")
    assert by_code.post(f"{AUTH}/code/request", {"email": "li@example.com"}).status_code == 401
    assert by_code.post(f"{AUTH}/code/confirm", {"code": latest(by_code, "li@example.com")["code"]}).status_code == 200
    assert by_code.client.delete(f"{AUTH}/session").status_code == 401
    assert by_code.get("/api/v1/session/").json()["person"] is None


def test_a_sign_up_with_a_known_address_tells_nobody(web: Browser) -> None:
    sign_up(web("localhost"), "li@example.com")
    clear_own_cache()  # one mail to an address in three minutes
    stranger = web("localhost")
    answer = stranger.post(f"{AUTH}/signup", {"email": "li@example.com", "password": "another-long-one"})
    assert answer.status_code == 401
    assert "already" in latest(stranger, "li@example.com")["subject"]
    assert Person.objects.filter(email="li@example.com").count() == 1


def test_nobody_founds_a_company_without_signing_in(web: Browser) -> None:
    problem(web("localhost").get("/api/v1/companies/"), 401, "unauthenticated")
    problem(web("localhost").post("/api/v1/companies/", {"name": "x", "slug": "xyz"}), 401, "unauthenticated")
    options = web("localhost").get("/api/v1/signup/options/", **{"Accept-Language": "zh"}).json()
    assert {"key": "manufacturing", "label": "制造业"} in options["industries"]
    assert "Asia/Shanghai" in options["time_zones"]


def test_bad_input_names_its_fields(web: Browser) -> None:
    apex = web("localhost")
    sign_up(apex, "li@example.com")
    body = problem(apex.post("/api/v1/companies/", {"name": "", "slug": "x", "sample_data": "maybe"}), 400, "invalid")
    assert {e["field"] for e in body["errors"]} >= {"name", "sample_data"}
    body = problem(apex.post("/api/v1/companies/", {"name": "X", "slug": "acme1", "currency": "ZZZ"}), 400, "invalid")
    assert {e["field"] for e in body["errors"]} == {"currency"}


def invite(acme_web: Web, email: str, roles: list[str]) -> Any:
    return acme_web.post("/api/v1/invitations/", {"email": email, "roles": roles})


def test_an_invitation_makes_a_member(
    web: Browser, acme_web: Web, acme: Company, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = invite(acme_web, "New.Clerk@example.com", ["sales"])
    assert made.status_code == 201, made.content
    assert [i["email"] for i in acme_web.get("/api/v1/invitations/").json()["results"]] == ["new.clerk@example.com"]
    link = latest(acme_web, "new.clerk@example.com")["link"]
    assert link.startswith("http://localhost:8000/invitation/")
    token = link.rpartition("/")[2]

    apex = web("localhost")
    assert apex.get(f"/api/v1/invitations/accept/?token={token}").json()["company"]["slug"] == "acme"
    problem(apex.post("/api/v1/invitations/accept/", {"token": token}), 401, "unauthenticated")
    sign_up(apex, "somebody@example.com")
    problem(apex.post("/api/v1/invitations/accept/", {"token": token}), 403, "forbidden")

    right = web("localhost")
    sign_up(right, "new.clerk@example.com")
    assert right.post("/api/v1/invitations/accept/", {"token": token}).json()["slug"] == "acme"
    assert right.post("/api/v1/invitations/accept/", {"token": token}).json()["slug"] == "acme", "a double click"
    problem(apex.post("/api/v1/invitations/accept/", {"token": token}), 409, "invitation-invalid")
    assert [c["slug"] for c in right.get("/api/v1/companies/").json()["results"]] == ["acme"]
    with serving(acme):
        member = Member.objects.get(email="new.clerk@example.com")
        assert (member.roles, member.is_active) == (["sales"], True)
    person = Person.objects.get(email="new.clerk@example.com")
    assert web("acme.localhost", person).get(BOOTSTRAP).json()["me"]["roles"] == ["sales"]
    problem(invite(acme_web, "new.clerk@example.com", ["sales"]), 409, "conflict")


def test_invitations_expire_are_taken_back_and_replaced(
    web: Browser, acme_web: Web, django_capture_on_commit_callbacks: Any
) -> None:
    tokens = []
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            made = invite(acme_web, "clerk@example.com", ["viewer"]).json()
        tokens.append(latest(acme_web, "clerk@example.com")["link"].rpartition("/")[2])
    apex = web("localhost")
    problem(apex.get(f"/api/v1/invitations/accept/?token={tokens[0]}"), 409, "invitation-invalid")
    assert apex.get(f"/api/v1/invitations/accept/?token={tokens[1]}").status_code == 200
    Invitation.objects.update(expires_at="2020-01-01T00:00Z")
    problem(apex.get(f"/api/v1/invitations/accept/?token={tokens[1]}"), 409, "invitation-invalid")
    assert acme_web.client.delete(f"/api/v1/invitations/{made['id']}/").status_code == 204
    problem(acme_web.client.delete(f"/api/v1/invitations/{made['id']}/"), 404, "not-found")


def test_nobody_invites_beyond_their_own_rights(web: Browser, acme: Company) -> None:
    person = Person.objects.create_user("hr@acme.example", name="HR")
    Membership.objects.create(person=person, tenant_id=acme.id)
    with serving(acme), acting(owner_of(acme)):
        Member.objects.create(person_id=person.pk, name="HR", email=person.email, roles=["admin"])
    admin = web("acme.localhost", person)
    assert invite(admin, "a@example.com", ["sales"]).status_code == 201
    problem(invite(admin, "b@example.com", ["owner"]), 403, "forbidden")
    body = problem(invite(admin, "c@example.com", ["no-such-role"]), 400, "invalid")
    assert body["errors"][0]["field"] == "roles"
    with serving(acme), acting(owner_of(acme)):
        Member.objects.filter(person_id=person.pk).update(roles=["viewer"])
    problem(invite(admin, "d@example.com", ["viewer"]), 403, "forbidden")


def test_the_mailbox_shows_mails_shut_in(web: Browser) -> None:
    apex = web("localhost")
    sign_up(apex, "li@example.com")
    page = apex.get("/dev/mail/")
    assert b"li@example.com" in page.content
    mail = latest(apex, "li@example.com")
    body = apex.get(f"/dev/mail/{mail['id']}/")
    assert mail["code"].encode() in body.content
    assert "sandbox" in body["Content-Security-Policy"]
    for name in ("..%2f..%2fetc%2fpasswd", "x", "1-abc"):
        assert apex.get(f"/dev/mail/{name}/").status_code == 404


def test_tenants_state_is_told_with_the_session(web: Browser, acme: Company) -> None:
    Tenant.objects.filter(pk=acme.id).update(state="suspended")
    body = web("acme.localhost").get("/api/v1/session/").json()
    assert body == {"person": None, "company": {"slug": "acme", "name": "Acme Bicycles", "state": "suspended"}}


@pytest.fixture
def invited(acme_web: Web, django_capture_on_commit_callbacks: Any) -> str:
    """The token of an invitation of clerk@example.com, a viewer."""
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(acme_web, "clerk@example.com", ["viewer"]).status_code == 201
    return str(latest(acme_web, "clerk@example.com")["link"].rpartition("/")[2])


def test_an_invitation_takes_nothing_from_who_is_a_member_already(invited: str, web: Browser, acme: Company) -> None:
    """Invited under another address than the one the company knows: they stay what they are."""
    owner = Person.objects.get(email="owner@acme.example")
    Person.objects.filter(pk=owner.pk).update(email="clerk@example.com")
    owner.refresh_from_db()
    assert web("localhost", owner).post("/api/v1/invitations/accept/", {"token": invited}).status_code == 200
    with serving(acme):
        assert Member.objects.get(person_id=owner.pk).roles == ["owner"]


def test_nobody_joins_a_suspended_company(invited: str, web: Browser, acme: Company) -> None:
    person = Person.objects.create_user("clerk@example.com", name="Clerk")
    Tenant.objects.filter(pk=acme.id).update(state="suspended")
    problem(
        web("localhost", person).post("/api/v1/invitations/accept/", {"token": invited}), 402, "company-suspended"
    )  # fmt: skip
    with serving(acme):
        assert not Member.objects.filter(person_id=person.pk).exists()
