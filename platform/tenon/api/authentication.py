"""Who acts: taken from the request, where the company's middleware put it."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from tenon.access.actor import Actor
from tenon.api.calls import count_call
from tenon.api.throttling import count, refuse_beyond
from tenon.problems import Forbidden, Unauthenticated


class CsrfRefused(Forbidden):
    type = "csrf"
    title = _("The page is out of date; load it again")


def enforce_csrf(request: HttpRequest) -> None:
    """Browsers carry the session by themselves, so a writing request must show the token as well."""
    check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type,return-value]
    check.process_request(request)
    reason = check.process_view(request, cast(Any, None), (), {})
    if reason:
        raise CsrfRefused(_("CSRF check failed: %(reason)s") % {"reason": reason})


class ActorAuthentication(BaseAuthentication):
    """Members by session (with CSRF), API keys by header (and not too often). Without either: 401."""

    def authenticate(self, request: Request) -> tuple[Any, Actor]:
        django_request = request._request
        actor = getattr(django_request, "actor", None)
        if actor is None:
            raise Unauthenticated()
        if actor.kind == "member":
            enforce_csrf(django_request)
        django_request.budget = count(actor)  # type: ignore[attr-defined]  # the middleware tells what is left of it
        refuse_beyond(django_request.budget)  # type: ignore[attr-defined]
        count_call(actor)
        return getattr(django_request, "user", None), actor

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Tenon"'


def actor_of(request: Request) -> Actor:
    """The actor of an authenticated API request."""
    return cast(Actor, request.auth)
