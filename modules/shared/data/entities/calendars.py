"""Working calendars."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Entity, Field, Section

WEEKDAYS: Any = (
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")),
    (6, _("Saturday")), (7, _("Sunday")),
)  # fmt: skip
CALENDAR = Entity(
    key="shared.calendar",
    model="data.Calendar",
    path="calendars",
    icon="calendar-days",
    fields=(
        "name",
        Field("weekdays", type="multichoice", choices=WEEKDAYS, required=True, default=[1, 2, 3, 4, 5]),
        "is_default",
    ),
    list=("name", "is_default"),
    search=("name",),
    default_order=("name",),
    title_field="name",
    key_fields=("name",),
    form=(Section(_("Calendar"), ("name", "weekdays", "is_default")),),
    lines="shared.calendar_day",
    lines_field="days",
)
CALENDAR_DAY = Entity(
    key="shared.calendar_day",
    model="data.CalendarDay",
    path="calendar-days",
    icon="calendar-check",
    permission="shared.calendar",
    parent_field="calendar",
    fields=("calendar", "day", "working", "note"),
    list=("day", "working", "note"),
    search=("note",),
    default_order=("day", "id"),
    title_field="day",
    form=(Section(_("Day"), ("calendar", "day", "working", "note")),),
    comments=False,
    attachments=False,
)
ALL = (CALENDAR, CALENDAR_DAY)
