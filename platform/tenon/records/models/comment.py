"""Comments on records."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Comment(Record):
    """What somebody said about a record; `mentions` are ids of members named with @."""

    internal: ClassVar[bool] = True

    entity = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    body = models.TextField(_("comment"), max_length=10_000)
    mentions = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["entity", "record_id", "created_at"], name="records_comment_record")]

    def __str__(self) -> str:
        return self.body[:60]
