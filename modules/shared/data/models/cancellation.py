"""What it costs to cancel: agreed beforehand with customers, and what was charged when it happened."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models.party import Party
from modules.shared.data.models.tax import Tax
from tenon.money.fields import MoneyField, PercentField
from tenon.records.base import Record


class CancellationTerms(Record):
    """What a customer owes for cancelling or reducing a confirmed order (取消条款). The default goes onto every new
    order, where it may be replaced or taken away before it is confirmed."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_default = models.BooleanField(_("for new orders"), default=False)
    tax = models.ForeignKey(
        Tax, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tax"),
        help_text=_("Of the charge. Left empty, none: mostly it is compensation and no sale."),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("cancellation terms")
        verbose_name_plural = _("cancellation terms")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="data_cancellationterms_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CancellationStep(Record):
    """One step of the terms: from when on how much. Of those that hold the dearest percentage counts, of what lies
    ready or is coming as far as it is not wanted any more; a fixed amount that holds is the least that is charged."""

    class When(models.TextChoices):
        ALWAYS = "always", _("Once it is confirmed")
        DAYS = "days", _("So many days before the promised day, or fewer")
        RELEASED = "released", _("Goods are being made or bought for it")
        READY = "ready", _("Goods lie ready for it")

    terms = models.ForeignKey(
        CancellationTerms, models.CASCADE, related_name="steps", verbose_name=_("cancellation terms")
    )
    when = models.CharField(pgettext_lazy("cancellation", "from when on"), max_length=8, choices=When.choices)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    percent = PercentField(_("% of what is cancelled, net"), null=True, blank=True)
    amount = MoneyField(_("fixed amount (company currency)"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("step of cancellation terms")
        verbose_name_plural = _("steps of cancellation terms")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=False, amount__isnull=True) | Q(percent__isnull=True, amount__isnull=False),
                name="data_cancellationstep_one",
            ),
            models.CheckConstraint(
                condition=(Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100))
                & (Q(amount__isnull=True) | Q(amount__gt=0)),
                name="data_cancellationstep_range",
            ),
            models.CheckConstraint(
                condition=Q(when="days", days__isnull=False) | (~Q(when="days") & Q(days__isnull=True)),
                name="data_cancellationstep_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terms} · {self.get_when_display()}"


class CancellationCharge(Record):
    """What cancelling cost once (取消违约金): us our customer, or a supplier us. Net, in the order's currency. `agreed`
    is what the terms make it; what was waived says why, and by whom."""

    class State(models.TextChoices):
        CHARGED = "charged", pgettext_lazy("cancellation", "Charged")
        WAIVED = "waived", pgettext_lazy("cancellation", "Waived")

    sales_order = models.ForeignKey(
        "data.SalesOrder", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales order"),
        editable=False,
    )  # fmt: skip
    purchase_order = models.ForeignKey(
        "data.PurchaseOrder", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("purchase order"), editable=False,
    )  # fmt: skip
    party = models.ForeignKey(
        Party, models.PROTECT, related_name="+", verbose_name=_("customer or supplier"), editable=False
    )
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    cancelled_value = MoneyField(_("cancelled, net"), default=0, editable=False)
    agreed = MoneyField(_("as agreed"), default=0, editable=False)
    charged = MoneyField(pgettext_lazy("cancellation", "charged"), default=0, editable=False)
    parts = models.JSONField(_("made up of"), default=list, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.CHARGED, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="", editable=False)
    waived_by = models.CharField(_("waived by"), max_length=120, blank=True, default="", editable=False)
    invoice_ref = models.JSONField(_("invoice"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("cancellation charge")
        verbose_name_plural = _("cancellation charges")
        constraints = [
            models.CheckConstraint(
                condition=Q(sales_order__isnull=False, purchase_order__isnull=True)
                | Q(sales_order__isnull=True, purchase_order__isnull=False),
                name="data_cancellationcharge_of",
            ),
            models.CheckConstraint(condition=Q(agreed__gte=0, charged__gte=0), name="data_cancellationcharge_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.sales_order or self.purchase_order} · {self.charged} {self.currency}"
