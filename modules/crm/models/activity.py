"""Activities: what was done with a customer, and what is to be done next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.crm.models.follow_up import ActivityKind, FollowUpRule
from modules.crm.models.lead import Lead
from modules.crm.models.opportunity import Opportunity
from modules.crm.models.quote import Quote
from modules.shared.data.models import Contact, Party
from tenon.records.base import Record


class Activity(Record):
    """A follow-up (跟进): a call, visit, mail or task, planned or done. `about` points at a record of another module as
    {"entity", "id", "label"}. With an hour (`starts_at`) its day is that of the company's clock. `rule` and `source`
    say what planned it: the same thing plans it once. `moved`: how often it was put off. A visit is checked in on the
    spot; the position is degrees (WGS 84) with its accuracy in metres, where the phone told it."""

    Kind = ActivityKind

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TASK)
    subject = models.CharField(_("subject"), max_length=200)
    note = models.TextField(_("note"), blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PLANNED)
    due_on = models.DateField(_("due"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    moved = models.PositiveSmallIntegerField(_("times put off"), default=0, db_default=0, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True, default="")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("lead")
    )
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("opportunity")
    )
    quote = models.ForeignKey(
        Quote, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("quote")
    )
    about = models.JSONField(_("about"), null=True, blank=True)
    rule = models.ForeignKey(
        FollowUpRule, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("rule")
    )
    source = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True, editable=False)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True, editable=False)
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True, editable=False
    )
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True, editable=False)
    reminded_on = models.DateField(null=True, editable=False)
    escalated_on = models.DateField(null=True, editable=False)
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at__isnull=True)),
                name="crm_activity_done_at",
            ),
            models.UniqueConstraint(
                fields=["rule", "source"], condition=Q(rule__isnull=False), name="crm_activity_planned_once"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "status", "due_on"], name="crm_activity_due"),
            models.Index(fields=["party", "-created_at"], name="crm_activity_party"),
            models.Index(fields=["status", "due_on"], name="crm_activity_planned", condition=Q(status="planned")),
        ]

    def __str__(self) -> str:
        return self.subject
