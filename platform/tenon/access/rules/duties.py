"""Duties that one pair of hands should not hold together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenon.registry.types import Duty


@dataclass(frozen=True)
class Clash:
    """A duty's two sides, met in one role or one person: which codes, and where each side comes from."""

    duty: Duty
    left: tuple[str, ...]
    right: tuple[str, ...]
    left_from: tuple[str, ...] = ()
    right_from: tuple[str, ...] = ()


def clashes(sources: Mapping[str, frozenset[str]], duties: Iterable[Duty]) -> list[Clash]:
    """What `sources` (role → codes) hold together, of all sources in one hand."""
    together = frozenset().union(*sources.values())
    found = []
    for duty in duties:
        left = tuple(c for c in duty.left if c in together)
        right = tuple(c for c in duty.right if c in together)
        if left and right:
            found.append(Clash(duty, left, right, _from(sources, left), _from(sources, right)))
    return found


def _from(sources: Mapping[str, frozenset[str]], codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key, held in sources.items() if held & set(codes))
