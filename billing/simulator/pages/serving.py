"""The hosted pages over HTTP: a form in, a page or a redirect out, each in one transaction."""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from billing.simulator.pages import checkout, invoice, portal
from billing.simulator.pages.visit import Visit
from billing.simulator.problems import StripeProblem
from billing.simulator.world import Asked, World

log = logging.getLogger("billing.simulator")
View = Callable[..., Response]


class Serving(Protocol):
    """As much of the simulator as pages need: a world, the lock around it, and somebody who carries events out."""

    world: World
    lock: threading.RLock

    def told(self) -> None:
        """Something may have happened that wants to be delivered."""


def routes(simulator: Serving) -> list[Route]:
    views: list[tuple[str, View]] = [
        ("/c/pay/{id}", checkout.pay),
        ("/c/confirm/{id}", checkout.confirm),
        ("/p/session/{id}/{secret}", portal.home),
        ("/i/{id}", invoice.show),
        ("/i/{id}/pdf", invoice.pdf),
        ("/3ds/{id}", invoice.authenticate),
    ]
    return [Route(path, _serve(simulator, view), methods=["GET", "POST"]) for path, view in views]


def _serve(simulator: Serving, view: View) -> Callable[[Request], Awaitable[Response]]:
    def run(visit: Visit, path: dict[str, str]) -> Response:
        with simulator.lock:
            try:
                with simulator.world.store.transaction():
                    simulator.world.asked, simulator.world.quiet = Asked(), False
                    return view(visit, **path)
            except StripeProblem as problem:
                return visit.message("", str(problem), status=problem.status)
            except Exception:
                log.exception("A page failed")
                raise
            finally:
                simulator.told()

    async def endpoint(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
        visit = Visit(
            simulator.world,
            form if request.method == "POST" else {},
            dict(request.query_params),
            request.headers.get("accept-language", ""),
        )
        if request.method == "POST":
            form.setdefault("action", "")
        return await run_in_threadpool(run, visit, dict(request.path_params))

    return endpoint
