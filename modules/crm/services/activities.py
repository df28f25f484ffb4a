"""Activities: planning and doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Activity
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

REFERENCES = ("party", "contact", "lead", "opportunity", "quote", "owner", "department")


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
    _set(activity, values)
    activity.save()
    return activity


@service("crm.activity.update")
def activity_done(*, actor: Actor, activity: Activity, outcome: str = "") -> Activity:
    """Done, with what came of it. Raises StateRefused."""
    activity = _planned(activity)
    activity.status, activity.done_at = Activity.Status.DONE, timezone.now()
    if outcome:
        activity.outcome = outcome
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


def _set(activity: Activity, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in REFERENCES:
            setattr(activity, f"{name}_id", key_of(value))
        elif name == "custom":
            activity.custom = {**activity.custom, **(value or {})}
        else:
            setattr(activity, name, value)
    if not activity.subject.strip():
        raise Invalid.field("subject", _("Say what it is about"), "required")
    # The customer's page shows everything that was done for it, whichever record it was noted on.
    if activity.party_id is None:
        source = activity.quote or activity.opportunity or activity.lead
        activity.party_id = source.party_id if source is not None else None
