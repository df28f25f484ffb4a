"""Second factor, networks, sign-in history, limits, and that no secret is written anywhere."""

from __future__ import annotations

import base64
import logging
import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.utils import timezone

from tenants.addresses import client_address
from tenants.models import CompanyLog, LoginLog, Person
from tenants.sockets import admit
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.api_keys import api_key_create
from tenon.problems import Problem
from tenon.sealing import MARK, seal, unseal
from tenon.tenancy.context import Company, outside, serving
from tests.tenants.conftest import Browser, Web
from tests.tenants.people import AUTH, PASSWORD
from tests.tenants.test_accounts import mails, sign_up  # noqa: F401
from tests.tenants.test_door import BOOTSTRAP, problem

ME = "/api/v1/me/"


# --- second factor


def totp_of(person: Person) -> None:
    with outside():
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")


def test_a_second_factor_can_be_asked_of_everybody(
    member: tuple[Member, Web], signed_in: tuple[Web, Web], owner: Person, acme: Company, actor: Actor, web: Browser
) -> None:
    made, theirs = member
    _apex, here = signed_in
    with serving(acme):
        token = api_key_create(actor=actor, data={"name": "k", "permissions": ["access.member.view"]}).token
    policy = "/api/v1/security/policy/"
    # At once, and without one of one's own: that would shut its author out.
    problem(here.call("patch", policy, {"mfa": True, "grace_days": 0}), 400, "invalid")
    answer = here.call("patch", policy, {"mfa": True, "grace_days": 7}).json()
    assert {m["name"] for m in answer["without_second_factor"]} == {"Clerk", "Owner"}
    assert theirs.get(ME).status_code == 200, "in the days of grace"
    told = theirs.get(BOOTSTRAP).json()["tenant"]["second_factor"]
    assert told["missing"] is True
    assert told["required_from"] is not None
    totp_of(owner)
    assert here.call("patch", policy, {"mfa": True, "grace_days": 0}).status_code == 200
    problem(theirs.get(ME), 403, "mfa-required")
    problem(theirs.get("/api/v1/shared/parties/"), 403, "mfa-required")
    assert theirs.get("/api/v1/session/").status_code == 200, "the page that sets one up still knows who I am"
    assert theirs.get("/_allauth/browser/v1/account/authenticators").status_code == 200
    assert here.get(ME).status_code == 200
    bearer = {"Authorization": f"Bearer {token}"}
    assert web("acme.localhost").get("/api/v1/access/members/", **bearer).status_code == 200, "programs have keys"
    cookies = "; ".join(f"{k}={v.value}" for k, v in theirs.client.cookies.items())
    headers = {"host": "acme.localhost", "origin": "http://acme.localhost", "cookie": cookies}
    with pytest.raises(Problem) as refused:
        admit(headers, "127.0.0.1")
    assert refused.value.type == "mfa-required"
    with outside():
        totp_of(Person.objects.get(pk=made.person_id))
    assert theirs.get(ME).status_code == 200
    assert admit(headers, "127.0.0.1")[1].member_id == made.pk
    logged = CompanyLog.objects.filter(tenant_id=acme.id, what="security").order_by("id")
    assert logged.count() == 2
    assert "mfa_required_from" in logged[0].detail


def test_seeds_of_authenticator_apps_are_sealed(owner: Person, settings: Any) -> None:
    totp_of(owner)
    kept = Authenticator.objects.get(user=owner, type="totp").data["secret"]
    assert kept.startswith(MARK)
    assert "JBSWY3DPEHPK3PXP" not in base64.b64decode(kept.removeprefix(MARK) + "==", altchars=b"-_").decode("latin-1")
    assert unseal(kept) == "JBSWY3DPEHPK3PXP"
    assert unseal("from before") == "from before"
    sealed = seal("x")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(ValueError, match="not known"):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "x"


# --- networks


