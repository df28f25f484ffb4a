"""One request of a browser, and the pages it is answered with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from billing.simulator.pages.words import language_of, translator
from billing.simulator.rules.amounts import written
from billing.simulator.world import World

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
