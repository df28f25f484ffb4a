"""A person's browser as far as a benchmark needs one: a kept connection with a session's cookies, JSON in and out."""

from __future__ import annotations

import http.client
from typing import Any

import orjson
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

import bench.company  # noqa: F401  (names the database)
from tenants.models import Person
from tenon.tenancy.context import outside

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def cookies_of(person: Person) -> dict[str, str]:
    """A session in which `person` is signed in, and a token against forged requests."""
    with outside():
        client = Client()
        client.force_login(person, backend=BACKEND)
    return {
        **{name: morsel.value for name, morsel in client.cookies.items()},
        settings.CSRF_COOKIE_NAME: _get_new_csrf_string(),
    }


class Browser:
    """`slug` names the company; empty is the apex host."""

    def __init__(self, port: int, slug: str, cookies: dict[str, str]) -> None:
        host = f"{slug}.{settings.BASE_DOMAIN}" if slug else settings.BASE_DOMAIN
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Host": f"{host}:{port}",
            "Origin": f"http://{host}:{port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies[settings.CSRF_COOKIE_NAME],
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """The answer's JSON. Raises AssertionError for another status than `expect`."""
        self.connection.request(method, path, None if body is None else orjson.dumps(body), self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status == expect, (method, path, answer.status, content[:500])
        return orjson.loads(content) if content else None
