"""Files that go between us and the suppliers of an inquiry."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from modules.inventory.models.inquiry import Inquiry, InquirySupplier
from tenon.records.base import Record
from tenon.records.models import Attachment


class InquiryFile(Record):
    """A file of an inquiry (询价附件). Without `asked` it is one of the inquiry's own attachments, marked for its
    suppliers to download. With it, it is part of that supplier's answer in `round`: its content is kept encrypted, and
    no page of ours shows it before the round is opened."""

    internal: ClassVar[bool] = True

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="files")
    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="+")
    asked = models.ForeignKey(InquirySupplier, models.CASCADE, null=True, related_name="files")
    round = models.PositiveIntegerField(default=0)

    class Meta(Record.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.inquiry} · {self.attachment}"
