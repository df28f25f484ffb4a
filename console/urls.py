"""`/operator/` of the apex host."""

from __future__ import annotations

from typing import Any

from console import admin  # noqa: F401  (registers the lists)
from console.site import site


def urls() -> Any:
    return site.urls
