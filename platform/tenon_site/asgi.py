"""ASGI: HTTP and websockets."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon_site.settings")

import django

django.setup()  # what follows may import models

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402

from tenants.sockets import SocketDoor  # noqa: E402
from tenon.realtime.consumer import CompanySocket  # noqa: E402
from tenon_site.http import HttpHandler  # noqa: E402

http = HttpHandler(settings.WEB_THREADS, settings.WEB_STREAMS)
websocket = SocketDoor(CompanySocket.as_asgi())


def warm_up() -> None:
    """What the first request would otherwise wait for: a second or two, in each process."""
    from django.urls import get_resolver

    from tenants import selectors
    from tenon.api.shapes import kernel_shapes
    from tenon.api.visibility import scoped
    from tenon.registry import hooks
    from tenon.registry.registry import registry
    from tenon.tenancy.schemas import fingerprint

    get_resolver().url_patterns  # noqa: B018
    for module in hooks.packages():
        hooks.hook(module, "seed")
    fingerprint()
    for key in registry().entities:
        kernel_shapes(key)
        scoped(key)
    selectors.time_zones()
    selectors.feature_graph()
    selectors.always_on_features()
    # What is here by now stays: the collector need not walk all of it time and again.
    gc.collect()
    gc.freeze()


async def lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await sync_to_async(warm_up)()
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await http(scope, receive, send)
    elif scope["type"] == "websocket":
        if scope["path"] != "/ws/":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        await websocket(scope, receive, send)
    else:
        await lifespan(receive, send)
