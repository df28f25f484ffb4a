"""What happens to records of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class MemberMentioned:
    """Somebody was named in a comment."""

    name: ClassVar[str] = "records.MemberMentioned"

    member_id: int
    entity: str
    record_id: int
    label: str
    comment_id: int
    author: str
