"""ASGI: HTTP and websockets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon_site.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()  # sets Django up: what follows may import models

from asgiref.sync import sync_to_async  # noqa: E402

from tenants.sockets import SocketDoor  # noqa: E402
from tenon.realtime.consumer import CompanySocket  # noqa: E402

websocket = SocketDoor(CompanySocket.as_asgi())


def warm_up() -> None:
    """What the first request would otherwise wait for."""
    from django.urls import get_resolver

    from tenon.registry import hooks
    from tenon.tenancy.schemas import fingerprint

    for module in hooks.packages():
        hooks.hook(module, "seed")
    fingerprint()
    get_resolver().url_patterns  # noqa: B018


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
        await http(scope, receive, send)  # type: ignore[arg-type]
    elif scope["type"] == "websocket":
        if scope["path"] != "/ws/":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        await websocket(scope, receive, send)
    else:
        await lifespan(receive, send)
