"""The hosted pages over HTTP: a form in, a page or a redirect out, each in one transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from billing.simulator.pages.words import language_of, translator
from billing.simulator.problems import StripeProblem
from billing.simulator.rules.amounts import written
from billing.simulator.world import Asked, World

if TYPE_CHECKING:
    from billing.simulator.app import Simulator

log = logging.getLogger("billing.simulator")
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass
class Visit:
    """One request of a browser: what was filled in, and which language it reads."""

    world: World
    form: dict[str, str]
    query: dict[str, str]
    accepted: str

    def page(self, template: str, locale: str | None = None, status: int = 200, **values: Any) -> Response:
        language = language_of(self.query.get("locale") or locale, self.accepted)

        def day(moment: int) -> str:
            when = datetime.fromtimestamp(moment, UTC)
            return f"{when.year}年{when.month}月{when.day}日" if language == "zh" else when.strftime("%d %b %Y")

        html = _TEMPLATES.get_template(template).render(
            _=translator(language), language=language, money=written, day=day, form=self._typed(), **values
        )
        response = Response(html, status, media_type="text/html")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        return response

    def _typed(self) -> defaultdict[str, str]:
        """What was filled in, so that it need not be typed again; nothing for the rest."""
        return defaultdict(str, self.form)

    def message(self, title: str, text: str, locale: str | None = None, status: int = 200) -> Response:
        return self.page("message.html", locale, status, title=title, text=text)


def redirect(url: str) -> Response:
    return RedirectResponse(url, 303)


View = Callable[..., Response]


def routes(simulator: Simulator) -> list[Route]:
    from billing.simulator.pages import checkout, invoice, portal

    views: list[tuple[str, View]] = [
        ("/c/pay/{id}", checkout.pay),
        ("/c/confirm/{id}", checkout.confirm),
        ("/p/session/{id}/{secret}", portal.home),
        ("/i/{id}", invoice.show),
        ("/i/{id}/pdf", invoice.pdf),
        ("/3ds/{id}", invoice.authenticate),
    ]
    return [Route(path, _serve(simulator, view), methods=["GET", "POST"]) for path, view in views]


def _serve(simulator: Simulator, view: View) -> Callable[[Request], Awaitable[Response]]:
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
                simulator.courier.wake.set()

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
