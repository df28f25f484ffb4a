"""Counting: what shall be counted how often, the sheets that come of it, and what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.adjustment import StockAdjustment
from modules.inventory.models.place import Location, Warehouse
from modules.shared.data.models import Product, ProductCategory
from tenon.money.fields import MoneyField, PercentField, QuantityField
from tenon.records.base import Record


class CountRules(models.Model):
    """How counts of a plan are judged; a sheet keeps the rules it was made with. A difference is accepted as it is
    while it breaks neither tolerance; an empty one is not looked at."""

    is_blind = models.BooleanField(
        _("blind"), default=True, help_text=_("Whoever counts does not see what the book says.")
    )
    tolerance_percent = PercentField(_("tolerance, % of the book"), null=True, blank=True, default=1)
    tolerance_value = MoneyField(_("tolerance, value"), null=True, blank=True, default=50)
    approval_limit = MoneyField(
        _("approved up to"), default=1000, help_text=_("Greater differences are approved by fewer people.")
    )

    class Meta:
        abstract = True


class CountPlan(CountRules, Record):
    """What is counted how often (盘点计划): all that lies in a warehouse or place, of a category, by class. Without
    days, a class is not counted by this plan."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse")
    )
    place = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place"),
        help_text=_("This place and all below it."),
    )  # fmt: skip
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product category")
    )
    days_a = models.PositiveIntegerField(_("class A every … days"), null=True, blank=True, default=30)
    days_b = models.PositiveIntegerField(_("class B every … days"), null=True, blank=True, default=90)
    days_c = models.PositiveIntegerField(_("class C every … days"), null=True, blank=True, default=180)
    lines_per_sheet = models.PositiveIntegerField(_("lines on a sheet"), default=60)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("count plan")
        verbose_name_plural = _("count plans")
        constraints = [
            models.CheckConstraint(
                condition=(Q(tolerance_percent__isnull=True) | Q(tolerance_percent__gte=0))
                & (Q(tolerance_value__isnull=True) | Q(tolerance_value__gte=0))
                & Q(approval_limit__gte=0, lines_per_sheet__gte=1, lines_per_sheet__lte=500),
                name="inventory_count_plan_limits",
                violation_error_message=_("Limits are not negative; a sheet has 1 to 500 lines."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CountSheet(CountRules, Record):
    """A list of places and products to be counted in one warehouse (盘点单). Its differences are posted by one stock
    adjustment."""

    class Status(models.TextChoices):
        OPEN = "open", _("Being counted")
        REVIEW = "review", _("To approve")
        READY = "ready", _("Ready to post")
        POSTED = "posted", _("Posted")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    plan = models.ForeignKey(
        CountPlan, models.PROTECT, null=True, blank=True, related_name="sheets", verbose_name=_("count plan")
    )
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    planned_on = models.DateField(_("planned for"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)
    adjustment = models.OneToOneField(
        StockAdjustment, models.PROTECT, null=True, blank=True, related_name="count_sheet",
        verbose_name=_("stock adjustment"), editable=False,
    )  # fmt: skip
    posted_on = models.DateField(_("posted on"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("count sheet")
        verbose_name_plural = _("count sheets")
        indexes = [models.Index(fields=["status", "planned_on"], name="inventory_count_sheet_status")]

    def __str__(self) -> str:
        return self.number


class CountLine(Record):
    """A product at a place, and what was found there. `book` is what the book said at `counted_at`, the moment of the
    count: what moves later is no difference. A count beyond tolerance is done again by somebody else; the first one
    stays beside it."""

    class State(models.TextChoices):
        OPEN = "open", _("To count")
        RECOUNT = "recount", _("To count again")
        APPROVAL = "approval", _("To approve")
        READY = "ready", _("Count accepted")

    class Cause(models.TextChoices):
        NONE = "", _("Not said")
        RECEIPT = "receipt", _("Receipt not or wrongly entered")
        ISSUE = "issue", _("Issue not or wrongly entered")
        PLACE = "place", _("Lies in another place")
        UNIT = "unit", _("Wrong unit or pack")
        MIXED = "mixed", _("Mixed up with another product")
        DAMAGE = "damage", _("Damaged or scrapped")
        LOSS = "loss", _("Lost or stolen")
        EARLIER = "earlier", _("Earlier count was wrong")
        OTHER = "other", _("Other")

    sheet = models.ForeignKey(CountSheet, models.CASCADE, related_name="lines", verbose_name=_("count sheet"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("place"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    abc = models.CharField(_("class"), max_length=1, blank=True, default="", editable=False)
    state = models.CharField(_("status"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    counted = QuantityField(_("counted"), null=True, blank=True, editable=False)
    book = QuantityField(_("book"), null=True, blank=True, editable=False)
    # Of goods in two quantities, the other one.
    second_counted = QuantityField(_("counted, second unit"), null=True, blank=True, editable=False)
    second_book = QuantityField(_("book, second unit"), null=True, blank=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True, editable=False)
    counted_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counted by"),
        editable=False, db_index=False,
    )  # fmt: skip
    first_counted = QuantityField(_("first count"), null=True, blank=True, editable=False)
    first_book = QuantityField(_("book at the first count"), null=True, blank=True, editable=False)
    first_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("first counted by"),
        editable=False, db_index=False,
    )  # fmt: skip
    value = MoneyField(_("value of the difference"), null=True, blank=True, editable=False)
    book_value = MoneyField(_("book value"), null=True, blank=True, editable=False)
    in_tolerance = models.BooleanField(_("first count within tolerance"), null=True, editable=False)
    is_found = models.BooleanField(_("not on the list"), default=False, editable=False)
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices, blank=True, default=Cause.NONE)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    approved_by = models.CharField(_("approved by"), max_length=120, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "product", "location", "lot"], name="inventory_count_line_once"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted__gte=0), name="inventory_count_line_counted"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(counted__isnull=False, book__isnull=False, counted_at__isnull=False),
                name="inventory_count_line_state",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "location", "-counted_at"], name="inventory_count_line_last"),
            models.Index(
                fields=["state"], name="inventory_count_line_work", condition=Q(state__in=("recount", "approval"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} · {self.position}"
