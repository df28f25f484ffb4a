"""Where companies live in browsers: host names and addresses, for links that go out."""

from __future__ import annotations

from django.conf import settings


def company_host(slug: str) -> str:
    return f"{slug}.{settings.BASE_DOMAIN}"


def origin(name: str) -> str:
    """The address of a host as browsers write it."""
    port = str(settings.BASE_PORT)
    usual = (settings.BASE_SCHEME, port) in (("http", "80"), ("https", "443"))
    return f"{settings.BASE_SCHEME}://{name}" + ("" if usual or not port else f":{port}")


def company_url(slug: str) -> str:
    return origin(company_host(slug))
