"""Refusals, as every surface shows them (RFC 9457). Services raise these; the API kit writes them down.

A module's own refusals subclass `Problem` in its errors.py with a stable `type`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `field` is a path such as `lines.0.quantity`."""

    field: str
    code: str
    message: Any


class Problem(Exception):
    """Base of all refusals. `extra` becomes members of the problem document."""

    type = "conflict"
    status = 409
    title: Any = _("The request cannot be carried out")

    def __init__(self, detail: Any = "", *, errors: list[FieldError] | None = None, **extra: Any) -> None:
        self.detail = detail or self.title
        self.errors = errors or []
        self.extra = extra
        super().__init__(detail)

    def __str__(self) -> str:
        return str(self.detail) + "".join(f" [{e.field}: {e.message}]" for e in self.errors)


class Invalid(Problem):
    type, status, title = "invalid", 400, _("Some of the input is not valid")

    @classmethod
    def field(cls, field: str, message: Any, code: str = "invalid") -> Invalid:
        return cls(message, errors=[FieldError(field, code, message)])


class Unauthenticated(Problem):
    type, status, title = "unauthenticated", 401, _("Sign in first")


class Forbidden(Problem):
    type, status, title = "forbidden", 403, _("Your roles do not allow this")


class FeatureOff(Problem):
    type, status, title = "feature-off", 403, _("This function is switched off in your company")


class FeatureReadOnly(Problem):
    type, status, title = "feature-read-only", 403, _("Your company no longer subscribes to this: it can only be read")


class NotFound(Problem):
    type, status, title = "not-found", 404, _("There is no such record, or you may not see it")


class Conflict(Problem):
    type, status, title = "conflict", 409, _("This contradicts what is already there")


class StateRefused(Problem):
    type, status, title = "state", 409, _("Not possible in the present state")


class ReadOnly(Problem):
    type, status, title = "read-only", 403, _("The company can only be read until its subscription is paid")


class StaleVersion(Problem):
    type, status, title = "stale-version", 412, _("Somebody else has changed this record")


class PreconditionRequired(Problem):
    type, status, title = "precondition-required", 428, _("Say which version you are changing (If-Match)")


class TooManyRequests(Problem):
    type, status, title = "too-many-requests", 429, _("Too many requests; try again shortly")
