"""What is looked at, how much of it, and what was found: inspection plans and inspections."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.order import ProductionOrder
from modules.production.models.routing import Operation
from modules.production.rules import switching
from modules.production.rules.sampling import AQLS, LEVELS
from modules.shared.data.models import Party, Product, ProductCategory
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class Stage(models.TextChoices):
    """When goods are looked at: as they come from a supplier, while they are made, when they are made."""

    INCOMING = "incoming", _("Incoming inspection")
    IN_PROCESS = "in_process", _("In-process inspection")
    FINAL = "final", _("Final inspection")


class Severity(models.TextChoices):
    """How hard a lot is looked at, by those before it (rules/switching.py)."""

    NORMAL = switching.NORMAL, pgettext_lazy("severity", "Normal")
    TIGHTENED = switching.TIGHTENED, pgettext_lazy("severity", "Tightened")
    REDUCED = switching.REDUCED, pgettext_lazy("severity", "Reduced")
    STOPPED = switching.STOPPED, pgettext_lazy("severity", "Discontinued")


class InspectionPlan(Record):
    """What is looked at of a product, or of all of a category (检验方案), at one stage, perhaps at one operation; how
    large a sample is, and how many bad pieces it may have. One plan is active for each of these."""

    class Sampling(models.TextChoices):
        WHOLE = "whole", _("Every piece")
        FIXED = "fixed", _("A fixed number")
        AQL = "aql", _("By AQL (ISO 2859-1)")

    name = models.CharField(_("name"), max_length=120, unique=True)
    stage = models.CharField(pgettext_lazy("inspection", "stage"), max_length=10, choices=Stage.choices)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )
    sampling = models.CharField(_("sampling"), max_length=5, choices=Sampling.choices, default=Sampling.WHOLE)
    sample_size = models.PositiveIntegerField(_("sample size"), null=True, blank=True)
    accept = models.PositiveIntegerField(_("bad pieces allowed"), default=0)
    aql = models.CharField(_("AQL in percent"), max_length=5, blank=True, default="", choices=[(x, x) for x in AQLS])
    level = models.CharField(_("inspection level"), max_length=3, default="II", choices=[(x, x) for x in LEVELS])
    switching = models.BooleanField(_("severity follows the lots before"), default=True, db_default=True)
    reduced_allowed = models.BooleanField(_("reduced inspection is allowed"), default=False, db_default=False)
    is_active = models.BooleanField(_("active"), default=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("inspection plan")
        verbose_name_plural = _("inspection plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=True) ^ Q(category__isnull=True),
                name="production_inspection_plan_for",
                violation_error_message=_("A plan is for a product or for a category."),
            ),
            models.CheckConstraint(
                condition=~Q(sampling="fixed") | Q(sample_size__gt=0), name="production_inspection_plan_fixed"
            ),
            models.CheckConstraint(condition=~Q(sampling="aql") | ~Q(aql=""), name="production_inspection_plan_aql"),
            models.UniqueConstraint(
                fields=["stage", "product", "category", "operation"], condition=Q(is_active=True),
                nulls_distinct=False, name="production_inspection_plan_one_active",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Characteristic(Record):
    """One thing that a plan looks at (检验项目): measured, with limits, or good or bad to the eye."""

    class Kind(models.TextChoices):
        MEASURED = "measured", _("Measured")
        ATTRIBUTE = "attribute", _("Good or bad")

    plan = models.ForeignKey(
        InspectionPlan, models.CASCADE, related_name="characteristics", verbose_name=_("inspection plan")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.ATTRIBUTE)
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    nominal = QuantityField(_("nominal value"), null=True, blank=True)
    lower = QuantityField(_("lower limit"), null=True, blank=True)
    upper = QuantityField(_("upper limit"), null=True, blank=True)
    method = models.CharField(_("how it is looked at"), max_length=200, blank=True, default="")
    # Of the control chart, from a base period: {kind, size, centre, spread, since, until, samples}; else they follow.
    kept_limits = models.JSONField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("characteristic")
        verbose_name_plural = _("characteristics")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="production_characteristic_once"),
            models.CheckConstraint(
                condition=~Q(kind="measured") | Q(lower__isnull=False) | Q(upper__isnull=False),
                name="production_characteristic_limits",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(upper__gte=F("lower")),
                name="production_characteristic_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Inspection(Record):
    """An inspection (检验单) of goods that came or were made: `sample_size` pieces of `quantity` are looked at, up to
    `accept` of them may be bad; the plan's words and limits are copied into its checks. `numbers` are the lots or
    serial numbers that are held until the verdict; `lot` names them for people; goods without any are kept in
    quarantine. What was refused can be taken with a
    deviation (让步接收) by a second person, or be inspected again (`repeat_of`) after it was sorted or reworked."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("inspection", "Open")
        ACCEPTED = "accepted", pgettext_lazy("inspection", "Accepted")
        REJECTED = "rejected", pgettext_lazy("inspection", "Rejected")
        CONCEDED = "conceded", _("Accepted with deviation")

    number = models.CharField(_("number"), max_length=40, unique=True)
    plan = models.ForeignKey(
        InspectionPlan, models.PROTECT, related_name="inspections", verbose_name=_("inspection plan")
    )
    stage = models.CharField(pgettext_lazy("inspection", "stage"), max_length=10, choices=Stage.choices)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    order = models.ForeignKey(
        ProductionOrder, models.PROTECT, null=True, blank=True, related_name="inspections",
        verbose_name=_("production order"),
    )  # fmt: skip
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("supplier")
    )
    source_entity = models.CharField(max_length=80, blank=True, default="", editable=False)
    source_id = models.BigIntegerField(null=True, editable=False)
    source_label = models.CharField(_("came with"), max_length=120, blank=True, default="", editable=False)
    lot = models.CharField(_("lot or serial numbers"), max_length=130, blank=True, default="")
    numbers = ArrayField(models.CharField(max_length=60), default=list, blank=True, editable=False)
    quantity = QuantityField(_("quantity"))
    # Goods without lots or serial numbers: how much of them lies in quarantine for this inspection.
    kept = QuantityField(_("in quarantine"), default=0, db_default=0, editable=False)
    sample_size = models.PositiveIntegerField(_("sample size"), default=1, editable=False)
    accept = models.PositiveIntegerField(_("bad pieces allowed"), default=0, editable=False)
    letter = models.CharField(_("code letter"), max_length=1, blank=True, default="", editable=False)
    severity = models.CharField(
        _("severity of the sample"), max_length=9, choices=Severity.choices, default="normal", db_default="normal",
        editable=False,
    )  # fmt: skip
    # The first lot after inspection of what this supplier sends had been discontinued.
    resumed_on = models.DateField(_("resumed on"), null=True, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    bad = models.PositiveIntegerField(_("bad pieces"), default=0, editable=False)
    judged_on = models.DateField(_("judged on"), null=True, editable=False)
    judged_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("judged by")
    )
    deviation = models.CharField(_("deviation"), max_length=255, blank=True, default="", editable=False)
    conceded_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("deviation accepted by"),
    )  # fmt: skip
    repeat_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="repeat",
        verbose_name=_("repeats"),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, sample_size__gt=0, bad__lte=F("sample_size"), kept__gte=0)
                & Q(kept__lte=F("quantity")),
                name="production_inspection_quantity",
            ),
            models.CheckConstraint(
                condition=~Q(status="conceded") | ~Q(deviation=""), name="production_inspection_deviation"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "product"], name="production_inspection_status"),
            GinIndex(fields=["numbers"], name="production_inspection_lots"),
        ]

    def __str__(self) -> str:
        return self.number


class InspectionCheck(Record):
    """One characteristic in one inspection, as the plan said it then. Measured: `values`, one for each piece of the
    sample in turn. Good or bad: `bad_pieces` names those that are bad (1 is the first), nothing while nobody looked."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="checks", verbose_name=_("inspection"))
    characteristic = models.ForeignKey(
        Characteristic, models.SET_NULL, null=True, blank=True, related_name="checks",
        verbose_name=_("characteristic"),
    )  # fmt: skip
    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=9, choices=Characteristic.Kind.choices)
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    nominal = QuantityField(_("nominal value"), null=True, blank=True)
    lower = QuantityField(_("lower limit"), null=True, blank=True)
    upper = QuantityField(_("upper limit"), null=True, blank=True)
    values = ArrayField(QuantityField(), verbose_name=_("readings"), null=True, blank=True)
    bad_pieces = ArrayField(models.PositiveIntegerField(), verbose_name=_("bad pieces"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = pgettext_lazy("inspection", "check")
        verbose_name_plural = pgettext_lazy("inspection", "checks")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
