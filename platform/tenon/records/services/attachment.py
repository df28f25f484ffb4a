"""Files attached to records."""

from __future__ import annotations

import hashlib
import mimetypes
import posixpath
import re
import unicodedata
from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.problems import Invalid, NotFound, Problem
from tenon.records.limits import require_room
from tenon.records.models import Attachment
from tenon.records.service import require_entity_writable, service
from tenon.registry.types import Entity
from tenon.tenancy.context import current


class FileTooLarge(Problem):
    type, status, title = "too-large", 413, _("This file is too large")


def largest() -> int:
    return int(settings.ATTACHMENT_MAX_BYTES)


def safe_name(name: str) -> str:
    """The file's own name, without folders and what no file system should see."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    base = re.sub(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]', "_", base).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if len(base) > 200 and dot:
        base = f"{stem[: 200 - len(extension) - 1]}.{extension}"
    return base[:200] or "file"


def store(company_id: int, name: str, upload: File[bytes]) -> str:
    """Puts a file below the company's own folder; its key. The name in the store says nothing about its content."""
    extension = re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())[:10] if "." in name else ""
    return default_storage.save(f"c{company_id}/{uuid4().hex}{f'.{extension}' if extension else ''}", upload)


def own_path(attachment: Attachment) -> str:
    """Where its content lies: in the folder of the company being served, whatever its row says (rows come from archives
    too). Raises NotFound."""
    path = attachment.path
    if not path.startswith(f"c{current().id}/") or posixpath.normpath(path) != path or "\\" in path:
        raise NotFound
    return path


@service()
def attachment_create(*, actor: Actor, entity: Entity, record_id: int, upload: Any) -> Attachment:
    """Attaches an uploaded file to a record that the caller has found visible to the actor. Permission: to change the
    record, or to see it where it is never changed. Raises Invalid, FileTooLarge, LimitReached, FeatureReadOnly."""
    if not entity.attachments:
        raise NotFound
    actor.require(f"{entity.permission_prefix}.{'update' if entity.writable else 'view'}")
    if upload is None or not upload.name:
        raise Invalid.field("file", _("Choose a file."), "required")
    if upload.size > largest():
        raise FileTooLarge(_("At most %(n)s MB.") % {"n": largest() // 1024 // 1024})
    require_entity_writable(entity)
    require_room("records.storage", upload.size)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name = safe_name(upload.name)
    # By its name, never by what the sender claims: it is handed out with nosniff and as a download.
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    path = store(current().id, name, upload)
    try:
        attachment = Attachment(
            entity=entity.key, record_id=record_id, name=name, size=upload.size, content_type=content_type, path=path,
            sha256=digest.hexdigest(),
        )  # fmt: skip
        attachment.save()
    except BaseException:
        default_storage.delete(path)
        raise
    return attachment


@service()
def attachments_copy(*, actor: Actor, entity: Entity, from_id: int, to_id: int, names: Collection[str]) -> None:
    """The files of these names of one record onto another of the same kind, the first of each name. Raises what
    attaching raises."""
    rows = Attachment.objects.filter(entity=entity.key, record_id=from_id, name__in=names).order_by("created_at", "id")
    for name, attachment in {row.name: row for row in reversed(rows)}.items():
        with default_storage.open(own_path(attachment), "rb") as content:
            attachment_create(actor=actor, entity=entity, record_id=to_id, upload=File(content, name=name))


@service()
def attachment_delete(*, actor: Actor, entity: Entity, attachment: Attachment) -> None:
    """Takes a file away: whoever attached it, or may change the record. The content goes after the commit. Raises
    Forbidden, FeatureReadOnly."""
    require_entity_writable(entity)
    if attachment.created_by_id is None or attachment.created_by_id != actor.member_id:
        actor.require(f"{entity.permission_prefix}.update")
    path = own_path(attachment)
    attachment.delete()
    transaction.on_commit(lambda: default_storage.delete(path), robust=True)
