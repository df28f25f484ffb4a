"""Words of former systems, for documents that are brought over as history."""

from __future__ import annotations

_CANCELLED = ("cancel", "reject", "void", "declin", "refus", "作废", "取消", "拒绝", "驳回", "废弃")


def is_cancelled_word(status: str) -> bool:
    """Does the former system's status say that the document came to nothing?"""
    text = status.casefold()
    return any(word in text for word in _CANCELLED)
