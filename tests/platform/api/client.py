"""Calling the API as a given actor."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from tenon.access.actor import Actor


class Api:
    """Calls views as `actor`; what comes before them (host, session, key) is tested with the tenants app."""

    def __init__(self, actor: Actor | None) -> None:
        self.actor = actor

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        extra = {f"HTTP_{k.upper()}": v for k, v in headers.items()}
        data = b"" if body is None else json.dumps(body).encode()
        request: HttpRequest = getattr(RequestFactory(), method.lower())(
            path, **({} if method == "GET" else {"data": data, "content_type": "application/json"}), **extra
        )
        request.actor = self.actor  # type: ignore[attr-defined]
        request.request_id = "test-request"  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        match = resolve(request.path_info)
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
        return Answer(response)

    def get(self, path: str, **headers: str) -> Answer:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", path, body or {}, **headers)

    def patch(self, path: str, body: Any, version: int | None = None, **headers: str) -> Answer:
        return self("PATCH", path, body, **({"if_match": f'"{version}"'} if version is not None else {}), **headers)

    def delete(self, path: str, version: int | None = None) -> Answer:
        return self("DELETE", path, **({"if_match": f'"{version}"'} if version is not None else {}))


class Answer:
    def __init__(self, response: Any) -> None:
        self.response, self.status = response, response.status_code

    @property
    def content(self) -> bytes:
        if getattr(self.response, "streaming", False):
            return b"".join(self.response.streaming_content)
        return bytes(self.response.content)

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def type(self) -> str:
        return str(self.json["type"]).removeprefix("/problems/")

    def fields(self) -> set[str]:
        return {error["field"] for error in self.json.get("errors", [])}
