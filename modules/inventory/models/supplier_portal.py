"""The suppliers' portal: the links by which suppliers come in, and what they propose about orders."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Contact, Party, PurchaseOrder
from tenon.records.base import Record


class SupplierLink(Record):
    """A link to the portal (供应商门户链接): whoever holds it sees the inquiries and orders of this one supplier, and
    answers for it, until it expires or is revoked. Its secret is known by its hash only."""

    supplier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    email = models.EmailField(_("email"), blank=True, default="")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("supplier link")
        verbose_name_plural = _("supplier links")
        indexes = [models.Index(fields=["supplier", "-id"], name="inventory_supplier_link")]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.email or self.pk}"


class SupplierProposal(Record):
    """Other days or quantities than ordered, as a supplier proposes them for an order (供应商变更建议). Accepted, it is
    a change of the order like any other. `lines`: `[{"line", "quantity", "on", "was_quantity", "was_on", "product"}]`,
    quantities in the line's unit."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", pgettext_lazy("proposal", "Refused")
        REPLACED = "replaced", _("Replaced by a later one")

    order = models.ForeignKey(
        PurchaseOrder, models.CASCADE, related_name="+", verbose_name=_("purchase order"), editable=False
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    lines = models.JSONField(_("lines"), default=list, editable=False)
    words = models.CharField(pgettext_lazy("proposal", "words"), max_length=500, blank=True, default="", editable=False)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, default="", editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision = models.CharField(_("words of the decision"), max_length=500, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("supplier's proposal")
        verbose_name_plural = _("suppliers' proposals")
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="open"), name="inventory_proposal_one_open"),
        ]
        indexes = [models.Index(fields=["order", "-id"], name="inventory_proposal_order")]

    def __str__(self) -> str:
        return f"{self.order} · {self.get_state_display()}"
