"""Inquiries: what suppliers are asked to quote, whom we asked, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.inventory.models.place import Warehouse
from modules.inventory.models.requisition import RequisitionLine
from modules.shared.data.models import Contact, Party, Product, PurchaseOrderLine, Unit
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class Inquiry(Record):
    """A request for quotations (询价单). Once it is sent, suppliers answer by their link until `closes_at`; nobody of
    the company reads their figures before it is opened. A new round asks again what was opened; `reveals` is what
    suppliers learn of the round before."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Collecting answers")
        OPENED = "opened", _("Comparing")
        AWARDED = "awarded", _("Awarded")
        CANCELLED = "cancelled", _("Cancelled")

    class Reveals(models.TextChoices):
        NOTHING = "nothing", pgettext_lazy("inquiry", "Nothing")
        RANK = "rank", pgettext_lazy("inquiry", "Their own rank")
        BEST = "best", pgettext_lazy("inquiry", "The best price")

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=160, blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    round = models.PositiveIntegerField(_("round"), default=1, editable=False)
    reveals = models.CharField(
        pgettext_lazy("inquiry", "suppliers learn of the round before"), max_length=7, choices=Reveals.choices,
        default=Reveals.NOTHING,
    )  # fmt: skip
    closes_at = models.DateTimeField(_("answers until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deliver to")
    )
    terms = models.TextField(_("words to the suppliers"), blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    search_text = SearchText(fields=["number", "title"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [
            models.Index(fields=["status", "closes_at"], name="inventory_inquiry_status"),
            TrigramIndex(fields=["search_text"], name="inventory_inquiry_text"),
        ]

    def __str__(self) -> str:
        return self.number


class InquiryLine(Record):
    """One product that suppliers are asked for. `base_quantity` is in its stock unit."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="lines", verbose_name=_("inquiry"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    base_quantity = QuantityField(_("quantity in stock unit"), editable=False)
    # Of goods in two quantities: what is expected in the second unit, and whether the price is for that.
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    priced_by_second = models.BooleanField(_("priced per second unit"), default=False, db_default=False, editable=False)
    needed_on = models.DateField(_("needed on"), null=True, blank=True)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deliver to")
    )
    requisition_line = models.ForeignKey(
        RequisitionLine, models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("requisition line"),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("inquiry line")
        verbose_name_plural = _("inquiry lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, base_quantity__gt=0), name="inventory_inquiry_line_quantity"
            ),
            models.CheckConstraint(
                condition=Q(second_quantity__isnull=True, priced_by_second=False) | Q(second_quantity__gt=0),
                name="inventory_inquiry_line_second",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry} · {self.position}"


class InquirySupplier(Record):
    """A supplier that is asked. `freight` (company currency, for all it would deliver) and `duty_percent` are what we
    would pay beside its price, as we estimate them."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("No answer yet")
        SEEN = "seen", pgettext_lazy("inquiry", "Seen")
        ANSWERED = "answered", _("Answered")
        DECLINED = "declined", _("Declined")

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="suppliers", verbose_name=_("inquiry"))
    supplier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    email = models.EmailField(_("email"), blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING, editable=False)
    round = models.PositiveIntegerField(_("asked last in round"), default=0, editable=False)
    freight = MoneyField(pgettext_lazy("inquiry", "our freight"), default=0)
    duty_percent = PercentField(_("duty %"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("supplier asked")
        verbose_name_plural = _("suppliers asked")
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "supplier"], name="inventory_inquiry_supplier_once"),
            models.CheckConstraint(
                condition=Q(freight__gte=0, duty_percent__gte=0), name="inventory_inquiry_supplier_costs"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry} · {self.supplier}"


class InquiryAnswer(Record):
    """One answer as the supplier sent it; the last one of a round counts, those before stay to be seen. Until the round
    is opened its figures exist in `sealed` only, encrypted: neither lists, exports, the audit trail nor a copy of the
    table show them."""

    internal: ClassVar[bool] = True

    asked = models.ForeignKey(InquirySupplier, models.CASCADE, related_name="answers")
    round = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    sealed = models.TextField()
    opened = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, blank=True, default="")
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    freight = MoneyField(default=0)
    valid_until = models.DateField(null=True)
    words = models.TextField(blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        indexes = [models.Index(fields=["asked", "round", "-id"], name="inventory_inquiry_answer")]

    def __str__(self) -> str:
        return f"{self.asked} · {self.round}"


class InquiryOffer(Record):
    """What an opened answer says about one line: `price` for `per` of `unit`, in its currency. `min_quantity` is
    in `unit`; `base_ratio_n`/`base_ratio_d` stock units are one of it: of goods priced by weight as it is expected."""

    internal: ClassVar[bool] = True

    answer = models.ForeignKey(InquiryAnswer, models.CASCADE, related_name="offers")
    line = models.ForeignKey(InquiryLine, models.CASCADE, related_name="offers")
    price = UnitCostField()
    per = QuantityField(default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    base_ratio_n = models.BigIntegerField(default=1)
    base_ratio_d = models.BigIntegerField(default=1)
    min_quantity = QuantityField(default=0)
    lead_days = models.PositiveIntegerField(null=True)
    delivers_on = models.DateField(null=True)
    alternative = models.CharField(max_length=500, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["answer", "line"], name="inventory_inquiry_offer_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0, per__gt=0, min_quantity__gte=0, base_ratio_n__gt=0, base_ratio_d__gt=0),
                name="inventory_inquiry_offer_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} · {self.line_id}"


class InquiryAward(Record):
    """How much of a line (stock unit) goes to which offer, why, and the order line that was made of it."""

    internal: ClassVar[bool] = True

    line = models.ForeignKey(InquiryLine, models.CASCADE, related_name="awards")
    offer = models.ForeignKey(InquiryOffer, models.PROTECT, related_name="awards")
    quantity = QuantityField()
    reason = models.CharField(max_length=500, blank=True, default="")
    order_line = models.ForeignKey(PurchaseOrderLine, models.SET_NULL, null=True, related_name="+")

    class Meta(Record.Meta):
        abstract = False
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_inquiry_award")]

    def __str__(self) -> str:
        return f"{self.line} → {self.offer_id}"


class InquiryEvent(Record):
    """What happened to an inquiry and when (询价记录): sent, seen, answered, opened and why so early, awarded."""

    internal: ClassVar[bool] = True

    class Kind(models.TextChoices):
        SENT = "sent", _("Sent")
        INVITED = "invited", _("Supplier invited")
        SEEN = "seen", pgettext_lazy("inquiry", "Seen")
        ANSWERED = "answered", _("Answered")
        DECLINED = "declined", _("Declined")
        EXTENDED = "extended", _("More time given")
        OPENED = "opened", _("Opened")
        OPENED_EARLY = "opened_early", _("Opened before the time")
        ROUND = "round", _("New round")
        AWARDED = "awarded", _("Awarded")
        TOLD = "told", _("Suppliers told")
        CANCELLED = "cancelled", _("Cancelled")

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    round = models.PositiveIntegerField(default=1)
    happened_at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=160, blank=True, default="")
    asked = models.ForeignKey(InquirySupplier, models.CASCADE, null=True, related_name="+")
    words = models.CharField(max_length=500, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        indexes = [models.Index(fields=["inquiry", "-id"], name="inventory_inquiry_event")]

    def __str__(self) -> str:
        return f"{self.inquiry} · {self.get_kind_display()}"
