"""Reminders: in the morning of a working day where the member is, before an hour that was agreed, and to the manager
when something lies too long."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from modules.crm.models import Activity
from modules.crm.rules.follow_up import overdue_days
from modules.crm.selectors.pool import Idle
from modules.shared.data.selectors.calendars import work_calendar
from tenon.access.actor import Actor, system
from tenon.access.models import Member
from tenon.notifications.services import notify
from tenon.records.service import service
from tenon.tenancy.context import current

ENTITY = "crm.activity"
MORNING = time(8)
AHEAD = timedelta(minutes=15)  # before an hour that was agreed
SINGLY = 5  # more than these come as one


def reminders_send(now: datetime | None = None) -> dict[str, int]:
    """Tells everybody what is due, once for each day it is due on; nobody on a day off. Returns how many were reminded
    of and how many managers were told of. Each member is a transaction of its own."""
    now, actor, done = now or timezone.now(), system("follow_up"), {"reminded": 0, "escalated": 0}
    calendar = work_calendar()
    idle = Idle(calendar)
    latest = (now + timedelta(days=1)).date()  # whichever zone a member is in
    waiting = Activity.objects.filter(status=Activity.Status.PLANNED, due_on__lte=latest, owner__is_active=True).filter(
        Q(reminded_on__isnull=True) | Q(reminded_on__lt=F("due_on"))
    )
    of: dict[int, list[int]] = defaultdict(list)
    for pk, owner in waiting.order_by("due_on", "starts_at", "pk").values_list("pk", "owner"):
        of[owner].append(pk)
    members = Member.objects.select_related("department").in_bulk(list(of))
    for owner, keys in of.items():
        local = now.astimezone(_zone(members[owner]))
        working = calendar.is_working(local.date()) and not idle.of(owner)(local.date())
        done["reminded"] += _remind(
            actor=actor, member=members[owner], keys=keys, now=now, today=local.date(),
            morning=working and local.time() >= MORNING,
        )  # fmt: skip
    local = now.astimezone(ZoneInfo(current().time_zone))
    if calendar.is_working(local.date()) and local.time() >= MORNING:
        for key in _lying(local.date()):
            done["escalated"] += _escalate(actor=actor, key=key, today=local.date())
    return done


def _zone(member: Member) -> ZoneInfo:
    return ZoneInfo(member.time_zone or current().time_zone)


@service("crm.activity.update")
def _remind(*, actor: Actor, member: Member, keys: list[int], now: datetime, today: date, morning: bool) -> int:
    """Read again under their locks: somebody may have done them meanwhile."""
    rows = Activity.objects.select_for_update().filter(pk__in=keys, status=Activity.Status.PLANNED, owner=member)
    due = [
        row for row in rows.order_by("due_on", "starts_at", "pk")
        if row.due_on is not None
        and (row.reminded_on is None or row.reminded_on < row.due_on)
        and (row.starts_at <= now + AHEAD if row.starts_at is not None and row.due_on >= today
             else morning and row.due_on <= today)
    ]  # fmt: skip
    if not due:
        return 0
    # Where the company's day is already the member's tomorrow, it is that day that was spoken of.
    Activity.objects.filter(pk__in=[row.pk for row in due]).update(
        reminded_on=Greatest(Value(today, DateField()), F("due_on"))
    )
    hours = [row for row in due if row.starts_at is not None and row.starts_at > now]
    days = [row for row in due if row not in hours]
    if len(days) > SINGLY:
        _tell(member, "due", days[0], f"+{len(days) - 1}")
        days = []
    for row in (*hours, *days):
        _tell(member, "due", row, _when(row, member))
    return len(due)


def _when(row: Activity, member: Member) -> str:
    if row.starts_at is not None:
        return row.starts_at.astimezone(_zone(member)).strftime("%Y-%m-%d %H:%M")
    return row.due_on.isoformat() if row.due_on else ""


def _lying(today: date) -> list[int]:
    rows = Activity.objects.filter(
        status=Activity.Status.PLANNED, due_on__lt=today, escalated_on__isnull=True, rule__escalate_after__isnull=False,
        owner__is_active=True, owner__manager__is_active=True,
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", flat=True))


@service("crm.activity.update")
def _escalate(*, actor: Actor, key: int, today: date) -> int:
    row = (
        Activity.objects.select_for_update(of=("self",)).select_related("rule", "owner__manager__department")
        .filter(pk=key, status=Activity.Status.PLANNED, escalated_on__isnull=True).first()
    )  # fmt: skip
    if row is None or row.due_on is None or row.rule is None or row.owner is None or row.owner.manager is None:
        return 0
    calendar = work_calendar()
    late = overdue_days(row.due_on, today=today, calendar=calendar, away=Idle(calendar).of(row.owner.pk))
    if row.rule.escalate_after is None or late < row.rule.escalate_after:
        return 0
    Activity.objects.filter(pk=row.pk).update(escalated_on=today)
    _tell(row.owner.manager, "late", row, row.owner.name)
    return 1


def _tell(member: Member, kind: str, row: Activity, excerpt: str) -> None:
    label = f"{row.subject} · {row.party}" if row.party is not None else row.subject
    notify(member=member, kind=kind, entity=ENTITY, record_id=row.pk, label=label, excerpt=excerpt)