def test_a_company_is_reached_from_its_networks_only(
    signed_in: tuple[Web, Web], acme: Company, actor: Actor, web: Browser
) -> None:
    _apex, here = signed_in
    policy = "/api/v1/security/policy/"
    assert here.get(policy).json()["your_address"] == "127.0.0.1"
    refused = here.call("patch", policy, {"allowed_addresses": ["10.0.0.0/8", "2001:db8::/32"]})
    assert problem(refused, 400, "invalid")["errors"][0]["code"] == "shuts_out"
    refused = here.call("patch", policy, {"allowed_addresses": ["127.0.0.0/8", "office", "300.1.1.1"]})
    assert [e["field"] for e in refused.json()["errors"]] == ["allowed_addresses.1", "allowed_addresses.2"]
    kept = here.call("patch", policy, {"allowed_addresses": ["127.0.0.1", " 10.1.2.3/8 ", "::1", "127.0.0.1"]})
    assert kept.json()["allowed_addresses"] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]
    with serving(acme):
        token = api_key_create(actor=actor, data={"name": "k", "permissions": []}).token
    bearer = {"Authorization": f"Bearer {token}"}
    stranger: Any = {"REMOTE_ADDR": "203.0.113.9"}
    assert here.client.get(ME, headers={"host": "acme.localhost"}).status_code == 200
    answer = here.client.get(ME, headers={"host": "acme.localhost"}, **stranger)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("address-refused")
    for host in ("acme.localhost", "localhost"):
        assert web(host).client.get(ME, headers=bearer, **stranger).status_code == 403, "nor with a key"
        assert web(host).client.get(ME, headers=bearer, REMOTE_ADDR="10.7.7.7").status_code in (200, 404)
    # Nor by saying so oneself.
    forged = {"host": "acme.localhost", "x-forwarded-for": "127.0.0.1"}
    assert here.client.get(ME, headers=forged, **stranger).status_code == 403
    with pytest.raises(Problem) as socket:
        admit({"host": "acme.localhost", "authorization": f"Bearer {token}"}, "203.0.113.9")
    assert socket.value.type == "address-refused"
    assert admit({"host": "acme.localhost", "authorization": f"Bearer {token}"}, "::1")[0].id == acme.id
    call_command("company_door", "acme")
    assert here.client.get(ME, headers={"host": "acme.localhost"}, **stranger).status_code == 200
    assert CompanyLog.objects.filter(tenant_id=acme.id, actor="system:operator").exists()


