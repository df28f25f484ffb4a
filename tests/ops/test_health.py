"""Health: what a load balancer hears when a part does not answer."""

from __future__ import annotations

import pytest
from django.test import Client

from tenon_site import health


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


def test_a_living_process_says_so_without_asking_anybody(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_when_database_and_valkey_answer(client: Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "valkey": "ok"}
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_part_that_does_not_answer_is_named_and_its_reason_kept_from_the_network(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ConnectionError("password of redis://secret@cache")

    monkeypatch.setitem(health.PARTS, "valkey", refuse)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "ok", "valkey": "down"}
    assert b"secret" not in answer.content
    assert client.get("/health/live").status_code == 200


def test_it_is_for_reading_only(client: Client) -> None:
    assert client.post("/health/ready").status_code == 405
