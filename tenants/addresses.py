"""The address of whoever calls, and whether a company lets it in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.errors import AddressRefused
from tenants.models import Tenant
from tenon.problems import FieldError, Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
MOST = 200


@lru_cache(maxsize=1024)
def networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in written)


def _address(text: str) -> Address | None:
    text = text.strip().removeprefix("[").partition("]")[0].partition("%")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # ::ffff:10.0.0.1 is 10.0.0.1, also where a list of networks is concerned.
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _within(address: Address, among: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in among)


def client_address(peer: str, forwarded: str) -> str | None:
    """`peer` is who the connection is with, `forwarded` its X-Forwarded-For. That header counts only as far as proxies
    of ours wrote it: from the right, past each trusted proxy (`TENON_TRUSTED_PROXIES`), to the first address that is
    none. With `TENON_BEHIND_PROXY` alone there is one proxy, whatever its address."""
    hops = [part for part in forwarded.split(",") if part.strip()]
    trusted = networks(tuple(settings.TRUSTED_PROXIES))
    current = _address(peer)
    if trusted:
        while hops and current is not None and _within(current, trusted):
            current = _address(hops.pop())
    elif settings.BEHIND_PROXY and hops:
        current = _address(hops[-1])
    return str(current) if current is not None else None


def client_ip(request: HttpRequest) -> str | None:
    return client_address(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def check_address(tenant: Tenant, ip: str | None) -> None:
    """Raises AddressRefused where the company is reached from named networks only, and this is none of them."""
    if tenant.allowed_addresses:
        address = _address(ip or "")
        if address is None or not _within(address, networks(tuple(tenant.allowed_addresses))):
            raise AddressRefused(address=ip or "")


def checked_networks(written: Iterable[str], own: str | None) -> list[str]:
    """A list of networks as it is kept: each once, in its shortest form. Raises Invalid that names each wrong line, and
    for a list that would shut out whoever saves it."""
    kept: list[str] = []
    errors: list[FieldError] = []
    for index, text in enumerate(written):
        text = text.strip()
        if not text:
            continue
        try:
            network = str(ip_network(text, strict=False))
        except ValueError:
            message = _("%(text)s is no address and no network (such as 203.0.113.0/24)") % {"text": text[:60]}
            errors.append(FieldError(f"allowed_addresses.{index}", "invalid", message))
            continue
        if network not in kept:
            kept.append(network)
    if len(kept) > MOST:
        errors.append(FieldError("allowed_addresses", "too_many", _("At most %(n)s networks") % {"n": MOST}))
    if errors:
        raise Invalid(errors=errors)
    address = _address(own or "")
    if kept and (address is None or not _within(address, networks(tuple(kept)))):
        raise Invalid.field(
            "allowed_addresses",
            _("You are calling from %(ip)s: this list would shut you out") % {"ip": own or "?"},
            "shuts_out",
        )
    return kept
