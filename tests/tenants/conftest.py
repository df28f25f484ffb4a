"""Clients of the web's door: a person's browser on a host, a program with a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tenants.models import Person
from tenon.tenancy.context import Company, outside
from tests.tenants.archives import exported, slug, unblocked  # noqa: F401  (fixtures of the archive's tests)
from tests.tenants.people import member, signed_in  # noqa: F401  (fixtures)

Browser = Callable[..., "Web"]


class Web:
    """JSON in and out; CSRF checked as for a browser."""

    def __init__(self, host: str, person: Person | None = None) -> None:
        self.client = Client(enforce_csrf_checks=False, headers={"host": host})
        self.host = host
        if person is not None:
            with outside():
                self.client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        kwargs: dict[str, Any] = {"headers": headers}
        if body is not None:
            kwargs |= {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(path, **kwargs)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, {} if body is None else body, **headers)


@pytest.fixture
def web(db: None) -> Browser:
    return Web


@pytest.fixture
def owner(acme: Company) -> Person:
    return Person.objects.get(email="owner@acme.example")


@pytest.fixture
def acme_web(owner: Person) -> Web:
    return Web("acme.localhost", owner)
