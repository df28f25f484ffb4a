"""What governs purchase orders: who may approve how much, how exactly deliveries and invoices must fit, and the record
of every decision and change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models.party import Party
from modules.shared.data.models.product import Product, ProductCategory
from modules.shared.data.models.purchase_order import PurchaseOrder
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record


class PurchaseLimit(Record):
    """Up to what amount a role, in a department and those below it, may bind the company (采购审批额度), in company
    currency. No amount: any. While a company has no limits, whoever may confirm orders may confirm all of them."""

    role = models.ForeignKey(
        "access.Role", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    amount = MoneyField(pgettext_lazy("purchase limit", "up to (company currency)"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("purchase limit")
        verbose_name_plural = _("purchase limits")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "department"], nulls_distinct=False, name="data_purchase_limit_once"
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="data_purchase_limit_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.role or '*'} · {self.department or '*'}"


class PurchaseTolerance(Record):
    """How far a supplier's delivery or invoice may differ from the order (收货与发票容差). The most particular row
    holds whole: supplier and product, product, supplier, category, then the row for everything. Where a percentage and
    an absolute amount are given both must hold; nothing given is zero."""

    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product category")
    )
    over_percent = PercentField(_("over-delivery %"), null=True, blank=True)
    over_quantity = QuantityField(_("over-delivery, quantity"), null=True, blank=True)
    under_percent = PercentField(_("under-delivery %"), null=True, blank=True)
    under_quantity = QuantityField(_("under-delivery, quantity"), null=True, blank=True)
    price_percent = PercentField(_("price difference %"), null=True, blank=True)
    price_amount = UnitCostField(_("price difference per unit"), null=True, blank=True)
    invoice_percent = PercentField(_("invoiced beyond received %"), null=True, blank=True)
    freight_amount = MoneyField(_("freight difference (company currency)"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("purchase tolerance")
        verbose_name_plural = _("purchase tolerances")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "product", "category"], nulls_distinct=False, name="data_purchase_tolerance_once"
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=True) | Q(category__isnull=True), name="data_purchase_tolerance_of"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                    name=f"data_tolerance_{name}",
                )
                for name in (
                    "over_percent", "over_quantity", "under_percent", "under_quantity", "price_percent",
                    "price_amount", "invoice_percent", "freight_amount",
                )
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        parts = [str(x) for x in (self.supplier, self.product, self.category) if x is not None]
        return " · ".join(parts) or str(_("Everything"))


class PurchaseOrderChange(Record):
    """One decision about a purchase order, in order of time (采购订单变更记录): asked, approved or rejected, confirmed,
    changed, dated by the supplier, closed. What changed stands with old and new value. A confirmation or change makes
    a new `revision`; one that nobody may decide alone is proposed first and holds `wanted` until somebody does."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("Approval asked for")
        APPROVAL = "approval", _("Approved")
        REJECTION = "rejection", _("Rejected")
        WITHDRAWAL = "withdrawal", _("Approval lapsed")
        CONFIRMATION = "confirmation", _("Confirmed")
        CHANGE = "change", _("Changed")
        DATES = "dates", _("Dates of the supplier")
        CLOSE = "close", _("Closed short")

    class State(models.TextChoices):
        DONE = "done", _("In force")
        PROPOSED = "proposed", _("To decide")
        REFUSED = "refused", _("Refused")

    order = models.ForeignKey(
        PurchaseOrder, models.CASCADE, related_name="changes", verbose_name=_("purchase order"), editable=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DONE, editable=False)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    happened_at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.CharField(pgettext_lazy("decision", "by"), max_length=120, blank=True, default="", editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="", editable=False)
    differences = models.JSONField(_("differences"), default=list, blank=True, editable=False)
    wanted = models.JSONField(null=True, blank=True, editable=False)
    total_before = MoneyField(_("total before"), default=0, editable=False)
    total_after = MoneyField(_("total after"), default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("purchase order change")
        verbose_name_plural = _("purchase order changes")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="proposed"), name="data_purchase_change_one_proposed"
            ),
        ]
        indexes = [models.Index(fields=["order", "-id"], name="data_purchase_change_order")]

    def __str__(self) -> str:
        return f"{self.order} · {self.get_kind_display()}"
