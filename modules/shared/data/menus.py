"""Menu pages of the shared data layer."""

from __future__ import annotations

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = ()
