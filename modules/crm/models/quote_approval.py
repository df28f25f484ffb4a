"""How far people may go in quotes, and what they asked others to approve."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.crm.models.quote import Quote
from tenon.money.fields import MoneyField, PercentField
from tenon.records.base import Record


class QuoteLimit(Record):
    """How far a role, in a department and those below it, may offer without asking (报价权限). What is left empty does
    not matter; the rest must all hold. While a company has no limits, whoever may send quotes may send all of them."""

    role = models.ForeignKey(
        "access.Role", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    amount = MoneyField(_("net amount at most (company currency)"), null=True, blank=True)
    discount = PercentField(_("discount off the list price at most %"), null=True, blank=True)
    margin_percent = PercentField(_("margin at least %"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("quote limit")
        verbose_name_plural = _("quote limits")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "department"], nulls_distinct=False, name="crm_quote_limit_once"
            ),
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) | Q(amount__gte=0))
                & (Q(discount__isnull=True) | Q(discount__gte=0, discount__lte=100)),
                name="crm_quote_limit_sum",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.role or '*'} · {self.department or '*'}"


class QuoteApproval(Record):
    """One request to offer more than its author may (报价审批). `amount`, `discount` and `margin_percent` are the terms
    that were asked for: approved, they hold for whatever is offered on terms no worse."""

    class State(models.TextChoices):
        ASKED = "asked", _("To decide")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", pgettext_lazy("approval", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("approval", "Taken back")

    quote = models.ForeignKey(
        Quote, models.CASCADE, related_name="approvals", verbose_name=_("quote"), editable=False
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    by = models.CharField(pgettext_lazy("approval", "asked by"), max_length=120, blank=True, default="", editable=False)
    asked_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval asked by"),
        editable=False, db_index=False,
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="", editable=False)
    # [{limit: amount | discount | margin | none, is, allowed}]
    beyond = models.JSONField(_("beyond these limits"), default=list, blank=True, editable=False)
    amount = MoneyField(_("net amount (company currency)"), default=0, editable=False)
    discount = PercentField(_("largest discount %"), default=0, editable=False)
    margin_percent = PercentField(_("margin %"), null=True, blank=True, editable=False)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, default="", editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision = models.CharField(_("words of the decision"), max_length=500, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("quote approval")
        verbose_name_plural = _("quote approvals")
        constraints = [
            models.UniqueConstraint(fields=["quote"], condition=Q(state="asked"), name="crm_quote_approval_one_asked"),
        ]
        indexes = [
            models.Index(fields=["quote", "-id"], name="crm_quote_approval_quote"),
            models.Index(fields=["state", "-id"], name="crm_quote_approval_state"),
        ]

    def __str__(self) -> str:
        return f"{self.quote} · {self.get_state_display()}"
