"""HTTP under ASGI, a request at a time in one thread.

Everything here is synchronous, the database above all. Django's own ASGI handler takes such a request through a new
thread with several hops between it and the event loop; this one makes a single hop to a thread that is there, which
nearly halves what a small answer costs (docs/adr/0008). Websockets stay on the loop.

Long answers do not keep a thread from small ones. A file's pieces are read in the threads and sent by the loop, so that
a slow reader holds nothing but its file. What is made while it is sent (an export) runs in threads of its own, which
are few: tenon.api.streams says who gets one."""

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
from django.db import close_old_connections
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
    """`threads`: requests that are worked on at once in this process; further ones wait. `streams`: answers that are
    made while they are sent, beside them."""

    def __init__(self, threads: int, streams: int = 4) -> None:
        BaseHandler.__init__(self)  # not ASGIHandler's, which would load the middlewares for the event loop
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="http")
        self.streams = ThreadPoolExecutor(streams, thread_name_prefix="stream")

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

        # An empty context: nothing that one request has set (its language, its company) is there in the next.
        context = Context()
        answer = await loop.run_in_executor(self.threads, context.run, self._work, scope, body)
        if isinstance(answer, list):
            for message in answer:
                await send(message)
        elif isinstance(answer, FileResponse):
            await self._send_file(answer, context, send, asyncio.ensure_future(on_loop(receive)))
        else:
            start, gone = from_thread(send, _start(answer)), from_thread(receive)

            def stream() -> None:
                self._stream(answer, start, lambda message: from_thread(send, message), gone)

            await loop.run_in_executor(self.streams, context.run, stream)

    def _work(self, scope: Scope, body: Any) -> list[Message] | HttpResponseBase:
        """In the thread: what is to be sent, or the answer whose body is still to be made."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        response: HttpResponseBase | None = None
        later = False
        try:
            request, refused = self.create_request(scope, body)
            response = self.get_response(request) if request is not None else refused
            assert response is not None
            response._handler_class = self.__class__  # type: ignore[attr-defined]
            if not response.streaming:
                return [_start(response), {"type": "http.response.body", "body": response.content}]  # type: ignore[attr-defined]
            if isinstance(response, FileResponse) and _length(response) <= WHOLE:
                return [_start(response), {"type": "http.response.body", "body": b"".join(response)}]  # type: ignore[arg-type]
            later = True
            close_old_connections()  # of this thread; who makes the body takes one of its own
            return response
        finally:
            if response is not None and not later:
                response.close()
            body.close()

    async def _send_file(self, response: FileResponse, context: Context, send: Send, gone: asyncio.Future[Any]) -> None:
        """Piece by piece, as fast as the other side reads; ends early when it hangs up."""
        loop = asyncio.get_running_loop()
        response.block_size = self.chunk_size
        pieces = iter(response)

        def read() -> bytes | None:
            return next(pieces, None)

        try:
            await send(_start(response))
            while (piece := await loop.run_in_executor(self.threads, context.run, read)) is not None:
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            await loop.run_in_executor(self.threads, context.run, response.close)

    def _stream(
        self, response: HttpResponseBase, start: Future[Any], send: Callable[[Message], Future[Any]], gone: Future[Any]
    ) -> None:
        """The same in a thread of its own, for what is made as it is sent."""
        try:
            start.result()
            for piece in response:  # type: ignore[attr-defined]
                if gone.done():
                    return
                send({"type": "http.response.body", "body": piece, "more_body": True}).result()
            send({"type": "http.response.body", "body": b""}).result()
        finally:
            gone.cancel()
            response.close()


def _start(response: HttpResponseBase) -> Message:
    return {"type": "http.response.start", "status": response.status_code, "headers": _headers(response)}


def _length(response: FileResponse) -> float:
    said = response.headers.get("Content-Length", "")
    return int(said) if said.isdigit() else float("inf")


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [
        (b"Set-Cookie", morsel.output(header="").encode("ascii").strip()) for morsel in response.cookies.values()
    ]
    return [*headers, *cookies]
