"""Where other programs listen."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class WebhookEndpoint(Record):
    """An address that is told of events (Webhook 地址). Speaks with its owner's eyes: of a record that the owner may
    not see nothing is told. `secret` and `old_secret` are sealed; while a secret is being replaced both sign."""

    internal: ClassVar[bool] = True  # its pages and addresses are its own: secrets are shown once

    name = models.CharField(_("name"), max_length=120)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=120), verbose_name=_("events"), default=list)
    owner = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("owner"))
    is_active = models.BooleanField(_("active"), default=True)
    secret = models.TextField(editable=False)
    old_secret = models.TextField(editable=False, blank=True, default="")
    old_until = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    stopped_why = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name
