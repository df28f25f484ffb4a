"""Files of inquiries: which of ours suppliers may download, and what they attach to their answers."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Inquiry, InquiryFile, SupplierLink
from modules.inventory.services.inquiries import inquiry_locked
from modules.inventory.services.inquiry_answers import collecting
from tenon.access.actor import Actor
from tenon.problems import Invalid, NotFound, StateRefused
from tenon.records.limits import require_room
from tenon.records.models import Attachment
from tenon.records.service import service
from tenon.records.services.attachment import FileTooLarge, largest, own_path, safe_name, store
from tenon.sealing import seal, unseal
from tenon.tenancy.context import current

OURS = "inventory.inquiry"
THEIRS = "inventory.inquiry_answer"  # no entity of ours: no list and no download of files knows it
MOST = 10


@service("inventory.inquiry.update")
def inquiry_file_share(*, actor: Actor, inquiry: Inquiry, attachment_id: int, shared: bool) -> None:
    """Lets the suppliers that are asked download one of the inquiry's attachments, or no longer. Raises NotFound."""
    row = inquiry_locked(inquiry)
    attachment = Attachment.objects.filter(pk=attachment_id, entity=OURS, record_id=row.pk).first()
    if attachment is None:
        raise NotFound
    marked = InquiryFile.objects.filter(attachment=attachment).first()
    if shared and marked is None:
        InquiryFile(inquiry=row, attachment=attachment).save()
    elif not shared and marked is not None:
        marked.delete()


@service()
def supplier_file_add(*, actor: Actor, link: SupplierLink, inquiry_id: int, upload: Any) -> InquiryFile:
    """A file of a supplier's answer, sealed like its figures. Raises NotFound, StateRefused after the time, Invalid,
    FileTooLarge, LimitReached."""
    row, asked = collecting(link, inquiry_id)
    if upload is None or not upload.name:
        raise Invalid.field("file", _("Choose a file."), "required")
    if upload.size > largest():
        raise FileTooLarge(_("At most %(n)s MB.") % {"n": largest() // 1024 // 1024})
    if InquiryFile.objects.filter(asked=asked, round=row.round).count() >= MOST:
        raise Invalid.field("file", _("At most %(n)s files belong to an answer.") % {"n": MOST}, "many")
    require_room("records.storage", upload.size)
    content, name = upload.read(), safe_name(upload.name)
    kept = seal(base64.b64encode(content).decode()).encode()
    path = store(current().id, "sealed", ContentFile(kept, name="sealed"))
    try:
        attachment = Attachment(
            entity=THEIRS, record_id=asked.pk, name=name, size=len(content), path=path,
            content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        attachment.save()
        file = InquiryFile(inquiry=row, attachment=attachment, asked=asked, round=row.round)
        file.save()
    except BaseException:
        default_storage.delete(path)
        raise
    return file


@service()
def supplier_file_delete(*, actor: Actor, link: SupplierLink, inquiry_id: int, file_id: int) -> None:
    """A supplier takes a file of its answer back, while answers are collected. Raises NotFound, StateRefused."""
    row, asked = collecting(link, inquiry_id)
    file = InquiryFile.objects.select_related("attachment").filter(pk=file_id, asked=asked).first()
    if file is None:
        raise NotFound
    if file.round != row.round:
        raise StateRefused(_("The time for answers is over"))
    path = own_path(file.attachment)
    file.attachment.delete()
    transaction.on_commit(lambda: default_storage.delete(path), robust=True)


def file_content(file: InquiryFile) -> bytes:
    """What the file says. Raises NotFound."""
    try:
        with default_storage.open(own_path(file.attachment), "rb") as kept:
            content = kept.read()
    except FileNotFoundError:
        raise NotFound from None
    return content if file.asked_id is None else base64.b64decode(unseal(content.decode()))
