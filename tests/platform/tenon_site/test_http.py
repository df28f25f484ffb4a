"""The ASGI handler: whole answers, streams, hanging up, and nothing left over for the next request."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path
from django.utils import translation

from tenon_site.http import HttpHandler

seen: list[Any] = []


def echo(request: HttpRequest) -> HttpResponse:
    seen.append((threading.get_ident(), translation.get_language()))
    translation.activate("zh-hans")
    response = JsonResponse({"body": request.body.decode(), "query": request.GET.dict()}, status=201)
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def numbers(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        try:
            for n in range(int(request.GET["n"])):
                seen.append(threading.get_ident())
                yield str(n).encode()
        finally:
            seen.append("closed")

    return StreamingHttpResponse(pieces())


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"x" * 300_000))


def large(request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"x" * 6_000_000))


urlpatterns = [
    path("large/", large),
    path("file/", file),
    path("echo/", echo),
    path("numbers/", numbers),
    path("broken/", broken),
]


@pytest.fixture
def handler() -> Iterator[HttpHandler]:
    seen.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], DEBUG=False, ALLOWED_HOSTS=["*"]):
        made = HttpHandler(threads=1)
        yield made
        made.threads.shutdown()
        made.streams.shutdown()


def scope(path: str, query: str = "", method: str = "GET") -> dict[str, Any]:
    return {
        "type": "http", "method": method, "path": path, "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost")], "http_version": "1.1", "scheme": "http",
    }  # fmt: skip


async def ask(handler: HttpHandler, asked: dict[str, Any], body: bytes = b"") -> list[dict[str, Any]]:
    communicator = ApplicationCommunicator(handler, asked)
    await communicator.send_input({"type": "http.request", "body": body})
    out = [await communicator.receive_output(5)]
    while not (out[-1]["type"] == "http.response.body" and not out[-1].get("more_body")):
        out.append(await communicator.receive_output(5))
    await communicator.wait(5)
    return out


def test_a_whole_answer_in_two_messages(handler: HttpHandler) -> None:
    start, body = asyncio.run(ask(handler, scope("/echo/", "q=%C3%A9", "POST"), b"hello"))
    assert start["status"] == 201
    assert [value.split(b";")[0] for name, value in start["headers"] if name == b"Set-Cookie"] == [b"a=1", b"b=2"]
    assert body["body"] == b'{"body": "hello", "query": {"q": "\\u00e9"}}'


def test_a_request_leaves_nothing_for_the_next(handler: HttpHandler) -> None:
    async def twice() -> None:
        await ask(handler, scope("/echo/"))
        await ask(handler, scope("/echo/"))

    asyncio.run(twice())
    (first_thread, first), (second_thread, second) = seen
    assert first_thread == second_thread != threading.get_ident()
    assert first == second, "the language that the first one set was still there"


def test_a_stream_comes_in_pieces_from_one_thread(handler: HttpHandler) -> None:
    _start, *bodies = asyncio.run(ask(handler, scope("/numbers/", "n=3")))
    assert [b["body"] for b in bodies] == [b"0", b"1", b"2", b""]
    assert seen[-1] == "closed"
    assert len(set(seen[:-1])) == 1


def test_a_stream_ends_when_the_other_side_hangs_up(handler: HttpHandler) -> None:
    async def hang_up() -> None:
        communicator = ApplicationCommunicator(handler, scope("/numbers/", "n=1000000"))
        await communicator.send_input({"type": "http.request", "body": b""})
        for _ in range(3):
            await communicator.receive_output(5)
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(10)

    asyncio.run(hang_up())
    assert seen[-1] == "closed"
    assert len(seen) < 1_000_000


def test_hanging_up_before_the_body_has_come_asks_nothing(handler: HttpHandler) -> None:
    async def hang_up() -> None:
        communicator = ApplicationCommunicator(handler, scope("/echo/", method="POST"))
        await communicator.send_input({"type": "http.request", "body": b"half", "more_body": True})
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(5)
        assert communicator.output_queue.empty()

    asyncio.run(hang_up())
    assert seen == []


def test_an_error_is_answered(handler: HttpHandler) -> None:
    start, _body = asyncio.run(ask(handler, scope("/broken/")))
    assert start["status"] == 500
    start, _body = asyncio.run(ask(handler, scope("/nowhere/")))
    assert start["status"] == 404


def test_who_reads_a_file_slowly_holds_up_nobody(handler: HttpHandler) -> None:
    """The handler has one thread."""

    async def slow() -> list[dict[str, Any]]:
        may_go_on, got = asyncio.Event(), []

        async def send(message: dict[str, Any]) -> None:
            await may_go_on.wait()
            got.append(message)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        reader = asyncio.ensure_future(handler(scope("/file/"), receive, send))
        start, _body = await ask(handler, scope("/echo/"))
        assert start["status"] == 201
        may_go_on.set()
        await reader
        return got

    start, body = asyncio.run(slow())
    assert (start["status"], len(body["body"])) == (200, 300_000)


@pytest.mark.parametrize("slow", ["/numbers/", "/large/"])
def test_small_requests_go_on_while_somebody_reads_slowly(handler: HttpHandler, slow: str) -> None:
    """There is one thread for requests; a stream and a large file are half read, and nobody reads on."""

    async def half_read() -> None:
        reading = threading.Event()

        async def receive() -> dict[str, Any]:
            if not reading.is_set():
                reading.set()
                return {"type": "http.request", "body": b""}
            await asyncio.sleep(30)
            return {"type": "http.disconnect"}

        sent: list[dict[str, Any]] = []
        stuck, go_on = asyncio.Event(), asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if len(sent) == 3:
                stuck.set()
                await go_on.wait()

        long = asyncio.ensure_future(handler(scope(slow, "n=5"), receive, send))
        await asyncio.wait_for(stuck.wait(), 5)
        for _ in range(3):
            start, _body = await asyncio.wait_for(ask(handler, scope("/echo/")), 5)
            assert start["status"] == 201
        assert not long.done()
        go_on.set()
        await asyncio.wait_for(long, 10)
        whole = b"".join(m.get("body", b"") for m in sent)
        assert whole == (b"01234" if slow == "/numbers/" else b"x" * 6_000_000)
        assert not sent[-1].get("more_body")

    asyncio.run(half_read())
