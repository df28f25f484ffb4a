"""Opportunities, the stages they pass, and the ledger of their passing."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.crm.models.lead import Lead
from modules.shared.data.models import Contact, Party
from tenon.money.fields import MoneyField, PercentField
from tenon.records.base import LedgerRow, Record


class ForecastCategory(models.TextChoices):
    """How surely somebody counts on a deal (预测类别)."""

    COMMIT = "commit", _("Commit")
    BEST = "best", _("Best case")
    PIPELINE = "pipeline", pgettext_lazy("forecast", "Pipeline")
    OMITTED = "omitted", pgettext_lazy("forecast", "Left out")


class Pipeline(Record):
    """A way that deals go (销售管道): new business and repairs pass other stages. Its stages are its own."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveIntegerField(_("position"), default=10)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("sales pipeline")
        verbose_name_plural = _("sales pipelines")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class LossReason(Record):
    """A reason that deals are lost for (输单原因), to be counted."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("loss reason")
        verbose_name_plural = _("loss reasons")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Stage(Record):
    """A stage of a pipeline (商机阶段). `required_fields` must be filled before an opportunity enters, `exit_fields`
    before it goes on from here; `category` is what the forecast takes its deals for that say nothing themselves."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, related_name="stages", verbose_name=pgettext_lazy("stage", "pipeline")
    )
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.OPEN)
    probability = PercentField(_("probability %"), default=0)
    required_fields = ArrayField(
        models.CharField(max_length=40), verbose_name=_("needed to enter"), default=list, blank=True
    )
    exit_fields = ArrayField(
        models.CharField(max_length=40), verbose_name=_("needed to go on"), default=list, blank=True
    )
    category = models.CharField(
        _("forecast category"), max_length=8, choices=ForecastCategory.choices, default=ForecastCategory.PIPELINE
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "name"], name="crm_stage_name"),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=100), name="crm_stage_probability"),
        ]

    def __str__(self) -> str:
        return self.name


class Opportunity(Record):
    """A chance of business (商机). Its stage moves through services, which write the stage history."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    lead = models.ForeignKey(
        Lead,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        editable=False,
        verbose_name=_("lead"),
    )
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="opportunities", verbose_name=_("stage"))
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN, editable=False)
    amount = MoneyField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    probability = PercentField(_("probability %"), default=0)
    expected_close = models.DateField(_("expected close"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="", editable=False)
    loss_reason = models.ForeignKey(
        LossReason, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("loss reason"),
    )  # fmt: skip
    competitor = models.CharField(_("competitor"), max_length=120, blank=True, default="")
    category = models.CharField(
        _("forecast category"), max_length=8, choices=ForecastCategory.choices, blank=True, default="",
        help_text=_("Left empty, the stage's."),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")
    stage_since = models.DateTimeField(_("in stage since"), editable=False)
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=100), name="crm_opportunity_probability"
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="crm_opportunity_amount"),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="crm_opportunity_closed_on",
            ),
        ]
        indexes = [
            GinIndex(fields=["name"], name="crm_opportunity_name_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["state", "stage"], name="crm_opportunity_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class StageHistory(LedgerRow):
    """One passing of an opportunity into a stage, with what it was worth then. Funnel, speed and forecast are made from
    these rows, never from today's state."""

    part_of: ClassVar[str] = "opportunity"  # goes only where the opportunity goes: sample data

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="history", verbose_name=_("opportunity"))
    from_stage = models.ForeignKey(
        Stage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", verbose_name=_("to"))
    at = models.DateTimeField(_("at"))
    amount = MoneyField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    probability = PercentField(_("probability %"))
    expected_close = models.DateField(_("expected close"), null=True, blank=True)
    category = models.CharField(
        _("forecast category"), max_length=8, choices=ForecastCategory.choices, blank=True, default=""
    )
    days_in_stage = models.DecimalField(_("days in the stage before"), max_digits=10, decimal_places=3, null=True)
    backward = models.BooleanField(_("backward"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner then")
    )

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        indexes = [models.Index(fields=["opportunity", "at"], name="crm_stage_history")]

    def __str__(self) -> str:
        return f"{self.opportunity_id} → {self.to_stage_id}"
