"""When work centres work: shifts of a calendar, overtime and planned stops. Days off are the calendar's."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.routing import WorkCentre
from modules.shared.data.models import Calendar
from tenon.records.base import Record

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
WEEKDAYS = (
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")),
    (6, _("Saturday")), (7, _("Sunday")),
)  # fmt: skip


class Shift(Record):
    """A shift (班次) of a weekday (ISO, Monday is 1), in the company's local time. One that ends at or before it begins
    ends on the next day. A break is the gap between two of them. A day worked in exchange (调休) whose weekday has
    none takes those of the first weekday that has."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="shifts", verbose_name=_("calendar"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS, default=1)
    name = models.CharField(_("name"), max_length=60)
    starts = models.CharField(_("starts (hh:mm)"), max_length=5, default="08:00")
    ends = models.CharField(_("ends (hh:mm)"), max_length=5, default="16:00")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["calendar", "weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "weekday", "starts"], name="production_shift_once"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="production_shift_weekday"),
            models.CheckConstraint(
                condition=Q(starts__regex=CLOCK, ends__regex=CLOCK),
                name="production_shift_clock",
                violation_error_message=_("Write the time as hours and minutes: 08:00"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WorkTimeChange(Record):
    """Hours of one work centre that differ from its shifts: overtime (加班) on top of them, or a planned stop
    (计划停机) inside them."""

    class Kind(models.TextChoices):
        OVERTIME = "overtime", _("Overtime")
        STOP = "stop", _("Planned stop")

    work_centre = models.ForeignKey(
        WorkCentre, models.CASCADE, related_name="time_changes", verbose_name=_("work centre")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OVERTIME)
    starts_at = models.DateTimeField(pgettext_lazy("time", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("time", "until"))
    note = models.CharField(_("note"), max_length=160, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("overtime or planned stop")
        verbose_name_plural = _("overtime and planned stops")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="production_time_change_range")
        ]
        indexes = [models.Index(fields=["work_centre", "starts_at"], name="production_time_change")]

    def __str__(self) -> str:
        return f"{self.work_centre} {self.starts_at:%Y-%m-%d %H:%M}"