@pytest.mark.parametrize(
    ("behind", "trusted", "peer", "forwarded", "found"),
    [
        (False, [], "203.0.113.9", "1.2.3.4", "203.0.113.9"),
        (True, [], "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (True, ["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (True, ["10.0.0.0/8"], "203.0.113.9", "1.2.3.4", "203.0.113.9"),
        (False, ["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (True, ["10.0.0.0/8", "fd00::/8"], "fd00::1", "2001:db8::7", "2001:db8::7"),
        (False, [], "::ffff:203.0.113.9", "", "203.0.113.9"),
        (True, ["10.0.0.0/8"], "10.0.0.1", "rubbish", None),
        (False, [], "", "", None),
    ],
)  # fmt: skip
def test_only_our_own_proxies_say_who_is_calling(
    settings: Any, behind: bool, trusted: list[str], peer: str, forwarded: str, found: str | None
) -> None:
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = behind, trusted
    assert client_address(peer, forwarded) == found


# --- sign-ins


def test_sign_in_history_is_mine_and_the_admins_of_their_own_company(
    member: tuple[Member, Web], signed_in: tuple[Web, Web], web: Browser
) -> None:
    made, theirs = member
    _apex, here = signed_in
    web("localhost").post(f"{AUTH}/login", {"email": made.email, "password": "wrong"})
    LoginLog.objects.create(person_id=made.person_id, kind="entered", host="elsewhere.localhost", ip="198.51.100.7")
    mine = [(r["kind"], r["host"]) for r in theirs.get("/api/v1/session/logins/").json()["results"]]
    assert mine[0] == ("entered", "elsewhere.localhost")
    assert {("refused", "localhost"), ("entered", "acme.localhost"), ("signed_in", "localhost")} <= set(mine)
    seen = here.get(f"/api/v1/security/logins/?member={made.pk}").json()["results"]
    assert {(r["kind"], r["host"]) for r in seen} == {
        ("refused", "localhost"), ("entered", "acme.localhost"), ("signed_in", "acme.localhost"),
    }, "what people do at other companies is their own"  # fmt: skip
    assert all(r["member"]["label"] == "Clerk" for r in seen)


def test_changes_to_people_and_company_are_told(signed_in: tuple[Web, Web], acme: Company, actor: Actor) -> None:
    _apex, here = signed_in
    with serving(acme):
        api_key_create(actor=actor, data={"name": "Shop", "permissions": []})
    here.call("patch", "/api/v1/security/policy/", {"mfa": True, "grace_days": 5})
    rows = here.get("/api/v1/security/changes/").json()["results"]
    assert {"security", "insert"} <= {r["what"] for r in rows}
    key = next(r for r in rows if r["label"] == "Shop")
    assert (key["what"], key["changes"]) == ("insert", {})
    assert "secret_hash" not in str(rows)


# --- keys and limits


def test_a_key_that_is_over_is_not_changed_back_to_life(acme_web: Web, acme: Company, actor: Actor) -> None:
    with serving(acme):
        key = api_key_create(actor=actor, data={"name": "k", "permissions": []})
    path = f"/api/v1/access/api-keys/{key.pk}/"
    past = (timezone.now() - timedelta(minutes=1)).isoformat()
    refused = acme_web.call("patch", path, {"expires_at": past}, **{"If-Match": "*"})
    assert problem(refused, 400, "invalid")["errors"][0]["code"] == "past"
    assert acme_web.post(f"{path}actions/revoke/").status_code == 200
    problem(acme_web.call("patch", path, {"name": "again"}, **{"If-Match": "*"}), 409, "state")


@pytest.mark.usefixtures("one_window")
def test_keys_are_told_what_is_left_and_when_to_come_back(
    acme: Company, actor: Actor, web: Browser, settings: Any
) -> None:
    settings.API_KEY_RATE, settings.COMPANY_RATE = 2, 1000
    with serving(acme):
        token = api_key_create(actor=actor, data={"name": "k", "permissions": ["access.member.view"]}).token
    client = web("acme.localhost")
    answers = [client.get("/api/v1/access/members/", Authorization=f"Bearer {token}") for _n in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["RateLimit-Remaining"] for a in answers] == ["1", "0", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "2"
    assert answers[0].headers["RateLimit"].startswith('"key";r=1;t=')
    assert '"company";q=1000;w=60' in answers[0].headers["RateLimit-Policy"]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].json()["limit"] == "key"


def test_people_at_a_browser_are_not_counted(acme_web: Web) -> None:
    assert "RateLimit" not in acme_web.get("/api/v1/access/members/").headers


# --- signing in


def test_wrong_passwords_run_into_a_limit(web: Browser, owner: Person) -> None:
    codes = [
        web("localhost").post(f"{AUTH}/login", {"email": owner.email, "password": f"wrong-{n}"}).status_code
        for n in range(12)
    ]
    assert 429 in codes or all(c in (400, 403) for c in codes)
    right = web("localhost").post(f"{AUTH}/login", {"email": owner.email, "password": "correct horse battery"})
    assert right.status_code in (400, 403, 429), "also with the right one, while it lasts"


def test_an_unknown_address_takes_as_long_as_a_wrong_password(web: Browser, owner: Person, settings: Any) -> None:
    """With the real hasher: whoever measures learns nothing about who has an account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    with outside():
        owner.set_password("correct horse battery")
        owner.save()

    def takes(email: str) -> float:
        found = []
        for _n in range(3):
            client, began = web("localhost"), time.perf_counter()
            assert client.post(f"{AUTH}/login", {"email": email, "password": "wrong-one"}).status_code == 400
            found.append(time.perf_counter() - began)
        return statistics.median(found)

    takes("warm@up.example")
    known, unknown = takes(owner.email), takes("nobody@acme.example")
    assert 0.5 < known / unknown < 2, (known, unknown)
    assert min(known, unknown) > 0.05, "a hash was computed in both cases"


def test_no_secret_is_written_to_the_log(
    web: Browser, acme: Company, actor: Actor, owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(acme):
        token = api_key_create(actor=actor, data={"name": "k", "permissions": ["access.member.view"]}).token
    apex = web("localhost")
    sign_up(apex, "logged@example.com")
    apex.post(f"{AUTH}/login", {"email": owner.email, "password": "a-very-wrong-secret"})
    client = web("acme.localhost")
    client.get("/api/v1/access/members/", Authorization=f"Bearer {token}")
    client.get("/api/v1/access/members/", Authorization=f"Bearer {token[:-4]}xxxx")
    client.get("/api/v1/access/members/?token=" + token[:-8])
    client.post("/api/v1/session/enter/", {"ticket": "forged-ticket-0123456789"})
    cookie = apex.client.cookies["sessionid"].value if "sessionid" in apex.client.cookies else "no-cookie"
    written = "\n".join(
        r.getMessage() + str(r.exc_text or "") for r in caplog.records if r.name != "django.db.backends"
    )
    secret = token.split("_", 3)[3]
    for what in (PASSWORD, "a-very-wrong-secret", secret, secret[:20], "forged-ticket", cookie):
        assert what not in written, what
