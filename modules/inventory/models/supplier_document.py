"""What a supplier has to show before we buy from it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Party
from tenon.records.base import Record


class SupplierDocument(Record):
    """A qualification document of a supplier (供应商资质): licence, certificate, audit, agreement; the paper itself is
    attached. One that is `required` and has expired is warned of wherever the supplier is chosen."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("Business licence")
        CERTIFICATE = "certificate", _("Certificate")
        AUDIT = "audit", _("Audit report")
        AGREEMENT = "agreement", _("Agreement")
        OTHER = "other", pgettext_lazy("supplier document", "Other document")

    supplier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.CERTIFICATE)
    title = models.CharField(_("title"), max_length=160)
    number = models.CharField(_("number"), max_length=80, blank=True, default="")
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    is_required = models.BooleanField(_("must have"), default=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("supplier document")
        verbose_name_plural = _("supplier documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="inventory_supplier_document_days",
                violation_error_message=_("It expires after it was issued."),
            )
        ]
        indexes = [
            models.Index(fields=["supplier", "expires_on"], name="inventory_supplier_document_of"),
            models.Index(fields=["expires_on"], name="inventory_supplier_document_e"),
        ]

    def __str__(self) -> str:
        return self.title
