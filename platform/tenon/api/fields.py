"""Field types: how a model field reads as one, which filters it takes, how values come in and go out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.tenancy.context import current

if TYPE_CHECKING:
    from tenon.api.shapes import FieldShape

TEXTS = frozenset({"text", "longtext", "email", "phone", "url"})
DECIMALS = frozenset({"decimal", "money", "quantity", "percent"})
_ORDERED = ("eq", "in", "gte", "lte", "gt", "lt", "isnull")
FILTERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TEXTS, ("eq", "in", "contains", "isnull")),
    **dict.fromkeys((*DECIMALS, "integer", "date", "datetime"), _ORDERED),
    "boolean": ("eq", "isnull"),
    "choice": ("eq", "in", "isnull"),
    "multichoice": ("contains", "isnull"),
    "ref": ("eq", "in", "isnull"),
    "json": (),
}
# The first match counts, so subclasses stand before their bases.
_TYPES: tuple[tuple[type, str], ...] = (
    (models.ForeignKey, "ref"),
    (ArrayField, "multichoice"),
    (MoneyField, "money"),
    (UnitCostField, "money"),
    (QuantityField, "quantity"),
    (PercentField, "percent"),
    (models.DecimalField, "decimal"),
    (models.FloatField, "decimal"),
    (models.BooleanField, "boolean"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.IntegerField, "integer"),
    (models.EmailField, "email"),
    (models.URLField, "url"),
    (models.CharField, "text"),
    (models.TextField, "longtext"),
    (models.JSONField, "json"),
)
INTEGER_RANGES = {
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "IntegerField": (-(2**31), 2**31 - 1),
    "BigIntegerField": (-(2**63), 2**63 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "PositiveBigIntegerField": (0, 2**63 - 1),
}


class FieldFault(Exception):
    """A value does not fit its field."""

    def __init__(self, code: str, message: Any) -> None:
        self.code, self.message = code, message
        super().__init__(str(message))


def type_of(field: models.Field[Any, Any]) -> str:
    if field.choices and not isinstance(field, ArrayField):
        return "choice"
    if isinstance(field, ArrayField) and isinstance(field.base_field, (models.DecimalField, models.IntegerField)):
        return "json"  # figures are no choices
    return next((name for kind, name in _TYPES if isinstance(field, kind)), "text")


# --- values that come in ------------------------------------------------------------


def parse(shape: FieldShape, raw: Any) -> Any:
    """A JSON value as the Python value that services take. References are resolved elsewhere. Raises FieldFault."""
    if raw is None or (raw == "" and shape.type not in TEXTS):
        if not shape.required and (shape.nullable or shape.empty is not None):
            return shape.empty
        raise FieldFault("required", _("This is required."))
    return _PARSERS.get(shape.type, _text)(shape, raw)


def parse_text(shape: FieldShape, text: str) -> Any:
    """The same for text from a query or a spreadsheet, where everything is text."""
    text = text.strip()
    if shape.type == "boolean" and text:
        word = text.lower()
        if word in ("true", "1", "yes", "y", "是", "真", "√"):
            return True
        if word in ("false", "0", "no", "n", "否", "假", "×"):
            return False
        raise FieldFault("invalid", _("Say yes or no."))
    if shape.type == "choice" and text:
        return _choice(shape, text, by_label=True)
    if shape.type == "multichoice":
        return _multichoice(shape, [part.strip() for part in re.split(r"[,;，；]", text) if part.strip()])
    if shape.type in DECIMALS or shape.type == "integer":
        text = _plain_number(text)
    if shape.type == "date":
        text = _plain_date(text)
    return parse(shape, text)


def _plain_number(text: str) -> str:
    """1,234.50 and ￥1,234.50 as spreadsheets write them; a lone comma is not guessed at."""
    text = text.strip("￥¥$€£ \u00a0").replace("\u00a0", "").replace("，", ",")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return text.replace(",", "")
    return text.rstrip("%％") if re.fullmatch(r"[+-]?[\d.]+[%％]", text) else text


def _plain_date(text: str) -> str:
    """2026/3/9, 2026.03.09 and 2026年3月9日; times of midnight that spreadsheets add are dropped."""
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?", text)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text


def _text(shape: FieldShape, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise FieldFault("invalid", _("This must be text."))
    value = str(raw)
    if "\x00" in value:
        raise FieldFault("invalid", _("This holds characters that cannot be stored."))
    value = value.rstrip() if shape.type == "longtext" else value.strip()
    if not value:
        if shape.required:
            raise FieldFault("required", _("This is required."))
        return value if shape.blank_allowed or not shape.nullable else shape.empty
    if shape.max_length and len(value) > shape.max_length:
        raise FieldFault(
            "max_length", _("At most %(n)s characters; this has %(has)s.") % {"n": shape.max_length, "has": len(value)}
        )
    try:
        if shape.type == "email":
            _check_email(value)
        elif shape.type == "url":
            URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        message = (
            _("This is not an e-mail address.")
            if shape.type == "email"
            else _("This is not a web address (https://…).")
        )
        raise FieldFault("invalid", message) from None
    return value


def _check_email(value: str) -> None:
    """Letters of any language may stand before the @ (RFC 6531): françois@example.com. Raises ValidationError."""
    local, at, domain = value.rpartition("@")
    plain_letters = "".join("x" if c.isalpha() and not c.isascii() else c for c in local)
    validate_email(f"{plain_letters}{at}{domain}")


def _integer(shape: FieldShape, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, (int, str, float)):
        raise FieldFault("invalid", _("This must be a whole number."))
    try:
        number = Decimal(str(raw))
        if not number.is_finite() or abs(number.adjusted()) > 20 or number != int(number):
            raise InvalidOperation
        value = int(number)
    except (InvalidOperation, ValueError):
        raise FieldFault("invalid", _("This must be a whole number.")) from None
    low, high = shape.bounds
    if low is not None and value < low:
        raise FieldFault("min_value", _("At least %(n)s.") % {"n": low})
    if high is not None and value > high:
        raise FieldFault("max_value", _("At most %(n)s.") % {"n": high})
    return value


def _decimal(shape: FieldShape, raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, str, float, Decimal)):
        raise FieldFault("invalid", _("This must be a number."))
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        raise FieldFault("invalid", _("This must be a number.")) from None
    if not value.is_finite() or abs(value.adjusted()) > 40:
        raise FieldFault("invalid", _("This must be a number."))
    places = -int(value.normalize().as_tuple().exponent)  # type: ignore[arg-type]
    if shape.decimal_places is not None and places > shape.decimal_places:
        raise FieldFault("max_decimal_places", _("At most %(n)s decimals.") % {"n": shape.decimal_places})
    if shape.max_digits is not None and shape.decimal_places is not None:
        whole = shape.max_digits - shape.decimal_places
        if value and value.adjusted() + 1 > whole:
            raise FieldFault("max_digits", _("At most %(n)s digits before the decimal point.") % {"n": whole})
    return value


def _boolean(shape: FieldShape, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return bool(raw == "true")
    raise FieldFault("invalid", _("Say true or false."))


def _date(shape: FieldShape, raw: Any) -> date:
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise FieldFault("invalid", _("This is not a date (2026-12-31)."))


def _datetime(shape: FieldShape, raw: Any) -> datetime:
    try:
        if not isinstance(raw, str) or len(raw) < 10:
            raise ValueError
        value = datetime.fromisoformat(raw)
        if not 1900 <= value.year <= 9998:
            raise ValueError
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(current().time_zone))
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FieldFault("invalid", _("This is not a point in time (2026-12-31T09:30:00Z).")) from None


def _choice(shape: FieldShape, raw: Any, by_label: bool = False) -> Any:
    if shape.choices_of:  # data: whether there is such a one is for the service to say
        if not isinstance(raw, str):
            raise FieldFault("invalid_choice", _("This must be text."))
        return _text(shape, raw)
    for value, label in shape.choices or ():
        if raw == value or str(raw) == str(value):
            return value
        if by_label and str(raw).casefold() == str(label).casefold():
            return value
    allowed = ", ".join(str(value) for value, _label in shape.choices or ())
    raise FieldFault("invalid_choice", _("Not one of: %(choices)s.") % {"choices": allowed})


def _multichoice(shape: FieldShape, raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise FieldFault("invalid", _("This must be a list."))
    if shape.choices is None:
        return [_text(shape, item) for item in raw]
    return [_choice(shape, item) for item in raw]


def _json(shape: FieldShape, raw: Any) -> Any:
    expected = type(shape.empty)
    if shape.empty is not None and not isinstance(raw, expected):
        raise FieldFault("invalid", _("This must be a list.") if expected is list else _("This must be an object."))
    return raw


_PARSERS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(DECIMALS, _decimal),
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "multichoice": _multichoice,
    "json": _json,
}

_RELATIVE = re.compile(r"today(?:([+-])(\d{1,4}))?")


def parse_filter(shape: FieldShape, text: str) -> Any:
    """A filter's value: as `parse_text`, and dates may be `today`, `today-30`, in the company's calendar."""
    relative = _RELATIVE.fullmatch(text) if shape.type in ("date", "datetime") else None
    if relative:
        day = current().today() + timedelta(days=int(f"{relative[1] or '+'}{relative[2] or 0}"))
        text = day.isoformat()
    if shape.type == "datetime" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        text += "T00:00:00"
    if shape.type in TEXTS:
        if "\x00" in text:
            raise FieldFault("invalid", _("This holds characters that cannot be stored."))
        return text
    return parse_text(shape, text)


# --- values that go out ------------------------------------------------------------


def plain(value: Decimal | float | None) -> str | None:
    """Without trailing zeros, never in exponents: 12, 0.5."""
    if value is None:
        return None
    text = format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal | None) -> str | None:
    """At least two decimals: 184620.00; unit prices keep what they have beyond."""
    text = plain(value)
    if text is None:
        return None
    whole, _point, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"


def _figures(value: Any) -> Any:
    """Decimals in a list as they go out alone; other structures as they are."""
    if not isinstance(value, list):
        return value
    return [plain(item) if isinstance(item, Decimal) else item for item in value]


OUT: dict[str, Callable[[Any], Any]] = {
    "money": money, "decimal": plain, "quantity": plain, "percent": plain, "json": _figures,
}  # fmt: skip


def to_json(kind: str, value: Any) -> Any:
    """A stored value as the API writes it (references excepted)."""
    out = OUT.get(kind)
    return out(value) if out else value
