"""Names of many places from one pattern: A-{01..20}-{1..5}. Pure."""

from __future__ import annotations

import itertools
import re

_RANGE = re.compile(r"\{(\w+)\.\.(\w+)\}")
MOST = 5000


def expand(pattern: str) -> list[str]:
    """Every name of the pattern, the last range running fastest; leading zeros are kept, single letters count, too.
    Raises ValueError on a range that cannot be counted, or more than MOST names."""
    parts = _RANGE.split(pattern.strip())
    choices: list[list[str]] = []
    for at in range(0, len(parts), 3):
        choices.append([parts[at]])
        if at + 2 < len(parts):
            choices.append(_between(parts[at + 1], parts[at + 2]))
    count = 1
    for choice in choices:
        count *= len(choice)
        if count > MOST:
            raise ValueError("too many")
    names = ["".join(parts) for parts in itertools.product(*choices)]
    if any("{" in name or "}" in name or not name for name in names):
        raise ValueError("not a pattern")
    return names


def _between(first: str, last: str) -> list[str]:
    if first.isdecimal() and last.isdecimal() and first.isascii() and last.isascii() and max(len(first), len(last)) < 6:
        numbers, width = range(int(first), int(last) + 1), len(first) if first.startswith("0") else 0
        found = [str(n).zfill(width) for n in numbers]
    elif re.fullmatch("[A-Z]{2}|[a-z]{2}", first + last) and len(first) == 1:
        found = [chr(n) for n in range(ord(first), ord(last) + 1)]
    else:
        raise ValueError("not a range")
    if not found:
        raise ValueError("an empty range")
    return found
