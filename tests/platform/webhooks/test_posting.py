"""The call to the outside reaches public addresses only, follows nobody, and ends in time."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from tenon.webhooks import posting
from tenon.webhooks.errors import AddressForbidden
from tenon.webhooks.rules.signing import headers, new_secret, signature
from tests.platform.webhooks.listening import listening

PRIVATE = (
    "127.0.0.1", "127.8.9.1", "10.0.0.7", "172.16.4.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[::ffff:10.0.0.7]", "[64:ff9b::a00:7]",
    "[2002:a00:7::]", "198.18.0.1",
)  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_by_name_and_by_number(
    host: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(AddressForbidden):
        posting.check_url(f"https://{host}/x")
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(family, socket.SOCK_STREAM, 6, "", (bare, 443))])
    answer = posting.post("https://looks-harmless.example/x", b"{}", {})
    assert answer.status is None
    assert "public internet" in answer.text


def test_one_private_address_among_public_ones_is_a_trick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_NETWORKS = []
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: both)
    called: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: called.append(a))
    assert posting.post("https://twofaced.example/", b"{}", {}).status is None
    assert called == []


def test_the_connection_goes_to_the_address_that_was_looked_at(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time is asked once."""
    settings.WEBHOOK_NETWORKS = []
    asked, called = [], []

    def resolve(host: str, *_a: Any, **_k: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", 443))]

    def connect(address: Any, **_k: Any) -> Any:
        called.append(address)
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    posting.post("https://rebinding.example/", b"{}", {})
    assert called == [("93.184.216.34", 443)]
    assert asked == ["rebinding.example"]


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "https://", "https://user:pw@a.example/", "https://a.example:99999/", "javascript:1",
            "https://a.exam ple/", "https://a.example/\r\nX: y", "http://a.example/"],
)  # fmt: skip
def test_what_is_no_address(url: str, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(AddressForbidden):
        posting.check_url(url)


def test_a_redirect_is_an_answer_and_not_followed(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with listening() as inner, listening() as ear:
        ear.status, ear.headers = 302, {"Location": inner.url}
        answer = posting.post(ear.url, b"{}", {"webhook-id": "1"})
        assert (answer.status, answer.ok) == (302, False)
        assert inner.heard == []
        assert ear.heard[0][0]["user-agent"] == posting.AGENT


def test_who_answers_a_byte_at_a_time_is_hung_up_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(posting, "DEADLINE", 0.6)
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        peer, _address = server.accept()
        with peer:
            while not done.is_set():
                try:
                    peer.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    answer = posting.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
    done.set()
    server.close()
    assert answer.status is None
    assert time.monotonic() - began < 5


def test_signatures_are_those_of_standard_webhooks() -> None:
    # The example of the specification's own libraries.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    both = headers([secret, new_secret()], "m", 1, body)["webhook-signature"].split()
    assert len(both) == 2
    assert all(s.startswith("v1,") for s in both)
