"""What people type into rows that no form has checked: keys, numbers, days. Whatever it is, it is read or refused by
name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tenon.problems import Invalid

# What the columns for quantities and money hold.
MOST = Decimal(10) ** 12
MOST_KEY = 2**63 - 1


def entered_key(value: Any, field: str) -> int | None:
    """The key in a reference given as record, key or `{"id"}`; None for an empty one. Raises Invalid."""
    if isinstance(value, Model):
        return int(value.pk)
    if isinstance(value, Mapping):
        value = value.get("id")
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MOST_KEY:
        raise Invalid.field(field, _("There is no such record."), "does_not_exist")
    return value


def entered_number(
    value: Any, field: str, *, default: Decimal | None = None, zero: bool = False, most: Decimal = MOST
) -> Decimal:
    """A number greater than zero (with `zero`, or zero) and less than `most`; `default` where nothing is said. Raises
    Invalid."""
    if default is not None and value in (None, ""):
        return default
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if isinstance(value, bool) or not number.is_finite() or not 0 <= number < most or (number == 0 and not zero):
        raise Invalid.field(field, _("Enter a positive number"), "invalid")
    return number


def entered_day(value: Any, field: str) -> date | None:
    """A day, as one or as YYYY-MM-DD; None for an empty one. Raises Invalid."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid.field(field, _("Enter a day as YYYY-MM-DD."), "invalid") from None
