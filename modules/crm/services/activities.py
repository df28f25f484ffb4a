"""Activities: planning, doing, putting off, checking in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Activity
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

REFERENCES = ("party", "contact", "lead", "opportunity", "quote", "owner", "department")
# What a step of the same matter has in common with the one before.
CARRIED = ("party_id", "contact_id", "lead_id", "opportunity_id", "quote_id", "about", "owner_id", "department_id")
LONGEST = 24 * 60  # minutes


@service("crm.activity.create")
def activity_create(*, actor: Actor, subject: str, done: bool = False, **values: Any) -> Activity:
    """Something to do, or (with `done`) something that was done just now. Raises Invalid."""
    activity = Activity(subject=subject)
    values["owner"] = values.get("owner") or actor.member_id
    values["department"] = values.get("department") or actor.department_id
    _set(activity, values)
    if done:
        activity.status, activity.done_at = Activity.Status.DONE, timezone.now()
    activity.save()
    return activity


@service("crm.activity.update")
def activity_update(*, actor: Actor, activity: Activity, **values: Any) -> Activity:
    """Changes an activity. Raises Invalid."""
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    before = activity.due_on
    _set(activity, values)
    _put_off(activity, before)
    activity.save()
    return activity


@service("crm.activity.update")
def activity_done(
    *, actor: Actor, activity: Activity, outcome: str = "", next_on: date | None = None, next_kind: str = "",
    next_subject: str = "",
) -> Activity:  # fmt: skip
    """Done, with what came of it; with `next_on` the next step is planned in the same breath, about the same matter.
    Raises StateRefused, Invalid."""
    activity = _planned(activity)
    activity.status, activity.done_at = Activity.Status.DONE, timezone.now()
    if outcome:
        activity.outcome = outcome
    activity.save()
    if next_on is not None:
        step = Activity(subject=next_subject.strip() or activity.subject, kind=next_kind or activity.kind)
        for name in CARRIED:
            setattr(step, name, getattr(activity, name))
        _set(step, {"due_on": next_on})
        step.save()
    elif next_subject.strip():
        raise Invalid.field("next_on", _("Say on which day the next step is due"), "required")
    return activity


@service("crm.activity.update")
def activity_postpone(*, actor: Actor, activity: Activity, due_on: date) -> Activity:
    """To another day; an hour stays the same hour. How often it was put off is counted. Raises StateRefused,
    Invalid."""
    activity = _planned(activity)
    before = activity.due_on
    _set(activity, {"due_on": due_on})
    _put_off(activity, before)
    activity.save()
    return activity


@service("crm.activity.update")
def activity_check_in(
    *, actor: Actor, activity: Activity, latitude: Decimal | None = None, longitude: Decimal | None = None,
    accuracy: int | None = None,
) -> Activity:  # fmt: skip
    """Arrived at a visit, now; the position in degrees and its accuracy in metres where the phone tells it. Once only.
    Raises StateRefused, Invalid."""
    activity = _planned(activity)
    if activity.kind != Activity.Kind.VISIT:
        raise StateRefused(_("Only visits are checked in"))
    if activity.checked_in_at is not None:
        raise StateRefused(_("This visit is checked in already"))
    if (latitude is None) != (longitude is None):
        raise Invalid.field("latitude", _("A position has a latitude and a longitude"), "required")
    for name, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if value is not None and not -most <= value <= most:
            raise Invalid.field(name, _("There is no such place on earth"), "range")
    if accuracy is not None and not 0 <= accuracy <= 1_000_000:
        raise Invalid.field("accuracy", _("Metres, at most 1,000,000"), "range")
    activity.checked_in_at = timezone.now()
    if latitude is not None and longitude is not None:
        activity.latitude, activity.longitude = round(latitude, 6), round(longitude, 6)
        activity.accuracy = accuracy
    activity.save()
    return activity


@service("crm.activity.update")
def activity_cancel(*, actor: Actor, activity: Activity) -> Activity:
    """Not needed any more. Raises StateRefused."""
    activity = _planned(activity)
    activity.status = Activity.Status.CANCELLED
    activity.save()
    return activity


def _planned(activity: Activity) -> Activity:
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.status != Activity.Status.PLANNED:
        raise StateRefused(_("This activity is not planned any more"))
    return activity


def _put_off(activity: Activity, before: date | None) -> None:
    if before is not None and activity.due_on is not None and activity.due_on > before:
        activity.moved += 1
    if activity.due_on != before:
        activity.reminded_on = activity.escalated_on = None


def _set(activity: Activity, values: Mapping[str, Any]) -> None:
    day, start = activity.due_on, activity.starts_at
    for name, value in values.items():
        if name in REFERENCES:
            setattr(activity, f"{name}_id", key_of(value))
        elif name == "custom":
            activity.custom = {**activity.custom, **(value or {})}
        else:
            setattr(activity, name, value)
    if not activity.subject.strip():
        raise Invalid.field("subject", _("Say what it is about"), "required")
    if activity.minutes is not None and not 1 <= activity.minutes <= LONGEST:
        raise Invalid.field("minutes", _("Between 1 minute and a day"), "range")
    if activity.starts_at != start:
        activity.reminded_on = None
    _one_day(activity, day_before=day, start_before=start)
    # The customer's page shows everything that was done for it, whichever record it was noted on.
    if activity.party_id is None:
        source = activity.quote or activity.opportunity or activity.lead
        activity.party_id = source.party_id if source is not None else None


def _one_day(activity: Activity, *, day_before: date | None, start_before: datetime | None) -> None:
    """The day is that of the hour; another day with the hour left as it was is the same hour on that day."""
    if activity.starts_at is None:
        return
    zone = ZoneInfo(current().time_zone)
    local = activity.starts_at.astimezone(zone)
    if activity.starts_at == start_before and activity.due_on is not None and activity.due_on != day_before:
        activity.starts_at = datetime.combine(activity.due_on, local.time(), zone)
    else:
        activity.due_on = local.date()
