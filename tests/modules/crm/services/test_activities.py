"""Activities: the next step, putting off, hours and days, checking in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from modules.crm.models import Activity
from modules.crm.services import (
    activity_cancel,
    activity_check_in,
    activity_create,
    activity_done,
    activity_postpone,
    activity_update,
)
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import current


def local(activity: Activity) -> datetime:
    assert activity.starts_at is not None
    return activity.starts_at.astimezone(ZoneInfo(current().time_zone))


def test_done_and_the_next_step(actor: Actor, customer: Party) -> None:
    call = activity_create(actor=actor, subject="Offer?", kind="call", party=customer, due_on=date(2026, 11, 2))
    with pytest.raises(Invalid) as refused:
        activity_done(actor=actor, activity=call, next_subject="Sample")
    assert refused.value.errors[0].field == "next_on"
    call.refresh_from_db()
    assert call.status == "planned"  # nothing of it happened
    activity_done(
        actor=actor, activity=call, outcome="Wants a sample", next_on=date(2026, 11, 9), next_subject="Sample"
    )
    step = Activity.objects.get(status="planned")
    assert (step.subject, step.kind, step.due_on, step.party_id) == ("Sample", "call", date(2026, 11, 9), customer.pk)
    assert step.owner_id == call.owner_id
    activity_done(actor=actor, activity=step, next_on=date(2026, 11, 16), next_kind="visit")
    again = Activity.objects.get(status="planned")
    assert (again.subject, again.kind) == ("Sample", "visit")
    with pytest.raises(StateRefused):
        activity_done(actor=actor, activity=call)
    with pytest.raises(StateRefused):
        activity_postpone(actor=actor, activity=call, due_on=date(2026, 12, 1))


def test_put_off_is_counted_and_reminded_of_again(actor: Actor, customer: Party) -> None:
    call = activity_create(actor=actor, subject="Offer?", party=customer, due_on=date(2026, 11, 2))
    Activity.objects.filter(pk=call.pk).update(reminded_on=date(2026, 11, 2), escalated_on=date(2026, 11, 6))
    later = activity_postpone(actor=actor, activity=call, due_on=date(2026, 11, 9))
    assert (later.moved, later.reminded_on, later.escalated_on) == (1, None, None)
    later = activity_update(actor=actor, activity=call, due_on=date(2026, 11, 12))
    assert later.moved == 2
    sooner = activity_postpone(actor=actor, activity=call, due_on=date(2026, 11, 3))
    assert sooner.moved == 2


def test_the_day_is_that_of_the_hour(actor: Actor, customer: Party) -> None:
    """23:30 in London is the next morning in Shanghai: the company's clock says the day."""
    at = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    visit = activity_create(actor=actor, subject="Visit", kind="visit", party=customer, starts_at=at, minutes=45)
    assert visit.due_on == local(visit).date()
    hour = local(visit).time()
    moved = activity_postpone(actor=actor, activity=visit, due_on=date(2026, 11, 20))
    assert (local(moved).date(), local(moved).time(), moved.due_on) == (date(2026, 11, 20), hour, date(2026, 11, 20))
    # a form sends both back; who changed the hour means the hour
    other = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo(current().time_zone))
    changed = activity_update(actor=actor, activity=visit, due_on=moved.due_on, starts_at=other)
    assert changed.due_on == date(2026, 11, 25)
    bare = activity_update(actor=actor, activity=visit, starts_at=None, due_on=date(2026, 11, 26))
    assert (bare.starts_at, bare.due_on) == (None, date(2026, 11, 26))
    for minutes in (0, 1441):
        with pytest.raises(Invalid):
            activity_update(actor=actor, activity=visit, minutes=minutes)


def test_checked_in_on_the_spot_once(actor: Actor, customer: Party) -> None:
    visit = activity_create(actor=actor, subject="Visit", kind="visit", party=customer)
    for wrong in (
        {"latitude": Decimal("91"), "longitude": Decimal("0")},
        {"latitude": Decimal("31.2"), "longitude": Decimal("-180.1")},
        {"latitude": Decimal("31.2")},
        {"latitude": Decimal("31.2"), "longitude": Decimal("121.4"), "accuracy": -1},
    ):
        with pytest.raises(Invalid):
            activity_check_in(actor=actor, activity=visit, **wrong)
    visit.refresh_from_db()
    assert visit.checked_in_at is None
    here = activity_check_in(
        actor=actor, activity=visit, latitude=Decimal("31.23041677"), longitude=Decimal("121.473701"), accuracy=12
    )
    assert (here.latitude, here.longitude, here.accuracy) == (Decimal("31.230417"), Decimal("121.473701"), 12)
    assert here.checked_in_at is not None
    with pytest.raises(StateRefused):
        activity_check_in(actor=actor, activity=visit)
    call = activity_create(actor=actor, subject="Call", kind="call", party=customer)
    with pytest.raises(StateRefused):
        activity_check_in(actor=actor, activity=call)
    indoors = activity_create(actor=actor, subject="Visit", kind="visit", party=customer)
    assert activity_check_in(actor=actor, activity=indoors).latitude is None
    activity_cancel(actor=actor, activity=call)
    with pytest.raises(StateRefused):
        activity_cancel(actor=actor, activity=call)
