"""Entities of the shared data layer, for the generic API, pages, importer and custom fields."""

from __future__ import annotations

from tenon.registry.types import Entity

ALL: tuple[Entity, ...] = ()
