"""Lots and serial numbers as people type, paste or scan them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

LONGEST = 60
MOST = 5_000
_SEPARATORS = re.compile(r"[\n,;，、；]+")
_RANGE = re.compile(r"^(?P<head>.*?)(?P<first>\d+)\s*(?:\.\.|…|~)\s*(?P<again>.*?)(?P<last>\d+)$")


@dataclass
class EntryError(Exception):
    """What is wrong with the text, and where."""

    code: Literal["range", "quantity", "twice", "sum", "length", "many"]
    text: str = ""


def lots_read(text: str, quantity: Decimal, *, serial: bool) -> dict[str, Decimal]:
    """Number → quantity. One number alone takes the whole quantity; several say theirs (`L1=20, L2=30`). Serial numbers
    are one piece each: a list or ranges (`SN001..SN020`). Raises EntryError."""
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if serial:
        parts = [word for part in parts for word in (part.split() if ".." not in part and "~" not in part else [part])]
    read: dict[str, Decimal] = {}
    for part in parts:
        name, equals, amount = part.rpartition("=")
        numbers = _expand(name.strip() if equals else part)
        each = Decimal(1) if serial else quantity
        if equals:
            each = _amount(amount, part)
        elif not serial and (len(parts) > 1 or len(numbers) > 1):
            raise EntryError("quantity", part)
        for number in numbers:
            if not number or len(number) > LONGEST:
                raise EntryError("length", number)
            if number in read:
                raise EntryError("twice", number)
            read[number] = each
            if len(read) > MOST:
                raise EntryError("many", part)
    if read and sum(read.values(), Decimal(0)) != quantity:
        raise EntryError("sum", f"{sum(read.values(), Decimal(0)).normalize():f}")
    return read


def several(text: str) -> bool:
    """Does the text name more than one number, or say quantities?"""
    return bool(_SEPARATORS.search(text) or "=" in text or _RANGE.match(text.strip()))


def _expand(part: str) -> list[str]:
    found = _RANGE.match(part)
    if found is None:
        return [part]
    head, first, again, last = found["head"], found["first"], found["again"], found["last"]
    if max(len(first), len(last)) > LONGEST:
        raise EntryError("length", part[:LONGEST])
    low, high = int(first), int(last)
    if again not in ("", head) or high < low:
        raise EntryError("range", part)
    if high - low >= MOST:
        raise EntryError("many", part)
    return [f"{head}{number:0{len(first)}d}" for number in range(low, high + 1)]


def _amount(text: str, part: str) -> Decimal:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise EntryError("quantity", part) from None
    if not amount.is_finite() or amount <= 0:
        raise EntryError("quantity", part)
    return amount
