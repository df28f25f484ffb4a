"""Events to JSON and back. An event is a frozen dataclass of scalars, decimals, dates and tuples of such."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID


def encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        return {str(k): encode(v) for k, v in value.items()}
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def decode(cls: Any, value: Any) -> Any:
    """The value as `cls`. Unknown keys of newer senders are left out, so old and new code can run side by side."""
    origin = typing.get_origin(cls)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        inner = [a for a in typing.get_args(cls) if a is not type(None)]
        return decode(inner[0], value)
    if origin in (tuple, list):
        (item, *_rest) = typing.get_args(cls)
        return origin(decode(item, v) for v in value)
    if origin is dict:
        return dict(value)
    if dataclasses.is_dataclass(cls):
        hints = _hints(typing.cast(type, cls))
        known = {f.name for f in dataclasses.fields(cls)}
        make = typing.cast("typing.Callable[..., Any]", cls)
        return make(**{k: decode(hints[k], v) for k, v in value.items() if k in known})
    if cls in (Decimal, UUID):
        return cls(value)
    if cls in (date, datetime):
        return cls.fromisoformat(value)
    return value
