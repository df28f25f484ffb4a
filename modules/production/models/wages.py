"""What workers are paid for what they reported."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.report import ProductionReport
from modules.production.models.routing import Operation, Resource, WorkCentre
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField, UnitCostField
from tenon.records.base import Record


class PayRate(Record):
    """What a worker is paid in the company's currency, by the good piece (计件) or by the hour (计时), between two
    days. For an operation, a product, operations that take a skill, a work centre, or anything; for a worker, a
    department and those below it, or anybody. `pays_rework`: pieces that rework made good are paid as well."""

    class Kind(models.TextChoices):
        PIECE = "piece", _("By the piece")
        TIME = "time", _("By the hour")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.PIECE)
    rate = UnitCostField(pgettext_lazy("wages", "rate"))
    operation = models.ForeignKey(
        Operation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )
    product = models.ForeignKey(
        Product, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    skill = models.ForeignKey(
        Resource, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("skill")
    )
    work_centre = models.ForeignKey(
        WorkCentre, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("work centre")
    )
    worker = models.ForeignKey(
        "access.Member", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    department = models.ForeignKey(
        "access.Department", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    pays_rework = models.BooleanField(_("rework is paid"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pay rate")
        verbose_name_plural = _("pay rates")
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0), name="production_pay_rate_positive"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="production_pay_rate_range",
                violation_error_message=_("It would end before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["valid_from"], name="production_pay_rate_from")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.rate.normalize():f}"


class WageSlip(Record):
    """What a worker is owed for what they reported between two days (结算单), approved by another. What was approved is
    corrected by a slip that takes it back."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", pgettext_lazy("slip", "Approved")
        REVERSED = "reversed", pgettext_lazy("slip", "Reversed")

    number = models.CharField(_("number"), max_length=40, unique=True)
    worker = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("worker"))
    since = models.DateField(pgettext_lazy("slip", "from"))
    until = models.DateField(pgettext_lazy("slip", "until"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    total = MoneyField(pgettext_lazy("production", "total"), default=0)
    approved_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    reversal_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=pgettext_lazy("wages", "reversal of"),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("wage slip")
        verbose_name_plural = _("wage slips")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="production_wage_slip_range",
                violation_error_message=_("It would end before it begins."),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["worker", "-until"], name="production_wage_slip_worker")]

    def __str__(self) -> str:
        return self.number


class WageSlipLine(Record):
    """One report at the rate of its day: `quantity` good pieces, or hours. A report is settled once: while its line is
    `live`, no other is."""

    slip = models.ForeignKey(WageSlip, models.CASCADE, related_name="lines", verbose_name=_("wage slip"))
    report = models.ForeignKey(
        ProductionReport, models.PROTECT, related_name="wage_lines", verbose_name=_("production report")
    )
    pay_rate = models.ForeignKey(PayRate, models.PROTECT, related_name="+", verbose_name=_("pay rate"))
    kind = models.CharField(_("kind"), max_length=5, choices=PayRate.Kind.choices)
    quantity = QuantityField(_("pieces or hours"))
    rate = UnitCostField(pgettext_lazy("wages", "rate"))
    amount = MoneyField(_("amount"))
    live = models.BooleanField(default=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("line of a wage slip")
        verbose_name_plural = _("lines of wage slips")
        ordering = ["slip", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(live=True), name="production_report_settled_once")
        ]

    def __str__(self) -> str:
        return f"{self.slip} · {self.report}"
