"""Comments on and files of a record, as docs/api.md shows them."""

from __future__ import annotations

from typing import Any

from tenon.access.models import Member
from tenon.records.models import Attachment, Comment
from tenon.registry.types import Entity

_MOST = 500


def comments_of(entity: Entity, pk: int) -> list[dict[str, Any]]:
    """Oldest first."""
    found = Comment.objects.filter(entity=entity.key, record_id=pk).select_related("created_by")
    latest = sorted(found.order_by("-created_at", "-id")[:_MOST], key=lambda c: (c.created_at, c.pk))
    return comment_rows(latest)


def comment_rows(comments: list[Comment]) -> list[dict[str, Any]]:
    ids = {pk for comment in comments for pk in comment.mentions}
    names = dict(Member.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [
        {
            "id": comment.pk,
            "at": comment.created_at,
            "author": _person(comment.created_by),
            "body": comment.body,
            "mentions": [{"id": pk, "label": names[pk]} for pk in comment.mentions if pk in names],
        }
        for comment in comments
    ]


def _person(member: Member | None) -> dict[str, Any] | None:
    return {"id": member.pk, "label": member.name} if member is not None else None


def attachments_of(entity: Entity, pk: int) -> list[dict[str, Any]]:
    found = Attachment.objects.filter(entity=entity.key, record_id=pk).select_related("created_by")
    return [attachment_row(attachment) for attachment in found.order_by("created_at", "id")[:_MOST]]


def attachment_row(attachment: Attachment) -> dict[str, Any]:
    return {
        "id": attachment.pk,
        "name": attachment.name,
        "size": attachment.size,
        "content_type": attachment.content_type,
        "sha256": attachment.sha256,
        "url": f"/api/v1/files/{attachment.pk}/",
        "created_at": attachment.created_at,
        "created_by": _person(attachment.created_by),
    }
