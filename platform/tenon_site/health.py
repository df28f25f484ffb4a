"""What a load balancer, the image and `make demo` ask: does the process live, can it work?"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _valkey() -> None:
    cache.get("health")


PARTS: dict[str, Callable[[], None]] = {"database": _database, "valkey": _valkey}


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 names the part that does not answer, and nothing more: the reason is in the log, not on the network."""
    parts: dict[str, str] = {}
    for name, ask in PARTS.items():
        try:
            ask()
        except Exception:
            log.exception("%s does not answer", name)
            parts[name] = "down"
        else:
            parts[name] = "ok"
    down = "down" in parts.values()
    return JsonResponse({"status": "down" if down else "ok", **parts}, status=503 if down else 200)


urlpatterns = [path("live", live, name="health-live"), path("ready", ready, name="health-ready")]
