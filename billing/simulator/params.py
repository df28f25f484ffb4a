"""The parameters of one request: typed, and none passed over in silence (an unknown one is an error, as at Stripe)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.simulator.problems import invalid, missing_param, unknown_param

Doc = dict[str, Any]
LATEST = 32_503_680_000  # the year 3000


class Params:
    """What is asked for is ticked off; `finish()` refuses what nobody asked for."""

    def __init__(self, data: Doc | None = None, path: str = "") -> None:
        self.data: Doc = data or {}
        self.path = path
        self._read: set[str] = set()
        self._children: list[Params] = []

    def named(self, name: str) -> str:
        return f"{self.path}[{name}]" if self.path else name

    def has(self, name: str) -> bool:
        return name in self.data

    def raw(self, name: str) -> Any:
        self._read.add(name)
        return self.data.get(name)

    def text(
        self, name: str, default: str | None = None, *, required: bool = False, choices: Sequence[str] = ()
    ) -> str | None:
        """Text; empty text unsets, so it reads as None."""
        value = self.raw(name)
        if value is None:
            if required:
                raise missing_param(self.named(name))
            return default
        if not isinstance(value, str):
            raise invalid("Invalid string: expected a string.", self.named(name), "parameter_invalid_string")
        if value and choices and value not in choices:
            listed = ", ".join(choices)
            raise invalid(f"Invalid {self.named(name)}: must be one of {listed}", self.named(name))
        return value or None

    def need(self, name: str, choices: Sequence[str] = ()) -> str:
        value = self.text(name, required=True, choices=choices)
        if value is None:
            raise invalid(
                f"You passed an empty string for '{self.named(name)}'. We assume empty values are an attempt to unset "
                "a parameter; however it cannot be unset.",
                self.named(name),
                "parameter_invalid_empty",
            )
        return value

    def whole(self, name: str, default: int | None = None) -> int | None:
        value = self.text(name)
        if value is None:
            return default
        try:
            number = int(value)
        except ValueError:
            raise invalid(f"Invalid integer: {value}", self.named(name), "parameter_invalid_integer") from None
        if abs(number) >= 10**12:
            raise invalid(f"Invalid integer: {value}", self.named(name), "parameter_invalid_integer")
        return number

    def few(self, name: str, most: int) -> int | None:
        """A whole number from 0 to `most`: days, months, times."""
        value = self.whole(name)
        if value is not None and not 0 <= value <= most:
            raise invalid(f"This value must be between 0 and {most}.", self.named(name), "parameter_invalid_integer")
        return value

    def count(self, name: str, default: int) -> int:
        value = self.whole(name, default)
        if value is None or value < 0:
            raise invalid(
                f"This value must be greater than or equal to 0 (it currently is '{value}').",
                self.named(name),
                "parameter_invalid_integer",
            )
        return value

    def decimal(self, name: str) -> Decimal | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise invalid(f"Invalid decimal: {value}", self.named(name)) from None
        if not number.is_finite() or abs(number) >= 10**12:
            raise invalid(f"Invalid decimal: {value}", self.named(name))
        return number

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        value = self.text(name)
        if value is None:
            return default
        if value.lower() not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", self.named(name))
        return value.lower() == "true"

    def time(self, name: str, now: int | None = None) -> int | None:
        """A timestamp; with `now` the word "now" is understood."""
        if now is not None and self.data.get(name) == "now":
            self._read.add(name)
            return now
        value = self.whole(name)
        if value is not None and not 0 <= value <= LATEST:
            raise invalid("Invalid timestamp: must be an integer Unix timestamp.", self.named(name))
        return value

    def map(self, name: str) -> Params | None:
        value = self.raw(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise invalid("Invalid object", self.named(name))
        return self._child(value, self.named(name))

    def rows(self, name: str) -> list[Params] | None:
        """A list of objects; None when the parameter is absent, an empty list when it is unset."""
        value = self.raw(name)
        if value is None:
            return None
        if value == "":
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise invalid("Invalid array", self.named(name))
        return [self._child(row, f"{self.named(name)}[{i}]") for i, row in enumerate(value)]

    def strings(self, name: str) -> list[str] | None:
        value = self.raw(name)
        if value is None:
            return None
        if value == "":
            return []
        if not isinstance(value, list):
            raise invalid("Invalid array", self.named(name))
        return [str(entry) for entry in value]

    def metadata(self, old: Doc | None = None, name: str = "metadata") -> Doc:
        """Merged into the old: an empty value takes a key away, an empty `metadata` all of them."""
        value = self.raw(name)
        if value is None:
            return dict(old or {})
        if value == "":
            return {}
        if isinstance(value, list):  # keys that are numbers
            value = {str(i): text for i, text in enumerate(value)}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise invalid("Invalid object: metadata is made of names and text.", self.named(name))
        merged = {**(old or {}), **value}
        return {key: text for key, text in merged.items() if text != ""}

    def finish(self) -> None:
        for name in self.data:
            if name not in self._read:
                raise unknown_param(self.named(name))
        for child in self._children:
            child.finish()

    def _child(self, data: Doc, path: str) -> Params:
        child = Params(data, path)
        self._children.append(child)
        return child
