"""The language of a request: what it asks for, else the member's, else the company's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from tenon.tenancy.context import current_or_none


def supported(language: str) -> str | None:
    """`zh`, `zh-CN`, `zh-hans` → `zh-hans`; None when we do not speak it."""
    if language.lower() == "zh":
        return "zh-hans"
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return None


def language_of(request: HttpRequest) -> str:
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        found = supported(wanted) if wanted != "*" else None
        if found:
            return found
    actor, company = getattr(request, "actor", None), current_or_none()
    for wanted in (getattr(actor, "language", ""), company.language if company else ""):
        found = supported(wanted) if wanted else None
        if found:
            return found
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Runs inside the company, after the actor is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
