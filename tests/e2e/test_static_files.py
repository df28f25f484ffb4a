"""The built web app as the server hands it out: packed once, kept by browsers for good, and nothing for strangers but
the way in."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tenants.models import Person, Tenant
from tenon.tenancy.context import Company, outside

ASSETS = Path(settings.BASE_DIR) / "frontend" / "dist" / "assets"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def script() -> Path:
    """The largest script of the build. (`make setup` builds it.)"""
    return max(ASSETS.glob("*.js"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(("accepted", "sent"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", "")])
def test_scripts_come_packed_as_the_browser_likes(script: Path, accepted: str, sent: str) -> None:
    answer = Client().get(f"/static/app/assets/{script.name}", headers={"Accept-Encoding": accepted})
    body = b"".join(answer)
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding", "") == sent
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(body) == int(answer.headers["Content-Length"])
    if sent:
        assert len(body) < script.stat().st_size / 3
    if sent == "gzip":
        assert gzip.decompress(body) == script.read_bytes()
    if not sent:
        assert body == script.read_bytes()


def test_what_may_change_under_its_name_is_not_kept_for_good() -> None:
    answer = Client().get("/static/app/favicon.svg")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("db")
def test_the_page_tells_a_stranger_from_a_visitor(acme: Company) -> None:
    mark = b'data-visitor="stranger"'
    client = Client(headers={"Host": f"acme.{settings.BASE_DOMAIN}"})
    page = client.get("/shared/parties")
    assert page.status_code == 200
    assert page.content.count(mark) == 1
    assert "no-store" in page.headers["Cache-Control"]
    with outside():
        client.force_login(Person.objects.get(email="owner@acme.example"), BACKEND)
    assert mark not in client.get("/shared/parties").content
    client.logout()
    assert mark in client.get("/shared/parties").content
    client.cookies[settings.SESSION_COOKIE_NAME] = "long-gone"
    assert mark in client.get("/").content


@pytest.mark.usefixtures("db")
def test_a_closed_company_says_so_itself(acme: Company) -> None:
    with outside():
        Tenant.objects.filter(slug="acme").update(state=Tenant.State.CLOSED)
    page = Client(headers={"Host": f"acme.{settings.BASE_DOMAIN}"}).get("/")
    assert b"data-visitor" not in page.content
