"""What a handover tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class MemberHandedOver:
    """Everything that somebody looked after has found its heirs."""

    name: ClassVar[str] = "handover.MemberHandedOver"

    handover_id: int
    member_id: int
    heir_id: int
    moved: int
