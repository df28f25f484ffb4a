"""What every answer carries, whoever gives it; and that production settings are as a deployment's should be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tenants.models import Person
from tenon.tenancy.context import Company, outside
from tests.console.conftest import Join, StaffPerson, join, operator  # noqa: F401  (fixtures)

ROOT = Path(__file__).resolve().parents[3]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Inline(HTMLParser):
    """Everything in a page that a policy without 'unsafe-inline' would stop."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.script = tag == "script" and "src" not in dict(attrs)
        if self.script and dict(attrs).get("type") in ("application/json", "importmap"):
            self.script = False
        self.found += [f"<{tag} {name}>" for name, _value in attrs if name.startswith("on")]
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in attrs
            if (value or "").strip().lower().startswith("javascript:")
        ]

    def handle_data(self, data: str) -> None:
        if self.script and data.strip():
            self.found.append(f"<script>{data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self.script = False


def directives(policy: str) -> dict[str, str]:
    return {name: value for name, _space, value in (part.strip().partition(" ") for part in policy.split(";"))}


def safe(answer: Any, page: str) -> None:
    headers, content = answer.headers, b"".join(answer)
    policy = directives(headers["Content-Security-Policy"])
    scripts = policy.get("script-src", policy["default-src"])
    assert "unsafe" not in scripts, page
    assert scripts in ("'self'", "'none'"), page
    assert "frame-ancestors" in policy, page
    assert policy.get("object-src", policy["default-src"]) == "'none'", page
    assert headers["X-Content-Type-Options"] == "nosniff", page
    if headers.get("Content-Type", "").startswith("text/html"):
        assert Inline(content.decode()).found == [], page


def test_every_page_has_a_strict_policy_and_nothing_inline(operator: StaffPerson, acme: Company) -> None:  # noqa: F811
    web = Client(headers={"host": "localhost"}, raise_request_exception=False)
    strict = Client(headers={"host": "localhost"}, raise_request_exception=False, enforce_csrf_checks=True)
    member = Client(headers={"host": "acme.localhost"})
    with outside():
        member.force_login(Person.objects.get(email="owner@acme.example"), backend=BACKEND)
    for page in (
        "/",
        "/login",
        "/operator/login/",
        "/operator/setup/none/",
        "/api/docs/",
        "/dev/mail/",
        "/no/such/page",
    ):
        safe(web.get(page), page)
    for page in ("/operator/", "/operator/tenants/tenant/", "/operator/tenancy/slot/", "/operator/events/delivery/",
                 "/operator/billing/stripeevent/", "/operator/console/staffaction/",
                 f"/operator/companies/{acme.id}/"):  # fmt: skip
        answer = operator.client.get(page)
        assert answer.status_code == 200, page
        safe(answer, page)
    for page in ("/", "/api/v1/bootstrap/", "/admin/support"):
        safe(member.get(page), page)
    # What middlewares refuse before any view: a foreign host, a host of nobody, a form without its token, no session.
    safe(web.get("/", headers={"host": "elsewhere.example"}), "foreign host")
    safe(web.get("/", headers={"host": "nobody-here.localhost"}), "nobody's host")
    refused = strict.post("/operator/login/", {"email": "x@y.example"})
    assert refused.status_code == 403
    safe(refused, "csrf")
    safe(Client(headers={"host": "acme.localhost"}).get("/api/v1/bootstrap/"), "no session")


def test_the_local_stripes_pages_run_no_script() -> None:
    pages = list((ROOT / "billing" / "simulator" / "pages" / "templates").glob("*.html"))
    assert len(pages) > 5
    for page in pages:
        assert Inline(page.read_text()).found == [], page.name
        assert "<script" not in page.read_text(), page.name
    visit = (ROOT / "billing" / "simulator" / "pages" / "visit.py").read_text()
    policy = re.search(r'"Content-Security-Policy"\] = "([^"]+)"', visit)
    assert policy is not None
    assert directives(policy[1])["default-src"] == "'none'"


PRODUCTION = {
    "TENON_SECRET_KEY": "7pXr2wQ9vLkZ4tGs8nBd3hJf6mCa1yEu5oWi0xTqPzRbNvMcKjHgFdSa",
    "TENON_BASE_DOMAIN": "tenon.example",
    "TENON_BASE_PORT": "443",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}


def production(*words: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """A program under production settings: nothing of the tests' own is in its environment."""
    kept = ("PATH", "HOME", "LANG", "DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL", "FILES_URL")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= {"PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "tenon_site.settings"}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**env, **PRODUCTION, **changed}, capture_output=True, text=True
    )


@pytest.mark.parametrize("edge", [{"TENON_BEHIND_PROXY": "1"}, {"TENON_SSL_REDIRECT": "1"}])
def test_the_deployment_check_finds_nothing(edge: dict[str, str]) -> None:
    done = production("manage.py", "check", "--deploy", "--fail-level", "WARNING", **edge)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_the_deployment_check_can_find_something() -> None:
    done = production("manage.py", "check", "--deploy", "--fail-level", "WARNING", TENON_BASE_SCHEME="http")
    assert done.returncode != 0
    assert "security.W0" in done.stderr


_ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client(headers={"host": "tenon.example"}).get("/operator/login/", secure=True)
plain = Client(headers={"host": "tenon.example"}).get("/operator/login/")
health = Client(headers={"host": "tenon.example"}).get("/health/live")
print(json.dumps({
    "hsts": answer.headers.get("Strict-Transport-Security"), "policy": answer.headers["Content-Security-Policy"],
    "cookies": {k: [m["secure"], m["httponly"], m["samesite"]] for k, m in answer.cookies.items()},
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE],
    "plain": plain.status_code, "health": health.status_code, "debug": settings.DEBUG, "dev": settings.DEV,
}))
"""


def test_production_answers() -> None:
    done = production("-c", _ASK, TENON_SSL_REDIRECT="1")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in found["policy"]
    assert found["cookies"]["csrftoken"][0] is True
    assert found["session"] == [True, True, "Lax"]
    assert (found["plain"], found["health"]) == (301, 200)
    assert (found["debug"], found["dev"]) == (False, False)
