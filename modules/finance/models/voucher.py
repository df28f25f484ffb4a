"""Vouchers that are not in the ledger yet: drafts, templates, and what comes again every month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.journal import JournalEntry
from tenon.records.base import Record


class Voucher(Record):
    """A voucher before it is posted (凭证草稿), one to copy from (模板凭证), or one that posts itself every so many
    months (周期凭证). Its lines are kept as they were typed, half finished or not: `[{"account", "debit", "credit",
    "currency", "rate", "party", "product", "department", "sales_order", "narration"}]`, references as
    `{"id", "label"}`, amounts as decimal strings in the line's currency. Only posting checks them."""

    class Kind(models.TextChoices):
        DRAFT = "draft", _("Draft")
        TEMPLATE = "template", _("Template")
        RECURRING = "recurring", _("Recurring")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("voucher", "Waiting")
        POSTED = "posted", _("Posted")
        ENDED = "ended", pgettext_lazy("voucher", "Ended")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.DRAFT)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.OPEN, editable=False)
    entry_date = models.DateField(_("date"), null=True, blank=True)
    narration = models.CharField(_("narration"), max_length=400, blank=True, default="")
    lines = models.JSONField(pgettext_lazy("voucher", "lines"), default=list, blank=True)
    every_months = models.PositiveSmallIntegerField(_("every so many months"), default=1)
    next_on = models.DateField(_("next on"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    reverses = models.BooleanField(
        _("reversed on the first of the next month"), default=False, help_text=_("Accruals, mostly.")
    )
    problem = models.CharField(_("why it was not posted"), max_length=400, blank=True, default="", editable=False)
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("journal entry"),
        editable=False,
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("voucher draft")
        verbose_name_plural = _("voucher drafts")
        constraints = [
            models.CheckConstraint(
                condition=Q(every_months__gte=1, every_months__lte=24), name="finance_voucher_every_months"
            ),
            models.CheckConstraint(
                condition=~Q(kind="recurring") | Q(next_on__isnull=False) | Q(status="ended"),
                name="finance_voucher_next",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "status", "entry_date"], name="finance_voucher_kind"),
        ]

    def __str__(self) -> str:
        return self.name or self.narration or str(self.get_kind_display())
