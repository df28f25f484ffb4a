"""Comments on records, with mentions."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Invalid, NotFound
from tenon.records.events import MemberMentioned
from tenon.records.models import Comment
from tenon.records.service import publish, require_entity_writable, service
from tenon.registry.types import Entity

LONGEST = 10_000
_NAMED = re.compile(r"@\[([^\]]{1,120})\]\((\d{1,18})\)")


def mentioned_in(body: str) -> list[Member]:
    """Members named as `@[Name](id)`, those who are active."""
    ids = {int(found[2]) for found in _NAMED.finditer(body)}
    return list(Member.objects.filter(pk__in=ids, is_active=True).order_by("pk")) if ids else []


def spoken(body: str) -> str:
    """The text as people read it: names in place of their marks, on one line."""
    return " ".join(_NAMED.sub(r"@\1", body).split())


@service()
def comment_create(*, actor: Actor, entity: Entity, record_id: int, label: str, body: Any) -> Comment:
    """Says something about a record that the caller has found visible to the actor. Raises Invalid, FeatureReadOnly.
    Emits MemberMentioned for each member named."""
    if not entity.comments:
        raise NotFound
    require_entity_writable(entity)
    if not isinstance(body, str) or not body.strip() or "\x00" in body:
        raise Invalid.field("body", _("Write something first."), "required")
    if len(body) > LONGEST:
        raise Invalid.field("body", _("At most %(n)s characters.") % {"n": LONGEST}, "max_length")
    people = mentioned_in(body)
    comment = Comment(entity=entity.key, record_id=record_id, body=body.strip(), mentions=[p.pk for p in people])
    comment.save()
    for person in people:
        if person.pk != actor.member_id:
            publish(
                MemberMentioned(
                    member_id=person.pk,
                    entity=entity.key,
                    record_id=record_id,
                    label=label,
                    comment_id=comment.pk,
                    author=actor.label,
                )
            )
    return comment
