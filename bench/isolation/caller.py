"""The product called as a server calls it: ASGI, in this process, so that a test can plant a leak in it."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.conf import settings


@dataclass
class Answer:
    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def host_of(slug: str) -> str:
    name = f"{slug}.{settings.BASE_DOMAIN}" if slug else settings.BASE_DOMAIN
    return f"{name}:{settings.BASE_PORT}"


def _application() -> Any:
    from tenon_site.asgi import application

    return application


async def ask(method: str, slug: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    """One request; `path` may carry a query."""
    host = host_of(slug)
    route, _mark, query = path.partition("?")
    sent = {"host": host, "origin": f"{settings.BASE_SCHEME}://{host}", **(headers or {})}
    if body:
        sent = {"content-type": "application/json", "content-length": str(len(body)), **sent}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": route, "raw_path": route.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    bodies: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
    answer, parts = Answer(0, b""), []

    async def receive() -> dict[str, Any]:
        if bodies:
            return bodies.pop()
        await asyncio.Event().wait()  # nobody hangs up here
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode().lower(): v.decode("latin-1") for k, v in message["headers"]}
        else:
            parts.append(bytes(message.get("body", b"")))

    await _application()(scope, receive, send)
    answer.content = b"".join(parts)
    return answer


def multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[str, bytes]:
    """Content type and body of a form with one file."""
    limit = uuid.uuid4().hex
    out = b"".join(
        f'--{limit}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    )
    out += f'--{limit}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
    out += b"Content-Type: text/csv\r\n\r\n" + content + f"\r\n--{limit}--\r\n".encode()
    return f"multipart/form-data; boundary={limit}", out


class Ear:
    """A socket that stays open and keeps all that it hears."""

    def __init__(self, slug: str, cookie: str) -> None:
        host = host_of(slug)
        sent = {"host": host, "origin": f"{settings.BASE_SCHEME}://{host}", "cookie": cookie}
        headers = [(name.encode(), value.encode()) for name, value in sent.items()]
        scope = {"type": "websocket", "path": "/ws/", "query_string": b"", "headers": headers, "subprotocols": []}
        self.line = ApplicationCommunicator(_application(), scope)

    async def open(self) -> bool:
        await self.line.send_input({"type": "websocket.connect"})
        return bool((await self.line.receive_output(20))["type"] == "websocket.accept")

    async def heard(self) -> list[dict[str, Any]]:
        """Everything so far."""
        found = []
        while not self.line.output_queue.empty():
            message = await self.line.receive_output(1)
            if message["type"] == "websocket.send":
                found.append(json.loads(message["text"]))
        return found

    async def close(self) -> None:
        await self.line.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.line.wait(10)
