"""A simulator on a free port, the real SDK pointed at it, an endpoint that takes webhooks, and a shop to buy from."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

ROOT = Path(__file__).resolve().parents[3]
SECRET = "whsec_of_the_tests"
APRIL = 1_775_001_600  # 2026-04-01 00:00 UTC: a month of 30 days begins
DAY = 86_400


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A simulator that runs in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str = "sk_test_of_the_tests") -> Any:
        return stripe.StripeClient(key, base_addresses={"api": self.url}, max_network_retries=0).v1

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(15) == 0


def start(*options: str, port: int | None = None) -> Running:
    port = port or free_port()
    command = [sys.executable, "-m", "billing.simulator", "--port", str(port), *options]
    running = Running(port, subprocess.Popen(command, cwd=ROOT))
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert running.process.poll() is None, "the simulator ended by itself"
        try:
            httpx.get(running.url + "/v1/account", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return running
    raise AssertionError("the simulator did not answer within 30 s")


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    with serving_receiver() as taken:
        yield taken


@pytest.fixture(scope="session")
def simulator(receiver: Receiver) -> Iterator[Running]:
    running = start("--webhook", receiver.url, "--secret", SECRET)
    yield running
    running.stop()


@pytest.fixture
def api(simulator: Running) -> Any:
    return simulator.client()


@pytest.fixture
def browser(simulator: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.url, trust_env=False, headers={"Accept-Language": "en"}) as client:
        yield client


@dataclass
class Receiver:
    """Takes webhooks; `answer` says with which status."""

    port: int
    taken: list[tuple[bytes, str]] = field(default_factory=list)
    answer: Callable[[bytes], int] = lambda body: 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def events(self, type: str, *, of: str | None = None) -> list[Any]:
        """Verified by the SDK's own check."""
        mine = [(b, h) for b, h in list(self.taken) if type.encode() in b and (of or "").encode() in b]
        events = (stripe.Webhook.construct_event(body, header, SECRET) for body, header in mine)
        wanted = ((e, e.data.object.to_dict()) for e in events if e.type == type)
        return [e for e, thing in wanted if of is None or of in (thing.get("id"), thing.get("customer"))]

    def wait_for(self, type: str, *, of: str | None = None, count: int = 1) -> list[Any]:
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if len(found := self.events(type, of=of)) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{type} did not arrive {count} times; came: {[b[:60] for b, _ in self.taken[-5:]]}")


class serving_receiver:
    def __enter__(self) -> Receiver:
        receiver = Receiver(0)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answer(body)
                receiver.taken.append((body, self.headers["Stripe-Signature"]))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        receiver.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return receiver

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Shop:
    """Products, and a customer whose time we move."""

    api: Any
    clock: Any
    customer: Any

    def price(self, amount: int, interval: str = "month", name: str = "CRM", **more: Any) -> str:
        product = self.api.products.create({"name": name})
        values = {"currency": "usd", "unit_amount": amount, "recurring": {"interval": interval}, **more}
        return str(self.api.prices.create({"product": product.id, **values}).id)

    def card(self, token: str = "pm_card_visa") -> str:
        """The customer's card from now on."""
        method = self.api.payment_methods.attach(token, {"customer": self.customer.id})
        settings = {"default_payment_method": method.id}
        self.api.customers.update(self.customer.id, {"invoice_settings": settings})
        return str(method.id)

    def subscribe(self, *prices: str, quantity: int = 1, **more: Any) -> Any:
        items = [{"price": price, "quantity": quantity} for price in prices]
        return self.api.subscriptions.create({"customer": self.customer.id, "items": items, **more})

    def until(self, moment: int) -> None:
        clock = self.api.test_helpers.test_clocks.advance(self.clock.id, {"frozen_time": moment})
        assert clock.status == "ready"

    def see(self, subscription: Any) -> Any:
        return self.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice.payments"]})

    def types(self, since: int = 0) -> list[str]:
        """The events of this customer in the order in which they happened."""
        found = []
        for event in self.api.events.list({"limit": 100}).auto_paging_iter():
            thing = event.data.object.to_dict()
            if self.customer.id in (thing.get("customer"), thing.get("id")) and event.created >= since:
                found.append(event.type)
            if event.type == "customer.created" and thing["id"] == self.customer.id:
                break
        return found[::-1]


@pytest.fixture
def shop(api: Any) -> Shop:
    return new_shop(api)


def new_shop(api: Any, begins: int = APRIL) -> Shop:
    clock = api.test_helpers.test_clocks.create({"frozen_time": begins})
    customer = api.customers.create({"email": "buyer@example.com", "name": "Acme", "test_clock": clock.id})
    return Shop(api, clock, customer)


def error_of(refused: pytest.ExceptionInfo[Any]) -> Any:
    """The error as it was answered."""
    body: Any = refused.value.json_body
    return body["error"]


def item_of(subscription: Any, n: int = 0) -> Any:
    return subscription["items"].data[n]


def amounts(invoice: Any) -> list[tuple[str, int]]:
    return [(line.description, line.amount) for line in invoice.lines.data]
