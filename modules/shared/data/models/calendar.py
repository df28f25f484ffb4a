"""Working time: weekdays, public holidays and swapped working days."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Calendar(Record):
    """A working calendar (工作日历) of the company, a supplier or a work centre. `weekdays` are ISO (Monday is 1);
    none named means Monday to Friday."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    weekdays = models.JSONField(_("working weekdays"), default=list)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="data_calendar_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(Record):
    """A day that differs from its weekday: a holiday, or a Sunday worked in exchange (调休)."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days", verbose_name=_("calendar"))
    day = models.DateField(_("day"))
    working = models.BooleanField(_("working"), default=False)
    note = models.CharField(_("note"), max_length=120, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="data_calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day}"
