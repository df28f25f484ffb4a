"""Files attached to records."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Attachment(Record):
    """A file attached to a record; `path` is its key in the file store, below the company's own folder."""

    internal: ClassVar[bool] = True

    entity = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=255)
    size = models.BigIntegerField(_("size"))
    content_type = models.CharField(_("content type"), max_length=120)
    path = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["entity", "record_id"], name="records_attachment_record")]

    def __str__(self) -> str:
        return self.name
