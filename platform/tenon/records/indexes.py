"""Indexes that the generic API leans on. Module authors put them into their models' Meta."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex


class TrigramIndex(GinIndex):
    """For search by part of a text: one index over all searched columns of a table. An OR of conditions on its columns
    is answered from it alone. (`gin_trgm_ops` is found in the schema `extensions` by way of the search path.)"""

    def __init__(self, *, fields: list[str] | tuple[str, ...], name: str, **kwargs: Any) -> None:
        kwargs.setdefault("opclasses", ["gin_trgm_ops"] * len(fields))
        super().__init__(fields=fields, name=name, **kwargs)


class CustomIndex(GinIndex):
    """For filters by custom fields (`custom.colour=red`); rows without custom values take next to no room in it."""

    def __init__(self, *, name: str, fields: list[str] | tuple[str, ...] = ("custom",), **kwargs: Any) -> None:
        kwargs.setdefault("opclasses", ["jsonb_path_ops"])
        super().__init__(fields=fields, name=name, **kwargs)
