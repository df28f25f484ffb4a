"""The call to the outside: one POST, to a public address, no redirect followed, never longer than some seconds.

The name is resolved here and the connection made to the very address that was looked at: a name that answers with a
public address first and a private one later gains nothing."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tenon.webhooks.errors import AddressForbidden

TIMEOUT = 10.0  # for connecting, and for each silence of the other side
DEADLINE = 20.0  # for all of it
MOST_READ = 2000  # bytes of the answer that are kept
AGENT = "Tenon-Webhooks/1"
# Addresses that carry an IPv4 address inside: what they lead to is not for us to guess.
_WRAPPED = tuple(ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


@dataclass(frozen=True)
class Answer:
    status: int | None  # None: none came
    text: str
    duration_ms: int

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether we call it: anything in the open internet, and networks that the installation names."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address.version == n.version and address in n for n in map(ip_network, settings.WEBHOOK_NETWORKS)):
        return True
    if isinstance(address, IPv6Address) and any(address in n for n in _WRAPPED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def check_url(url: str) -> tuple[str, str, int, str]:
    """(scheme, host, port, path with query). Raises AddressForbidden."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressForbidden(_("This is not an address")) from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or any(c.isspace() or ord(c) < 33 for c in url):
        raise AddressForbidden(_("An address begins with https://"))
    if parts.scheme == "http" and not settings.WEBHOOK_NETWORKS:
        raise AddressForbidden(_("An address begins with https://"))
    if parts.username or parts.password:
        raise AddressForbidden(_("An address carries no password: the signature says who is calling"))
    try:
        literal = ip_address(host)
    except ValueError:
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            raise AddressForbidden(_("This is not an address")) from None
    else:
        if not public(literal):
            raise AddressForbidden(_("This address is not on the public internet"))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def guarded_socket(host: str, port: int) -> socket.socket:
    """A connection to a public address of `host`. Raises AddressForbidden, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in found))
    # One private address among public ones is somebody's trick: then none is called.
    if not addresses or not all(public(ip_address(a)) for a in addresses):
        raise AddressForbidden(_("This address is not on the public internet"))
    failed: OSError = OSError("no address")
    for address in addresses[:3]:
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT)
        except OSError as error:
            failed = error
    raise failed


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    plain = guarded_socket(host, port)
    try:
        connection.sock = _tls().wrap_socket(plain, server_hostname=host) if scheme == "https" else plain
    except BaseException:
        plain.close()
        raise
    return connection


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Whatever goes wrong is an answer, too. A redirect is one: nobody is sent on by somebody else."""
    began = time.monotonic()

    def over(status: int | None, text: str) -> Answer:
        return Answer(status, text.replace("\x00", "")[:MOST_READ], int((time.monotonic() - began) * 1000))

    connection: http.client.HTTPConnection | None = None
    watch: threading.Timer | None = None
    try:
        scheme, host, port, path = check_url(url)
        connection = _connection(scheme, host, port)
        # An answer of a byte now and then would keep a worker for ever: the clock hangs up.
        watch = threading.Timer(DEADLINE, _hang_up, [connection.sock])
        watch.daemon = True
        watch.start()
        connection.request("POST", path, body, {"User-Agent": AGENT, "Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return over(response.status, response.read(MOST_READ).decode("utf-8", "replace"))
    except AddressForbidden as error:
        return over(None, str(error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return over(None, f"{type(error).__name__}: {error}")
    finally:
        if watch is not None:
            watch.cancel()
        if connection is not None:
            connection.close()


def _hang_up(sock: socket.socket | None) -> None:
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
