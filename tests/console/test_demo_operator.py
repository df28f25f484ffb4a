"""The demo's operator signs in with what the demo prints; nowhere else is there such a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from demo import operator


@pytest.fixture
def word(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TENON_DEMO_PASSWORD", "tenon-abcdefgh")
    return "tenon-abcdefgh"


def test_what_the_demo_prints_opens_the_console(word: str) -> None:
    operator.operator_ready()
    operator.operator_ready()
    client = Client(headers={"host": "localhost"})
    code = client.get(operator.CODE_PAGE).content.decode().strip()
    said = {"email": operator.OPERATOR.email, "password": word, "code": code}
    assert client.post("/operator/login/", said)["Location"] == "/operator/"
    assert client.get("/operator/").status_code == 200


def test_no_demo_no_code(word: str, settings: Any) -> None:
    client = Client(headers={"host": "localhost"})
    assert client.get(operator.CODE_PAGE).status_code == 404
    operator.operator_ready()
    assert client.get(operator.CODE_PAGE, headers={"host": "acme.localhost"}).status_code == 404
    settings.DEV = False
    assert client.get(operator.CODE_PAGE).status_code == 404
