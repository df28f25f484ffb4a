"""API keys: access for programs, with permissions of their own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class ApiKey(Record):
    """An API key (API 密钥). Only the secret's hash is kept; the token is shown once, at creation.
    Acts with the permissions named here, never with more than its owner's roles hold at the time."""

    name = models.CharField(_("name"), max_length=120)
    secret_hash = models.CharField(max_length=64, editable=False)
    owner = models.ForeignKey("access.Member", models.PROTECT, related_name="api_keys", verbose_name=_("owner"))
    permissions = ArrayField(models.CharField(max_length=120), verbose_name=_("permissions"), default=list, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    token: str = ""  # what creating it returned, never stored

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name
