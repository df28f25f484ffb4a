"""What governs changes of confirmed sales orders: who may change how much alone, and the record of every change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models.sales_order import SalesOrder
from tenon.money.fields import MoneyField, PercentField
from tenon.records.base import Record


class SalesChangeLimit(Record):
    """How far a role, in a department and those below it, may change confirmed orders without asking (订单变更权限).
    What is left empty does not matter; the rest must all hold. While a company has no limits, whoever may change orders
    may change all of them."""

    role = models.ForeignKey(
        "access.Role", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    amount = MoneyField(_("value changes by at most (company currency)"), null=True, blank=True)
    percent = PercentField(_("value changes by at most %"), null=True, blank=True)
    margin_percent = PercentField(_("margin does not fall below %"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("order change limit")
        verbose_name_plural = _("order change limits")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "department"], nulls_distinct=False, name="data_sales_change_limit_once"
            ),
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) | Q(amount__gte=0)) & (Q(percent__isnull=True) | Q(percent__gte=0)),
                name="data_sales_change_limit_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role or '*'} · {self.department or '*'}"


class SalesOrderChange(Record):
    """One change of a confirmed sales order (销售订单变更), with old and new value of everything that differs. What the
    limits do not let its author decide is proposed first: it holds `wanted`, the lines as they shall be, until somebody
    decides, and the order stays as it is. `value_before` and `value_after`: what of the order is wanted or delivered,
    with tax and freight, in its currency; margins in per cent of its net value."""

    class State(models.TextChoices):
        DONE = "done", _("In force")
        PROPOSED = "proposed", _("To decide")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("approval", "Taken back")

    order = models.ForeignKey(
        SalesOrder, models.CASCADE, related_name="changes", verbose_name=_("sales order"), editable=False
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DONE, editable=False)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    happened_at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.CharField(pgettext_lazy("decision", "by"), max_length=120, blank=True, default="", editable=False)
    asked_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval asked by"),
        editable=False, db_index=False,
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="", editable=False)
    differences = models.JSONField(_("differences"), default=list, blank=True, editable=False)
    # [{limit: amount | percent | margin | none, is, allowed}]
    beyond = models.JSONField(_("beyond these limits"), default=list, blank=True, editable=False)
    wanted = models.JSONField(null=True, blank=True, editable=False)
    value_before = MoneyField(pgettext_lazy("order change", "value before"), default=0, editable=False)
    value_after = MoneyField(pgettext_lazy("order change", "value after"), default=0, editable=False)
    margin_before = PercentField(_("margin before %"), null=True, blank=True, editable=False)
    margin_after = PercentField(_("margin after %"), null=True, blank=True, editable=False)
    decided_by = models.CharField(
        pgettext_lazy("order change", "decided by"), max_length=120, blank=True, default="", editable=False
    )
    decided_at = models.DateTimeField(
        pgettext_lazy("order change", "decided at"), null=True, blank=True, editable=False
    )
    decision_reason = models.CharField(
        pgettext_lazy("order change", "reason of the decision"), max_length=500, blank=True, default="", editable=False
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("sales order change")
        verbose_name_plural = _("sales order changes")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="proposed"), name="data_sales_change_one_proposed"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", wanted__isnull=False) | (~Q(state="proposed") & Q(wanted__isnull=True)),
                name="data_sales_change_wanted",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="data_sales_change_order"),
            models.Index(fields=["state", "-id"], name="data_sales_change_state"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.revision or self.get_state_display()}"
