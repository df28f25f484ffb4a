"""Seats: nobody becomes active beyond what the subscription pays for, also when several come at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connections

from tenon.access.models import Member
from tenon.access.services import members
from tenon.access.services.guards import SeatsTaken
from tenon.access.services.members import member_add, member_deactivate, member_reactivate
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of

SEATS = 3


@pytest.fixture
def company(fresh_company: Callable[..., Company]) -> Company:
    return replace(fresh_company("Seated"), limits={"access.members": SEATS})


def join(company: Company, number: int) -> Member:
    return member_add(
        actor=owner_of(company), person_id=50_000 + number, name=f"M{number}", email=f"m{number}@x.example",
        roles=["viewer"],
    )  # fmt: skip


def test_the_last_seat_is_given_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    count = members.require_seat

    def slow() -> None:
        count()
        time.sleep(0.2)  # between counting and taking the seat

    monkeypatch.setattr(members, "require_seat", slow)
    results: list[str] = []
    start = threading.Barrier(5)

    def come(number: int) -> None:
        start.wait()
        try:
            with serving(company):
                join(company, number)
            results.append("in")
        except SeatsTaken:
            results.append("full")
        except Exception as error:
            results.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["full"] * 3 + ["in"] * 2
    with serving(company):
        assert Member.objects.filter(is_active=True).count() == SEATS


def test_who_left_comes_back_where_there_is_a_seat_only(company: Company) -> None:
    with serving(company):
        actor = owner_of(company)
        first = join(company, 1)
        join(company, 2)
        member_deactivate(actor=actor, member=first)
        third = join(company, 3)
        with pytest.raises(SeatsTaken):
            member_reactivate(actor=actor, member=first)
        member_deactivate(actor=actor, member=third)
        assert member_reactivate(actor=actor, member=first).is_active
