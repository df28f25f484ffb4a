"""Credit of customers: who shares a limit, what counts against it, and who let an order through all the same."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Party, SalesOrder
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class CreditGroup(Record):
    """Customers that share one limit (授信集团), in company currency: what each of them owes counts for all. Their own
    limits hold beside it. No limit: only what is overdue counts together."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    limit = MoneyField(_("credit limit"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("credit group")
        verbose_name_plural = _("credit groups")
        constraints = [
            models.CheckConstraint(condition=Q(limit__isnull=True) | Q(limit__gte=0), name="finance_creditgroup_limit")
        ]

    def __str__(self) -> str:
        return self.name


class CreditGroupMember(Record):
    """A customer belongs to one group at most (授信集团成员)."""

    group = models.ForeignKey(CreditGroup, models.CASCADE, related_name="members", verbose_name=_("credit group"))
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("member of a credit group")
        verbose_name_plural = _("members of credit groups")
        constraints = [models.UniqueConstraint(fields=["customer"], name="finance_creditgroupmember_once")]

    def __str__(self) -> str:
        return f"{self.group} · {self.customer}"


class CreditPolicy(Record):
    """What counts against a limit, and from when on what is overdue stops orders (信用政策): of one group, or of
    everybody. A company without a policy counts open orders and lets nobody wait for what is overdue."""

    group = models.ForeignKey(
        CreditGroup, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("credit group")
    )
    counts_orders = models.BooleanField(
        _("open orders count"), default=True,
        help_text=_("Otherwise only what is owed and what was shipped and not invoiced, beside the order in question."),
    )  # fmt: skip
    overdue_days = models.PositiveIntegerField(
        _("days overdue accepted"), null=True, blank=True,
        help_text=_("Orders and deliveries stop when something is overdue for longer. Left empty, they do not."),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("credit policy")
        verbose_name_plural = _("credit policies")
        constraints = [
            models.UniqueConstraint(fields=["group"], nulls_distinct=False, name="finance_creditpolicy_once")
        ]

    def __str__(self) -> str:
        return str(self.group or _("Everybody"))


class CreditOverride(Record):
    """A way past the credit check (信用特批), asked by one and approved by another, up to and including a day. For one
    order as far as it is worth no more than `amount`, or for the customer, whose limit (and its group's for it) is
    higher by `amount` until then."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("To decide")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        REVOKED = "revoked", pgettext_lazy("credit override", "Taken back")

    customer = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))
    order = models.ForeignKey(
        SalesOrder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales order")
    )
    amount = MoneyField(_("amount (company currency)"))
    lifts_overdue = models.BooleanField(
        _("also while something is overdue"), default=False,
        help_text=_("An order let through by itself is, in any case."),
    )  # fmt: skip
    valid_until = models.DateField(_("valid until"))
    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.REQUESTED, editable=False
    )
    asked_by = models.CharField(_("asked by"), max_length=120, blank=True, default="", editable=False)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, default="", editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision_reason = models.CharField(
        pgettext_lazy("credit override", "reason of the decision"), max_length=500, blank=True, default="",
        editable=False,
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("credit override")
        verbose_name_plural = _("credit overrides")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="finance_creditoverride_amount")]
        indexes = [models.Index(fields=["customer", "status", "valid_until"], name="finance_creditoverride_of")]

    def __str__(self) -> str:
        return f"{self.order or self.customer} · {self.amount}"
