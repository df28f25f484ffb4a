"""The real SDK and the simulator in one process, without a network between: for tests with thousands of requests.

Everything but the sockets is the same: the SDK's encoding, errors and paging, the simulator's keys, transactions and
events. What the webhooks would carry is in `events()`, signed bodies in `deliveries()`.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit

import stripe
from starlette.routing import compile_path

from billing.simulator.api.administration import add_endpoint
from billing.simulator.api.routing import ENDPOINTS
from billing.simulator.app import Simulator
from billing.simulator.rendering import render
from billing.simulator.store import Store, printed
from billing.simulator.webhooks import signature
from billing.simulator.world import Options, World

SECRET = "whsec_in_process"
_ROUTES = [(e, compile_path(e.path)[0]) for e in sorted(ENDPOINTS, key=lambda e: e.path.count("{"))]


class InProcess(stripe.HTTPClient):
    """`InProcess().client()` is a StripeClient (v1) with a simulator of its own."""

    name = "in process"

    def __init__(
        self, options: Options | None = None, *, image: bytes | None = None, rows: list[list[Any]] | None = None
    ) -> None:
        super().__init__()
        self.simulator = Simulator(World(Store(None), options or Options()))
        if image is not None:
            self.simulator.world.store.db.deserialize(image)
            return
        if rows is not None:
            self.simulator.world.store.db.executemany(
                "insert into objects (id, kind, owner, scope, due, data) values (?, ?, ?, ?, ?, ?)", rows
            )
            return
        with self.simulator.world.store.transaction():
            add_endpoint(self.simulator.world, "http://127.0.0.1:1/", ["*"], SECRET)

    def image(self) -> bytes:
        """The whole world as it is, to begin others with."""
        return self.simulator.world.store.db.serialize()

    def objects(self) -> list[list[Any]]:
        """All objects but what was told about them, to be read back by `rows`."""
        found = self.simulator.world.store.db.execute(
            "select id, kind, owner, scope, due, data from objects where kind not in ('event', 'webhook_endpoint') "
            "order by seq"
        )
        return [list(row) for row in found]

    def ask(self, path: str, body: str) -> Any:
        """The simulator's own addresses."""
        headers = {"Authorization": "Bearer sk_test_in_process"}
        answer, status, _headers = self.request("post", f"http://127.0.0.1{path}", headers, body)
        assert status == 200, answer
        return json.loads(answer)

    def client(self) -> Any:
        return stripe.StripeClient("sk_test_in_process", http_client=self, max_network_retries=0).v1

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        parts = urlsplit(url)
        lower = {name.lower(): value for name, value in headers.items()}
        for endpoint, pattern in _ROUTES:
            if endpoint.method == method.upper() and (found := pattern.match(parts.path)):
                body = post_data.decode() if isinstance(post_data, bytes) else (post_data or "")
                answer = self.simulator.answer(endpoint, found.groupdict(), parts.query, body, lower)
                return bytes(answer.body).decode(), answer.status_code, dict(answer.headers)
        raise AssertionError(f"no such address: {method} {parts.path}")

    def close(self) -> None:
        pass

    def events(self) -> list[dict[str, Any]]:
        """All events so far, in the order in which they happened."""
        world = self.simulator.world
        with self.simulator.lock:
            return [render(world, event) for event in world.all("event")]

    def deliveries(self) -> list[tuple[bytes, str]]:
        """For every event the body and the Stripe-Signature header of its webhook, as of now."""
        bodies = (printed(event) for event in self.events())
        return [(body, signature(body, [SECRET], int(time.time()))) for body in bodies]
