"""Stripe's errors: their shapes, status codes and words."""

from __future__ import annotations

from typing import Any


class StripeProblem(Exception):
    """Answered as {"error": …}. `keep` says that what was done until here stays done (a failed payment is a fact)."""

    def __init__(self, status: int, type: str, message: str, *, keep: bool = False, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.keep = keep
        self.error: dict[str, Any] = {"message": message, "type": type}
        self.error.update({key: value for key, value in more.items() if value is not None})
        if code := self.error.get("code"):
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{str(code).replace('_', '-')}"


def invalid(message: str, param: str | None = None, code: str | None = None, status: int = 400) -> StripeProblem:
    return StripeProblem(status, "invalid_request_error", message, param=param, code=code)


def missing_param(param: str) -> StripeProblem:
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def unknown_param(param: str) -> StripeProblem:
    return invalid(f"Received unknown parameter: {param}", param, "parameter_unknown")


def no_such(noun: str, id: str, param: str = "id", status: int = 400) -> StripeProblem:
    """In the address: 404. Named by a parameter: 400."""
    return invalid(f"No such {noun}: '{id}'", param, "resource_missing", 404 if param == "id" else status)


def no_such_address(method: str, path: str) -> StripeProblem:
    return invalid(
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. "
        "If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.",
        status=404,
    )


def no_key() -> StripeProblem:
    return StripeProblem(
        401,
        "invalid_request_error",
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer "
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )


def wrong_key(key: str) -> StripeProblem:
    shown = key[:8] + "*" * max(len(key) - 12, 4) + key[-4:] if len(key) > 12 else "****"
    return StripeProblem(401, "invalid_request_error", f"Invalid API Key provided: {shown}")


def other_params(key: str) -> StripeProblem:
    return StripeProblem(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using "
        f"a key other than '{key}' if you meant to execute a different request.",
    )


def declined(
    message: str, code: str, decline_code: str | None = None, *, keep: bool = True, **more: Any
) -> StripeProblem:
    return StripeProblem(402, "card_error", message, keep=keep, code=code, decline_code=decline_code, **more)
