"""The simulator as an ASGI application: keys, idempotency, transactions and errors around the endpoints."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import billing.simulator.parts  # noqa: F401  (registers how objects are completed)
from billing.simulator.api import (  # noqa: F401  (they register their endpoints)
    account,
    administration,
    catalogue,
    checkout,
    coupons,
    customers,
    disputes,
    invoiceitems,
    invoices,
    payment_methods,
    portal,
    previews,
    schedules,
    subscription_items,
    subscriptions,
)
from billing.simulator.api.routing import ENDPOINTS, Endpoint, Ready
from billing.simulator.engine import timeline
from billing.simulator.forms import decode
from billing.simulator.pages.serving import routes as page_routes
from billing.simulator.params import Params
from billing.simulator.problems import StripeProblem, no_key, no_such_address, other_params, wrong_key
from billing.simulator.rendering import expand
from billing.simulator.store import printed
from billing.simulator.webhooks import Courier
from billing.simulator.world import API_VERSION, Asked, World

log = logging.getLogger("billing.simulator")
TICK = 1.0
LAST_DELIVERY = 3.0  # seconds that a delivery under way may take when the simulator ends


class Simulator:
    """One world, one lock, one courier."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lock = threading.RLock()
        self.courier = Courier(world, self.lock)

    # --- requests -----------------------------------------------------------------------------------------------------

    def answer(
        self, endpoint: Endpoint, path: dict[str, str], query: str, body: str, headers: dict[str, str]
    ) -> Response:
        asked = Asked(f"req_{secrets.token_hex(7)}", headers.get("idempotency-key"))
        try:
            self._check_key(headers)
            with self.lock:
                return self._answer(endpoint, path, query, body, asked)
        except StripeProblem as problem:
            return _json({"error": problem.error}, problem.status, asked)
        except Exception:
            log.exception("%s %s failed", endpoint.method, endpoint.path)
            message = "An unknown error occurred"
            return _json({"error": {"message": message, "type": "api_error"}}, 500, asked)
        finally:
            self.told()

    def told(self) -> None:
        """There may be something to deliver."""
        self.courier.wake.set()

    def _answer(self, endpoint: Endpoint, path: dict[str, str], query: str, body: str, asked: Asked) -> Response:
        key = asked.idempotency_key if endpoint.method == "POST" else None
        mark = hashlib.sha256(json.dumps([endpoint.path, path, body]).encode()).hexdigest()
        if key and (held := self._held(key, mark)):
            return held
        try:
            with self.world.store.transaction():
                self.world.asked, self.world.quiet = asked, False
                shown = self._run(endpoint, path, decode(body) if body else decode(query))
                self._remember(key, mark, 200, shown)
        except StripeProblem as problem:
            if problem.status == 402:
                with self.world.store.transaction():
                    self._remember(key, mark, 402, {"error": problem.error})
            raise
        return _json(shown, 200, asked)

    def _run(self, endpoint: Endpoint, path: dict[str, str], data: dict[str, Any]) -> dict[str, Any]:
        asked = data.pop("expand", [])
        paths = [str(path) for path in (asked if isinstance(asked, list) else [asked])]
        p = Params(data)
        result = endpoint.handler(self.world, p, **path)
        p.finish()
        shown = result if isinstance(result, Ready) else self.world.render(result)
        expanded: dict[str, Any] = expand(self.world, dict(shown), paths)
        return expanded

    def _check_key(self, headers: dict[str, str]) -> None:
        """Raises StripeProblem without a key of the test mode."""
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                value = base64.b64decode(value).decode(errors="replace").partition(":")[0]
            except ValueError:
                raise no_key() from None
        if not value:
            raise no_key()
        wanted = self.world.options.key
        if (wanted and value != wanted) or not value.startswith(("sk_test_", "rk_test_")):
            raise wrong_key(value)

    def _held(self, key: str, mark: str) -> Response | None:
        """The answer given before to the same idempotency key. Raises StripeProblem when it asked something else."""
        row = self.world.store.db.execute("select asked, status, body from answers where key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[0] != mark:
            raise other_params(key)
        response = Response(row[2], row[1], media_type="application/json")
        response.headers.update({"Idempotency-Key": key, "Idempotent-Replayed": "true"})
        return response

    def _remember(self, key: str | None, mark: str, status: int, shown: dict[str, Any]) -> None:
        if key:
            body = printed(shown).decode()
            self.world.store.db.execute(
                "insert or replace into answers values (?, ?, ?, ?, ?)", (key, mark, status, body, int(time.time()))
            )

    # --- time ---------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let real time do its part."""
        with self.lock, self.world.store.transaction():
            self.world.asked, self.world.quiet = Asked(), False
            happened = timeline.run_until(self.world, None, self.world.real_time())
        if happened:
            self.told()

    async def keep_ticking(self) -> None:
        while True:
            try:
                await run_in_threadpool(self.tick)
            except Exception:
                log.exception("What was due could not happen.")
            await asyncio.sleep(TICK)


def _json(shown: dict[str, Any], status: int, asked: Asked) -> Response:
    response = Response(printed(shown), status, media_type="application/json")
    response.headers["Request-Id"] = asked.id or ""
    response.headers["Stripe-Version"] = API_VERSION
    if asked.idempotency_key:
        response.headers["Idempotency-Key"] = asked.idempotency_key
    return response


def make_app(world: World) -> Starlette:
    simulator = Simulator(world)
    # An idempotency key is good for a day.
    world.store.db.execute("delete from answers where at < ?", (int(time.time()) - 86_400,))
    if world.store.setting("born") is None:
        world.store.set("born", int(time.time()))
    if last := world.store.setting("after_retries"):
        world.options.after_retries = last
    if days := world.store.setting("retry_days"):
        world.options.retry_days = tuple(days)

    def serve(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def view(request: Request) -> Response:
            body = (await request.body()).decode(errors="replace")
            headers = {name.lower(): value for name, value in request.headers.items()}
            return await run_in_threadpool(
                simulator.answer, endpoint, dict(request.path_params), request.url.query, body, headers
            )

        return view

    async def unknown(request: Request) -> Response:
        problem = no_such_address(request.method, request.url.path)
        return _json({"error": problem.error}, 404, Asked(f"req_{secrets.token_hex(7)}"))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        simulator.courier.start()
        ticking = asyncio.create_task(simulator.keep_ticking())
        yield
        # Every thread of ours is over before the data is closed: none is caught in the middle of SQLite.
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        simulator.courier.stop()
        await run_in_threadpool(simulator.courier.join, LAST_DELIVERY)
        with simulator.lock:
            world.store.db.close()

    # Fixed names before {id}: create_preview is no invoice.
    ordered = sorted(ENDPOINTS, key=lambda e: e.path.count("{"))
    methods = ["GET", "POST", "DELETE", "PUT", "PATCH"]
    return Starlette(
        routes=[
            *(Route(e.path, serve(e), methods=[e.method]) for e in ordered),
            *page_routes(simulator),
            Route("/{rest:path}", unknown, methods=methods),
        ],
        lifespan=lifespan,
    )
