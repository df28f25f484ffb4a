"""Refusals and mishaps as problem documents (RFC 9457), whatever raised them."""

from __future__ import annotations

import logging
import re
from typing import Any

import psycopg
from django.core import exceptions as django
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.response import Response

from tenon import problems
from tenon.api.integrity import problem_of_integrity, problem_of_protected
from tenon.api.renderers import dumps
from tenon.api.request_id import request_id_of
from tenon.problems import FieldError, Problem

log = logging.getLogger("tenon.api")
CONTENT_TYPE = "application/problem+json"
_SQLSTATE_LOCKED = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)


class MethodNotAllowed(Problem):
    type, status, title = "method-not-allowed", 405, _("This is not possible here")


class Unsupported(Problem):
    type, status, title = "unsupported-media-type", 415, _("This kind of content is not understood here")


class TooLarge(Problem):
    type, status, title = "too-large", 413, _("This is too large")


class Busy(Problem):
    type, status, title = "busy", 503, _("The database is busy; try again shortly")


class Broken(Problem):
    type, status, title = "error", 500, _("Something went wrong on our side")


def document(problem: Problem, request_id: str = "") -> dict[str, Any]:
    """The body of a problem."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.type}",
        "title": force_str(problem.title),
        "status": problem.status,
        "detail": force_str(problem.detail),
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [{"field": e.field, "code": e.code, "message": force_str(e.message)} for e in problem.errors]
    for name, value in problem.extra.items():
        body.setdefault(name, value)
    return body


def as_problem(error: BaseException) -> Problem | None:
    """The problem that an exception stands for; None when it is a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, django.ValidationError):
        return _of_validation(error)
    if isinstance(error, (ProtectedError, RestrictedError)):
        return problem_of_protected(error)
    if isinstance(error, IntegrityError):
        return problem_of_integrity(error)
    if isinstance(error, (Http404, drf.NotFound, django.ObjectDoesNotExist)):
        return problems.NotFound()
    if isinstance(error, (django.PermissionDenied, drf.PermissionDenied)):
        return problems.Forbidden()
    if isinstance(error, django.RequestDataTooBig):
        return TooLarge()
    if isinstance(error, (django.SuspiciousOperation, django.BadRequest)):
        return problems.Invalid()
    if isinstance(error, drf.APIException):
        return _of_drf(error)
    if isinstance(error, DatabaseError):
        return _of_database(error)
    return None


def _of_validation(error: django.ValidationError) -> Problem:
    if hasattr(error, "error_dict"):
        found = [
            FieldError("" if key == django.NON_FIELD_ERRORS else key, e.code or "invalid", m)
            for key, errors in error.error_dict.items()
            for e in errors
            for m in e.messages
        ]
    else:
        found = [FieldError("", e.code or "invalid", m) for e in error.error_list for m in e.messages]
    return problems.Invalid(found[0].message if len(found) == 1 else "", errors=found)


def _flatten(detail: Any, path: str = "") -> list[FieldError]:
    if isinstance(detail, dict):
        paths = {k: path if k == "non_field_errors" else f"{path}.{k}".strip(".") for k in detail}
        return [e for k, v in detail.items() for e in _flatten(v, paths[k])]
    if isinstance(detail, list):
        found = []
        for index, item in enumerate(detail):
            nested = isinstance(item, (dict, list))
            found += _flatten(item, f"{path}.{index}".strip(".") if nested else path)
        return found
    return [FieldError(path, getattr(detail, "code", "invalid"), str(detail))]


def _of_drf(error: drf.APIException) -> Problem:
    if isinstance(error, drf.ValidationError):
        return problems.Invalid(errors=_flatten(error.detail))
    if isinstance(error, (drf.NotAuthenticated, drf.AuthenticationFailed)):
        return problems.Unauthenticated()
    if isinstance(error, drf.Throttled):
        return problems.TooManyRequests(retry_after=int(getattr(error, "wait", None) or 1))
    if isinstance(error, drf.MethodNotAllowed):
        return MethodNotAllowed(error.detail)
    if isinstance(error, (drf.UnsupportedMediaType, drf.NotAcceptable)):
        return Unsupported(error.detail)
    if error.status_code < 500:
        return problems.Invalid(error.detail)
    return Broken()


def _of_database(error: DatabaseError) -> Problem | None:
    cause = error.__cause__
    if isinstance(cause, psycopg.errors.NumericValueOutOfRange):
        return problems.Invalid(_("A number is larger than what can be stored."))
    if isinstance(cause, psycopg.errors.StringDataRightTruncation):
        return problems.Invalid(_("A text is longer than what can be stored."))
    if isinstance(cause, (psycopg.errors.UntranslatableCharacter, psycopg.errors.CharacterNotInRepertoire)) or (
        isinstance(error, DataError) and "NUL" in str(error)
    ):
        return problems.Invalid(_("A text holds characters that cannot be stored."))
    if isinstance(cause, psycopg.errors.RestrictViolation):
        return problems.Conflict(_("Posted entries are not changed or deleted: reverse them instead."))
    if isinstance(cause, psycopg.errors.RaiseException):
        # A constraint trigger of ours speaks: its words are meant for people.
        return problems.Conflict(cause.diag.message_primary or "")
    if isinstance(error, OperationalError) and isinstance(
        cause, (*_SQLSTATE_LOCKED, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
    ):
        return Busy()
    return None


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler. Faults of ours are logged with their trace and answered without it."""
    request = context.get("request")
    request_id = request_id_of(getattr(request, "_request", request)) if request is not None else ""
    problem = as_problem(error)
    if problem is None:
        log.exception("unhandled error in %s (request %s)", context.get("view"), request_id, exc_info=error)
        problem = Broken()
    response = Response(document(problem, request_id), status=problem.status, content_type=CONTENT_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Tenon"'
    if retry := problem.extra.get("retry_after"):
        response["Retry-After"] = str(retry)
    return response


def respond(problem: Problem, request: HttpRequest) -> HttpResponse:
    """The same outside of DRF: middlewares and Django's error handlers."""
    return HttpResponse(
        dumps(document(problem, request_id_of(request))), status=problem.status, content_type=CONTENT_TYPE
    )


_API_PATH = re.compile(r"/api/")


def is_api(request: HttpRequest) -> bool:
    return bool(_API_PATH.match(request.path_info))
