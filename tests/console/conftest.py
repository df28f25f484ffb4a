"""Staff who sign in as they do in life: password and second factor on the console's own page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from tenants.models import Person, Staff
from tenon.tenancy.context import Company, outside

PASSWORD = "correct horse battery"
Join = Callable[..., "StaffPerson"]


class StaffPerson:
    def __init__(self, role: str, *, mfa: bool = True) -> None:
        with outside():
            self.person = Person.objects.create_user(
                f"{role}{'' if mfa else '-plain'}@operator.example", PASSWORD, is_staff=True
            )
            self.staff = Staff.objects.create(person=self.person, role=role, title=f"{role.title()} engineer")
            self.secret = generate_totp_secret()
            if mfa:
                TOTP.activate(self.person, self.secret)
        self.client = Client(headers={"host": "localhost"})

    def code(self, at: float | None = None) -> str:
        return format_hotp_value(hotp_value(self.secret, int(at or time.time()) // 30))

    def sign_in(self, **changed: str) -> Any:
        body = {"email": self.person.email, "password": PASSWORD, "code": self.code(), **changed}
        return self.client.post("/operator/login/", body)


@pytest.fixture
def join(db: None) -> Join:
    return StaffPerson


@pytest.fixture
def operator(join: Join) -> StaffPerson:
    found = join("operator")
    assert found.sign_in().status_code == 302
    return found


@pytest.fixture
def owner(acme: Company) -> Person:
    """Of acme: who looks at the company's own pages."""
    with outside():
        return Person.objects.get(email="owner@acme.example")
