"""What is not as it should be, what was decided about it, and what is done so that it does not happen again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.floor import LossReason
from modules.production.models.operation import ProductionOrderOperation
from modules.production.models.order import ProductionOrder
from modules.production.models.quality import Inspection
from modules.production.models.report import ProductionReport
from modules.production.models.routing import WorkCentre
from modules.shared.data.models import Party, Product, SalesOrderLine
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class NonConformance(Record):
    """Goods that are not as they should be (不合格品处理单), found by an inspection, in production, by a customer or by
    anybody. `quantity` of them are decided about, piece by piece, in dispositions; `disposed` is how many so far. With
    `holds` its lot is held until then. `cost` is what it cost us: its dispositions and `other_cost` (freight, a
    customer's claim). It closes when all is decided and what was to be done against it has proved to help."""

    class Origin(models.TextChoices):
        INSPECTION = "inspection", _("Inspection")
        PRODUCTION = "production", _("Production")
        COMPLAINT = "complaint", _("Customer complaint")
        OTHER = "other", pgettext_lazy("nonconformance", "Found otherwise")

    class Severity(models.TextChoices):
        MINOR = "minor", pgettext_lazy("nonconformance", "Minor")
        MAJOR = "major", pgettext_lazy("nonconformance", "Major")
        CRITICAL = "critical", pgettext_lazy("nonconformance", "Critical")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("nonconformance", "Open")
        CLOSED = "closed", pgettext_lazy("nonconformance", "Closed")
        CANCELLED = "cancelled", pgettext_lazy("nonconformance", "Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(pgettext_lazy("nonconformance", "what is wrong"), max_length=160)
    description = models.TextField(_("description"), blank=True, default="")
    origin = models.CharField(
        pgettext_lazy("nonconformance", "found by"), max_length=10, choices=Origin.choices, default=Origin.OTHER
    )
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.MINOR)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    lot = models.CharField(_("lot or serial numbers"), max_length=60, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    disposed = QuantityField(_("decided about"), default=0, editable=False)
    holds = models.BooleanField(_("holds the lot"), default=False)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="nonconformances", verbose_name=_("inspection")
    )
    report = models.ForeignKey(
        ProductionReport, models.PROTECT, null=True, blank=True, related_name="nonconformances",
        verbose_name=_("production report"),
    )  # fmt: skip
    order = models.ForeignKey(
        ProductionOrder, models.PROTECT, null=True, blank=True, related_name="nonconformances",
        verbose_name=_("production order"),
    )  # fmt: skip
    operation = models.ForeignKey(
        ProductionOrderOperation, models.PROTECT, null=True, blank=True, related_name="nonconformances",
        verbose_name=_("operation of the order"),
    )  # fmt: skip
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    customer = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    sales_order_line = models.ForeignKey(
        SalesOrderLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales order line")
    )
    cause = models.ForeignKey(
        LossReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cause")
    )
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(pgettext_lazy("nonconformance", "due"), null=True, blank=True)
    other_cost = MoneyField(_("other cost"), default=0)
    cost = MoneyField(_("cost of poor quality"), default=0, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    closed_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("closed by")
    )
    reminded_on = models.DateField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("nonconformance")
        verbose_name_plural = _("nonconformances")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, disposed__gte=0, disposed__lte=F("quantity")),
                name="production_nonconformance_quantity",
            ),
            models.CheckConstraint(
                condition=Q(other_cost__gte=0, cost__gte=F("other_cost")), name="production_nonconformance_cost"
            ),
            models.CheckConstraint(
                condition=~Q(origin="complaint") | Q(customer__isnull=False),
                name="production_nonconformance_complaint",
                violation_error_message=_("Say which customer complains."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="production_nc_status"),
            models.Index(fields=["product", "lot"], name="production_nc_lot"),
            models.Index(fields=["found_on"], name="production_nc_found"),
        ]

    def __str__(self) -> str:
        return self.number


class Disposition(Record):
    """What was decided about so many pieces (处置), and the document that came of it. `value` is what it cost us, in
    base currency: what scrap was worth, the time that rework takes. Never changed."""

    class Kind(models.TextChoices):
        USE_AS_IS = "use_as_is", _("Use as is (concession)")
        REWORK = "rework", pgettext_lazy("disposition", "Rework")
        RETURN = "return", pgettext_lazy("disposition", "Return to supplier")
        SCRAP = "scrap", pgettext_lazy("disposition", "Scrap")

    nonconformance = models.ForeignKey(
        NonConformance, models.CASCADE, related_name="dispositions", verbose_name=_("nonconformance")
    )
    kind = models.CharField(_("decision"), max_length=9, choices=Kind.choices)
    quantity = QuantityField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=255, blank=True, default="")
    document = models.JSONField(_("document"), null=True, blank=True)
    value = MoneyField(_("cost"), default=0)
    decided_on = models.DateField(pgettext_lazy("disposition", "decided on"))
    decided_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    work_centre = models.ForeignKey(
        WorkCentre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work centre")
    )
    minutes = QuantityField(_("minutes"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = pgettext_lazy("quality", "disposition")
        verbose_name_plural = pgettext_lazy("quality", "dispositions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, value__gte=0, minutes__gte=0), name="production_disposition_positive"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class CorrectiveAction(Record):
    """What is done so that it does not happen again, or at all (纠正预防措施): by somebody, by a day; when it is done
    another person looks whether it helped. What did not help is open again."""

    class Kind(models.TextChoices):
        CORRECTIVE = "corrective", _("Corrective action")
        PREVENTIVE = "preventive", _("Preventive action")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("corrective action", "Open")
        DONE = "done", _("Done, effect to be verified")
        VERIFIED = "verified", _("Effective")
        CANCELLED = "cancelled", pgettext_lazy("corrective action", "Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(pgettext_lazy("corrective action", "what is to be done"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CORRECTIVE)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)
    nonconformance = models.ForeignKey(
        NonConformance, models.PROTECT, null=True, blank=True, related_name="corrective_actions",
        verbose_name=_("nonconformance"),
    )  # fmt: skip
    root_cause = models.TextField(_("root cause"), blank=True, default="")
    plan = models.TextField(pgettext_lazy("corrective action", "how"), blank=True, default="")
    owner = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("responsible"))
    due_on = models.DateField(pgettext_lazy("nonconformance", "due"))
    done_on = models.DateField(_("done on"), null=True, editable=False)
    done_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("done by")
    )
    verified_on = models.DateField(_("verified on"), null=True, editable=False)
    verified_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("verified by")
    )
    effect = models.CharField(_("effect"), max_length=255, blank=True, default="", editable=False)
    reminded_on = models.DateField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("corrective or preventive action")
        verbose_name_plural = _("corrective and preventive actions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("done", "verified")) | (Q(done_on__isnull=False) & ~Q(root_cause="")),
                name="production_corrective_action_done",
            ),
            models.CheckConstraint(
                condition=~Q(status="verified") | (Q(verified_on__isnull=False) & ~Q(effect="")),
                name="production_corrective_action_verified",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="production_ca_status")]

    def __str__(self) -> str:
        return self.number
