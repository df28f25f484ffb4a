"""Telling members, and their marking it as read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.notifications.models import Notification
from tenon.notifications.selectors import visible_ids
from tenon.realtime.notify import company_group, send
from tenon.records.events import MemberMentioned
from tenon.records.models import Comment
from tenon.records.services.comment import spoken
from tenon.tenancy.context import current

KEPT = timedelta(days=90)


def notify(
    *, member: Member, kind: str, entity: str, record_id: int, label: str, author: str = "Tenon", excerpt: str = ""
) -> None:
    """One line on a member's list, whatever language they read: the words for `kind` are the web app's. Nobody is told
    of a record that they may not see. No service frame: see notifications_read."""
    if not visible_ids(actor_of(member), entity, [record_id]):
        return
    Notification.objects.create(
        member=member, kind=kind, entity=entity, record_id=record_id, label=label[:200], author=author[:160],
        excerpt=excerpt[:300],
    )  # fmt: skip
    _tell(member.pk)


def mentioned(event: MemberMentioned) -> None:
    """Tells the member who was named in a comment; nobody is told of a record that they may not see."""
    member = Member.objects.select_related("department").filter(pk=event.member_id, is_active=True).first()
    comment = Comment.objects.filter(pk=event.comment_id).only("body").first()
    if member is None or comment is None:
        return  # gone, or taken back meanwhile
    notify(
        member=member, kind=Notification.Kind.MENTION, entity=event.entity, record_id=event.record_id,
        label=event.label, author=event.author, excerpt=spoken(comment.body),
    )  # fmt: skip


def notifications_read(*, actor: Actor, ids: Sequence[int] | None = None) -> int:
    """Marks the member's own as read: those named, or all. No service frame: it is no record of the company, and who
    may only read may have read this. Returns how many there were."""
    unread = Notification.objects.filter(member_id=actor.member_id or 0, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    changed = unread.update(read_at=timezone.now())
    if changed and actor.member_id is not None:
        _tell(actor.member_id)  # the member's other windows
    return changed


def notifications_forget() -> int:
    """Removes what is older than three months. Returns how many."""
    gone, _kinds = Notification.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return gone


def _tell(member_id: int) -> None:
    group = company_group(current().id)
    transaction.on_commit(lambda: send(group, {"type": "notified", "member": member_id}), robust=True)
