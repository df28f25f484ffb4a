"""Which company a host name means: one indexed query, the same for HTTP and websockets."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http.request import split_domain_port

from tenants.models import Tenant
from tenon.tenancy.addresses import company_host, company_url, origin
from tenon.tenancy.context import outside
from tenon.tenancy.plain import PlainQuery

__all__ = ["apex_hosts", "company_host", "company_url", "hostname", "is_apex", "origin", "tenant_of_host"]

_BY_DOMAIN = PlainQuery(
    Tenant, "from tenants_tenant r join tenants_domain d on d.tenant_id = r.id where d.domain = %s limit 1"
)


@cache
def apex_hosts() -> frozenset[str]:
    """Names that belong to nobody in particular: the base domain itself and what else is allowed literally."""
    return frozenset(h for h in settings.ALLOWED_HOSTS if not h.startswith(".") and h != "*")


def hostname(host: str) -> str:
    """Without port and trailing dot, in lower case; empty when it is not well formed."""
    name, _port = split_domain_port(host)
    return name.removesuffix(".")


def is_apex(name: str) -> bool:
    return name in apex_hosts()


def tenant_of_host(name: str) -> Tenant | None:
    """Nothing is kept between requests: a switched feature counts at the next one, in every process."""
    with outside():
        return _BY_DOMAIN.first(name)
