"""Leads: somebody who may become a customer."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class Lead(Record):
    """A lead (线索): contact data and where it came from. Converting it makes a customer, a contact and, where there is
    a chance of business, an opportunity."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Contacted")
        QUALIFIED = "qualified", _("Qualified")
        CONVERTED = "converted", _("Converted")
        LOST = "lost", _("Lost")

    class Source(models.TextChoices):
        WEB = "web", _("Web site")
        AD = "ad", _("Advertisement")
        REFERRAL = "referral", _("Referral")
        EVENT = "event", _("Trade fair or event")
        CALL = "call", _("Phone call")
        IMPORT = "import", _("Import")
        OTHER = "other", _("Other")

    name = models.CharField(_("company"), max_length=200)
    name_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    phone_key = models.CharField(max_length=60, blank=True, default="", editable=False)
    website = models.URLField(_("website"), blank=True, default="")
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.OTHER)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    expected_amount = MoneyField(_("expected amount"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    lost_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("customer")
    )
    converted_at = models.DateTimeField(_("converted at"), null=True, blank=True, editable=False)
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="converted", party__isnull=False) | (~Q(status="converted") & Q(party__isnull=True)),
                name="crm_lead_converted_has_party",
            ),
            models.CheckConstraint(
                condition=Q(expected_amount__isnull=True) | Q(expected_amount__gte=0), name="crm_lead_amount"
            ),
        ]
        indexes = [
            GinIndex(fields=["name"], name="crm_lead_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["name_key"], name="crm_lead_name_key_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name_key"], name="crm_lead_name_key"),
            models.Index(fields=["phone_key"], name="crm_lead_phone_key"),
            models.Index(fields=["status", "-created_at"], name="crm_lead_status"),
        ]

    def __str__(self) -> str:
        return self.name
