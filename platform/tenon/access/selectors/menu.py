"""The menu of an actor in its company, and the layers that it is made of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tenon.access.actor import Actor
from tenon.access.models import MenuPatch, MenuVersion
from tenon.registry import menus
from tenon.tenancy.context import current


def layer(patch: MenuPatch | None) -> menus.Layer:
    return menus.Layer(patch.nodes, patch.added) if patch else menus.Layer()


def menu_patch(role: str = "", member_id: int | None = None) -> MenuPatch | None:
    """The layer of the company, of a role, or of a member; None while nobody has changed anything there."""
    of = Q(member=None) if member_id is None else Q(member_id=member_id)
    return MenuPatch.objects.filter(of, role=role).first()


def layers_of(roles: Iterable[str], member_id: int | None) -> list[menus.Layer]:
    """The layers over the default tree, from the lowest up: the company's, the roles', the member's. One query."""
    mine = Q(role="", member_id=member_id) if member_id is not None else Q(pk__in=[])
    wanted = Q(role="", member=None) | Q(role__in=list(roles), member=None) | mine
    found = MenuPatch.objects.filter(wanted)
    return [layer(p) for p in sorted(found, key=lambda p: (p.member_id is not None, p.role))]


def menu_of(actor: Actor) -> menus.Resolved:
    """One query."""
    return menus.resolve(current(), actor, *layers_of(actor.roles, actor.member_id))


def menu_versions(role: str = "") -> QuerySet[MenuVersion]:
    """What was published, the latest first."""
    found = MenuVersion.objects.filter(patch__role=role, patch__member=None)
    return found.select_related("created_by").order_by("-number")
