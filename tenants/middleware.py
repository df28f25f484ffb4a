"""The door for HTTP: from the host name to the company, from session or API key to the actor.

Views find on the request `tenant` (public row), `company`, `person`, `member`, `actor`; each may be None."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tenants import hosts, identity
from tenants.addresses import check_address, client_ip
from tenants.models import Person, Tenant
from tenants.services.sessions import session_seen
from tenon.api.language import language_of
from tenon.api.problems import respond
from tenon.api.request_id import request_id_of
from tenon.problems import Invalid, NotFound, Problem, Unauthenticated
from tenon.tenancy.context import Company, serving

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Addresses that belong to people rather than to a company: they never enter one.
COMPANY_LESS = re.compile(
    r"/(?:_allauth/|api/v1/(?:companies|signup|session|invitations/accept|billing/stripe)(?:/|\Z)|dev/|static/)"
)
# What a suspended company still has: its subscription, who I am.
UNLOCKED = re.compile(r"/api/v1/(?:billing|bootstrap|me)/")
# Its data belongs to it, suspended or closed: what these addresses do, their permissions decide.
DATA = re.compile(r"/api/v1/(?:company/|jobs/\d+/)")
# Guests: people without an account who hold a link of a module's. They enter without an actor, from any network; what
# the link opens, the module proves (modules.inventory.api.portal_door).
GUESTS = re.compile(r"/api/v1/(?!billing/)[a-z]+/portal/")  # the billing portal is for members
# What is closed without an actor. Everything else (the page of the web app, its files) needs no company.
CLOSED = re.compile(r"/api/v1/")


def refuse(problem: Problem, request: HttpRequest) -> HttpResponseBase:
    with translation.override(language_of(request)):
        return respond(problem, request)


class HostMiddleware:
    """Finds the company of the host. An unknown host gets 404, whatever the path."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.tenant = request.company = request.actor = request.member = request.person = None
        try:
            name = hosts.hostname(request.get_host())
        except DisallowedHost:
            return refuse(Invalid(_("There is nothing at this address")), request)
        if not hosts.is_apex(name):
            request.tenant = hosts.tenant_of_host(name)
            if request.tenant is None:
                return refuse(NotFound(_("There is no company at this address")), request)
            request.company = request.tenant.company()
        return self.get_response(request)


class CompanyMiddleware:
    """Enters the company for as long as the response takes, the streaming of its body included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and identity.session_fits(request.session, request.tenant):
            request.person = cast(Person, user)
        if COMPANY_LESS.match(request.path_info) or not CLOSED.match(request.path_info):
            return self.get_response(request)
        if GUESTS.match(request.path_info):
            return self._as_guest(request)
        try:
            token = identity.key_token(request.headers.get("Authorization", ""))
            if token is not None:
                return self._with_key(request, token)
            if request.tenant is not None:
                self._check_open(request)
            if request.person is None or request.tenant is None:
                raise Unauthenticated
            return self._with_session(request)
        except Problem as problem:
            return refuse(problem, request)

    def _check_open(self, request: Any) -> None:
        state, path = request.tenant.state, request.path_info
        if state in (Tenant.State.SUSPENDED, Tenant.State.CLOSED) and DATA.match(path):
            return
        if not (state == Tenant.State.SUSPENDED and UNLOCKED.match(path)):
            identity.check_open(request.tenant)

    def _with_key(self, request: Any, token: identity.KeyToken) -> HttpResponseBase:
        if request.tenant is None:
            request.tenant = Tenant.objects.filter(pk=token.tenant_id).first()
        tenant = request.tenant
        if tenant is None or tenant.pk != token.tenant_id:
            raise Unauthenticated
        self._check_open(request)
        check_address(tenant, client_ip(request))
        request.company = tenant.company()
        with serving(request.company):
            request.member, request.actor = identity.key_actor(tenant, token, request_id_of(request))
            request.person = None
            return told(held_open(self.get_response(request), request.company), request)

    def _as_guest(self, request: Any) -> HttpResponseBase:
        try:
            if request.tenant is None:
                raise NotFound
            self._check_open(request)
        except Problem as problem:
            return refuse(problem, request)
        request.guest_address = client_ip(request) or ""
        request.person = None
        with serving(request.company):
            return held_open(self.get_response(request), request.company)

    def _with_session(self, request: Any) -> HttpResponseBase:
        check_address(request.tenant, client_ip(request))
        with serving(request.company):
            request.member, request.actor = identity.member_actor(
                request.tenant, request.person.pk, request.session, request_id_of(request)
            )
            identity.check_second_factor(request.tenant, request.person.pk)
            session_seen(request)
            return held_open(self.get_response(request), request.company)


def told(response: HttpResponseBase, request: Any) -> HttpResponseBase:
    """What is left of the key's allowance, where this request was counted."""
    if (budget := getattr(request, "budget", None)) is not None:
        for name, value in budget.headers().items():
            response.headers[name] = value
    return response


def held_open(response: HttpResponseBase, company: Company) -> HttpResponseBase:
    """A streamed body is made after the middlewares have returned: each piece of it is made inside the company."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _Pieces(cast(Iterator[bytes], response.streaming_content), company)
    return response


class _Pieces:
    def __init__(self, inner: Iterator[bytes], company: Company) -> None:
        self.inner, self.company = iter(inner), company

    def __iter__(self) -> _Pieces:
        return self

    def __next__(self) -> bytes:
        with serving(self.company):
            return next(self.inner)
