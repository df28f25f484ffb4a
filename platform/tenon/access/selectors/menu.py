"""The menu of an actor in its company."""

from __future__ import annotations

from tenon.access.actor import Actor
from tenon.access.models import MenuPatch
from tenon.registry import menus
from tenon.tenancy.context import current


def menu_patch() -> MenuPatch | None:
    return MenuPatch.objects.order_by("pk").first()


def menu_of(actor: Actor, patch: MenuPatch | None = None) -> menus.Resolved:
    """One query, unless the patch is at hand."""
    patch = patch or menu_patch()
    return menus.resolve(current(), actor, patch.nodes if patch else {}, patch.added if patch else [])
