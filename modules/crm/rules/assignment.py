"""Who gets the next lead (自动分配). Pure.

Smooth weighted round robin: everybody who may have it gains their share, who stands highest gets it and pays the sum of
all shares. Over any run of `sum of shares` leads each gets exactly their share, and turns lie apart: with 2 and 1 it is
A B A, not A A B."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Place:
    """`words` empty: leads of all kinds. `credit` is kept from lead to lead."""

    key: int
    weight: int
    credit: int
    words: tuple[str, ...] = ()


def words_of(text: str) -> tuple[str, ...]:
    """Regions, products, campaigns: separated by commas, of either script."""
    return tuple(w for part in text.replace("，", ",").replace("、", ",").split(",") if (w := part.strip().casefold()))


def next_place(places: Sequence[Place], about: str) -> Place | None:
    """Changes the credits of those who were asked. Whoever names a word of the lead comes before those who take all;
    None where nobody takes it."""
    text = about.casefold()
    asked = [p for p in places if p.words and any(word in text for word in p.words)]
    asked = asked or [p for p in places if not p.words]
    if not asked:
        return None
    for place in asked:
        place.credit += place.weight
    chosen = max(asked, key=lambda p: (p.credit, -p.key))
    chosen.credit -= sum(p.weight for p in asked)
    return chosen
