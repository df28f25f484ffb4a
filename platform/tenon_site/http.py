"""HTTP under ASGI, a request at a time in one thread.

Everything here is synchronous, the database above all. Django's own ASGI handler takes such a request through a new
thread with several hops between it and the event loop; this one makes a single hop to a thread that is there, which
nearly halves what a small answer costs (docs/adr/0008). Websockets stay on the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context
from typing import Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# A file of this size is read at once: whoever reads it slowly holds no thread (the web app's own are open to all).
WHOLE = 4 * 1024 * 1024


class HttpHandler(ASGIHandler):
    """`threads`: requests that are worked on at once in this process; further ones wait."""

    def __init__(self, threads: int) -> None:
        BaseHandler.__init__(self)  # not ASGIHandler's, which would load the middlewares for the event loop
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()

        async def on_loop(call: Callable[..., Awaitable[Any]], *given: Any) -> Any:
            # Called here, not in the thread: what a server's send gives back need not be a coroutine.
            return await call(*given)

        def from_thread(call: Callable[..., Awaitable[Any]], *given: Any) -> Future[Any]:
            return asyncio.run_coroutine_threadsafe(on_loop(call, *given), loop)

        def work() -> list[Message]:
            return self._work(scope, body, lambda message: from_thread(send, message), lambda: from_thread(receive))

        # An empty context: nothing that one request has set (its language, its company) is there in the next.
        for message in await loop.run_in_executor(self.threads, Context().run, work):
            await send(message)

    def _work(
        self, scope: Scope, body: Any, send: Callable[[Message], Future[Any]], receive: Callable[[], Future[Any]]
    ) -> list[Message]:
        """In the thread, from the first signal to the last. Returns what is still to be sent."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: HttpResponseBase = self.get_response(request) if request is not None else refused  # type: ignore
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        try:
            start = {"type": "http.response.start", "status": response.status_code, "headers": _headers(response)}
            if not response.streaming:
                return [start, {"type": "http.response.body", "body": response.content}]  # type: ignore[attr-defined]
            if isinstance(response, FileResponse) and _length(response) <= WHOLE:
                return [start, {"type": "http.response.body", "body": b"".join(response)}]  # type: ignore[arg-type]
            send(start).result()
            return self._stream(response, send, receive())
        finally:
            response.close()
            body.close()

    def _stream(
        self, response: HttpResponseBase, send: Callable[[Message], Future[Any]], gone: Future[Any]
    ) -> list[Message]:
        """Piece by piece, as fast as the other side reads; ends early when it hangs up."""
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        try:
            for piece in response:  # type: ignore[attr-defined]
                if gone.done():
                    return []
                send({"type": "http.response.body", "body": piece, "more_body": True}).result()
        finally:
            gone.cancel()
        return [{"type": "http.response.body", "body": b""}]


def _length(response: FileResponse) -> float:
    said = response.headers.get("Content-Length", "")
    return int(said) if said.isdigit() else float("inf")


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [
        (b"Set-Cookie", morsel.output(header="").encode("ascii").strip()) for morsel in response.cookies.values()
    ]
    return [*headers, *cookies]
