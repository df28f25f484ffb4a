"""Reminders by the clock of the member and the working days of the company; a manager told of what lies too long.
Monday 16 November 2026; the company's clock is Shanghai's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from modules.crm.models import Activity, FollowUpRule, PoolPause
from modules.crm.services import activity_create, activity_done, activity_postpone
from modules.crm.services.reminders import reminders_send
from modules.shared.data.models import Calendar, Party
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.notifications.models import Notification
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving

MONDAY = date(2026, 11, 16)
SHANGHAI = ZoneInfo("Asia/Shanghai")
people = count(8_300)


@pytest.fixture
def company(actor: Actor, serving_acme: Company) -> Any:
    with acting(actor):
        Calendar.objects.filter(is_default=True).update(is_default=False)
        Calendar.objects.create(name="Weekdays", weekdays=[1, 2, 3, 4, 5], is_default=True)
    with serving(replace(serving_acme, time_zone="Asia/Shanghai")) as there:
        yield there


def member(owner: Actor, name: str, **values: Any) -> Member:
    with acting(owner):
        return Member.objects.create(
            person_id=next(people), email=f"{name}@remind.example", name=name, roles=["sales_manager"], **values
        )


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def told(who: Member) -> list[tuple[str, str, str]]:
    return list(Notification.objects.filter(member=who).order_by("id").values_list("kind", "label", "excerpt"))


@pytest.mark.usefixtures("company")
def test_in_the_morning_of_a_working_day_once(actor: Actor, customer: Party) -> None:
    seller = member(actor, "seller")
    call = activity_create(actor=actor, subject="Offer?", party=customer, due_on=date(2026, 11, 14), owner=seller.pk)
    assert reminders_send(at(9, day=date(2026, 11, 14)))["reminded"] == 0  # a Saturday
    assert reminders_send(at(7, 59))["reminded"] == 0
    assert reminders_send(at(8)) == {"reminded": 1, "escalated": 0}
    assert reminders_send(at(8, 10))["reminded"] == 0
    assert reminders_send(at(8, day=date(2026, 11, 17)))["reminded"] == 0
    assert told(seller) == [("due", f"Offer? · {customer}", "2026-11-14")]
    activity_postpone(actor=actor, activity=call, due_on=date(2026, 11, 18))
    assert reminders_send(at(8, day=date(2026, 11, 17)))["reminded"] == 0
    assert reminders_send(at(8, day=date(2026, 11, 18)))["reminded"] == 1
    activity_done(actor=actor, activity=call)
    other = activity_create(actor=actor, subject="Later", due_on=date(2026, 11, 30), owner=seller.pk)
    assert reminders_send(at(9, day=date(2026, 11, 20)))["reminded"] == 0
    assert other.reminded_on is None


@pytest.mark.usefixtures("company")
def test_by_the_clock_of_the_member(actor: Actor) -> None:
    """Eight in the morning in Berlin is three in the afternoon in Shanghai."""
    away = member(actor, "away", time_zone="Europe/Berlin")
    activity_create(actor=actor, subject="Call", due_on=MONDAY, owner=away.pk)
    assert reminders_send(at(14, 50))["reminded"] == 0
    assert reminders_send(at(15))["reminded"] == 1
    assert reminders_send(at(15, 10))["reminded"] == 0


@pytest.mark.usefixtures("company")
def test_before_the_hour_on_any_day(actor: Actor) -> None:
    """A visit at 10:00 on a Sunday was agreed: 15 minutes before, and once, wherever the member is."""
    sunday = date(2026, 11, 15)
    for name, zone in (("here", ""), ("west", "America/Los_Angeles")):
        seller = member(actor, name, time_zone=zone)
        activity_create(actor=actor, subject="Visit", kind="visit", starts_at=at(10, day=sunday), owner=seller.pk)
        assert reminders_send(at(9, 40, sunday))["reminded"] == 0
        assert reminders_send(at(9, 50, sunday))["reminded"] == 1
        assert reminders_send(at(9, 55, sunday))["reminded"] == 0
        hour = at(10, day=sunday).astimezone(ZoneInfo(zone or "Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
        assert told(seller) == [("due", "Visit", hour)]


@pytest.mark.usefixtures("company")
def test_many_come_as_one_and_none_on_leave(actor: Actor) -> None:
    seller, off = member(actor, "seller"), member(actor, "off")
    for n in range(6):
        activity_create(actor=actor, subject=f"Call {n}", due_on=MONDAY - timedelta(days=6 - n), owner=seller.pk)
    activity_create(actor=actor, subject="Call", due_on=MONDAY, owner=off.pk)
    with acting(actor):
        PoolPause.objects.create(member=off, since=MONDAY, until=MONDAY)
    assert reminders_send(at(9))["reminded"] == 6
    assert told(seller) == [("due", "Call 0", "+5")]
    assert told(off) == []
    assert reminders_send(at(9, day=date(2026, 11, 17)))["reminded"] == 1
    assert len(told(off)) == 1


@pytest.mark.usefixtures("company")
def test_the_manager_hears_after_working_days(actor: Actor) -> None:
    """Due on Friday, two working days: told on Wednesday, when Monday and Tuesday are over."""
    boss = member(actor, "boss")
    seller = member(actor, "seller", manager=boss)
    with acting(actor):
        rule = FollowUpRule.objects.create(
            name="Quick", trigger="lead", after_days=1, subject="Call", since=MONDAY, escalate_after=2
        )
        row = Activity(subject="Call", due_on=date(2026, 11, 13), owner=seller, rule=rule, source="lead:1")
        row.save()
    for day, count_then in ((16, 0), (17, 0), (18, 1), (19, 0)):
        assert reminders_send(at(9, day=date(2026, 11, day)))["escalated"] == count_then
    assert told(boss) == [("late", "Call", "seller")]
    activity_postpone(actor=actor, activity=row, due_on=date(2026, 11, 20))
    assert reminders_send(at(9, day=date(2026, 11, 24)))["escalated"] == 0
    assert reminders_send(at(9, day=date(2026, 11, 25)))["escalated"] == 1
    gone = member(actor, "gone", manager=boss, is_active=False)
    with acting(actor):
        Activity(subject="Call", due_on=date(2026, 11, 2), owner=gone, rule=rule, source="lead:2").save()
    assert reminders_send(at(9, day=date(2026, 11, 26))) == {"reminded": 0, "escalated": 0}
