"""Links by which customers open their quotes, and what they answer there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.crm.models.quote import Quote
from tenon.records.base import Record


class QuoteLink(Record):
    """A link to a quote (报价在线链接): whoever holds it sees the quote in the last version that was sent, and answers
    it, until the link expires or is revoked. Its secret is known by its hash only."""

    internal = True  # its page is the quote's

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="links", verbose_name=_("quote"))
    email = models.EmailField(_("email"), blank=True, default="")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    first_used_at = models.DateTimeField(_("first opened at"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("quote link")
        verbose_name_plural = _("quote links")
        indexes = [models.Index(fields=["quote", "-id"], name="crm_quote_link_quote")]

    def __str__(self) -> str:
        return f"{self.quote} · {self.email or self.pk}"


class QuoteAnswer(Record):
    """What a customer said to a quote by its link (客户答复): a question, a yes with name and signature, a no.
    `signature` is a PNG in base64; `terms_hash` the SHA-256 of what was shown when it was signed."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Question")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    internal = True

    quote = models.ForeignKey(
        Quote, models.CASCADE, related_name="answers", verbose_name=_("quote"), editable=False
    )  # fmt: skip
    kind = models.CharField(_("answer"), max_length=8, choices=Kind.choices, editable=False)
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    name = models.CharField(pgettext_lazy("signature", "name"), max_length=120, blank=True, default="", editable=False)
    title = models.CharField(_("position in the company"), max_length=120, blank=True, default="", editable=False)
    words = models.TextField(pgettext_lazy("answer", "words"), blank=True, default="", editable=False)
    signature = models.TextField(blank=True, default="", editable=False)
    terms_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    address = models.CharField(_("internet address"), max_length=45, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("customer's answer")
        verbose_name_plural = _("customers' answers")
        indexes = [models.Index(fields=["quote", "-id"], name="crm_quote_answer_quote")]

    def __str__(self) -> str:
        return f"{self.quote} · {self.get_kind_display()}"
