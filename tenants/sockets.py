"""The door for websockets: the same host, session, key and membership as for HTTP, and the page's origin on top."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user

from tenants import hosts, identity
from tenants.addresses import check_address, client_address
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.problems import Forbidden, NotFound, Unauthenticated
from tenon.tenancy.context import Company, outside, serving

Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


def _headers(scope: Scope) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", ())}


def _session(cookies: str) -> Any:
    try:
        jar = SimpleCookie(cookies)
    except CookieError:
        jar = SimpleCookie()
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store(morsel.value if morsel else None)


def _check_origin(headers: dict[str, str]) -> None:
    """A page of another site would carry our cookie along: browsers do not hold sockets to the same origin."""
    origin = headers.get("origin", "")
    if urlsplit(origin).netloc.lower() != headers.get("host", "").lower() or not origin:
        raise Forbidden


def admit(headers: dict[str, str], peer: str = "") -> tuple[Company, Actor]:
    """Company and actor of a socket's headers, as they are now; `peer` is the address it comes from. Raises a Problem
    when it may not be open."""
    with outside():
        name = hosts.hostname(headers.get("host", "").lower())
        tenant: Tenant | None = None if hosts.is_apex(name) else hosts.tenant_of_host(name)
        token = identity.key_token(headers.get("authorization", ""))
        if tenant is None and token is not None and hosts.is_apex(name):
            tenant = Tenant.objects.filter(pk=token.tenant_id).first()
        if tenant is None:
            raise NotFound
        identity.check_open(tenant)
        check_address(tenant, client_address(peer, headers.get("x-forwarded-for", "")))
        company = tenant.company()
        if token is not None:
            with serving(company):
                return company, identity.key_actor(tenant, token)[1]
        _check_origin(headers)
        session = _session(headers.get("cookie", ""))
        person = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
        if not person.is_authenticated or not identity.session_fits(session, tenant):
            raise Unauthenticated
        with serving(company):
            actor = identity.member_actor(tenant, person.pk, session)[1]
            identity.check_second_factor(tenant, person.pk)
            return company, actor


class SocketDoor:
    """ASGI: gives the consumer `scope["admit"]`, to be asked at the handshake and whenever rights may have changed."""

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        peer = (scope.get("client") or ("", 0))[0]
        await self.inner({**scope, "admit": partial(admit, _headers(scope), peer)}, receive, send)
