"""Changing the menu: the company's, a role's, one's own; drafts, publishing, and any version once more."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import MenuPatch, MenuVersion
from tenon.access.selectors.menu import menu_patch
from tenon.access.services.guards import known_roles
from tenon.access.services.menu_checks import base_of, check, check_draft, check_own
from tenon.problems import Forbidden, NotFound, StaleVersion
from tenon.realtime.notify import bootstrap_changed
from tenon.records.service import service
from tenon.registry import menus
from tenon.tenancy.context import current

__all__ = ["base_of", "check", "menu_draft", "menu_restore", "menu_update", "my_menu_update"]


@service("access.menu.update")
def menu_update(
    *,
    actor: Actor,
    nodes: dict[str, Any],
    added: list[Any],
    version: int | None = None,
    role: str = "",
    restored: int | None = None,
) -> MenuPatch:
    """Publishes a layer: replaces its patch, keeps it as a version, forgets the draft. Raises Invalid (a fourth level,
    a circle, an orphan, an unknown page …), StaleVersion when somebody else changed it meanwhile."""
    patch = _locked(role, version)
    check(nodes, added, kept=patch, base=base_of(role))
    if not patch.versions.exists() and (patch.nodes or patch.added):
        _keep(patch)  # published before there were versions
    patch.nodes, patch.added, patch.draft = nodes, added, None
    patch.save()
    _keep(patch, restored)
    _tell()
    return patch


@service("access.menu.update")
def menu_restore(*, actor: Actor, number: int, role: str = "") -> MenuPatch:
    """Publishes an older version once more, as a new one. What it says about pages that are gone is left to rest.
    Raises NotFound."""
    patch = menu_patch(role)
    found = MenuVersion.objects.filter(patch=patch, number=number).first() if patch else None
    if found is None:
        raise NotFound(_("There is no such version of the menu"))
    nodes, added = _without_the_gone(found, role)
    return menu_update(actor=actor, nodes=nodes, added=added, role=role, restored=number)


def _without_the_gone(version: MenuVersion, role: str) -> tuple[dict[str, Any], list[Any]]:
    """A version of an older release may name pages that are gone: they would stop the publishing."""
    nodes, added = dict(version.nodes), list(version.added)
    base = base_of(role)
    while True:
        vain = set(menus.apply(nodes, added, base)[1])
        kept = [e for e in added if e["id"] not in vain], {k: v for k, v in nodes.items() if k not in vain}
        if (len(kept[0]), len(kept[1])) == (len(added), len(nodes)):
            return nodes, added
        added, nodes = kept


@service("access.menu.update")
def menu_draft(*, actor: Actor, draft: dict[str, Any] | None, role: str = "") -> MenuPatch:
    """Keeps what is being edited, seen by nobody else than those who edit the menu; None forgets it. A draft may be
    wrong; publishing checks it. Raises Invalid for what is no draft at all."""
    patch = _locked(role, None)
    if draft is not None:
        check_draft(draft["nodes"], draft["added"])
    patch.draft = draft
    # Not a new version of the menu: who publishes next is not told that somebody else was faster.
    MenuPatch.objects.filter(pk=patch.pk).update(draft=draft)
    return patch


@service()
def my_menu_update(*, actor: Actor, nodes: dict[str, Any]) -> MenuPatch | None:
    """One's own pins, hidden entries and order; an empty mapping puts everything back. Everybody may: it shows nothing
    that was not there. Raises Forbidden for API keys, Invalid."""
    if actor.kind != "member" or actor.member_id is None:
        raise Forbidden(_("Only a member has a menu of their own"))
    check_own(nodes)
    patch = MenuPatch.objects.select_for_update().filter(role="", member_id=actor.member_id).first()
    if patch is None:
        if not nodes:
            return None
        patch = _made(MenuPatch(member_id=actor.member_id))
    patch.nodes = nodes
    patch.save()
    return patch


def _locked(role: str, version: int | None) -> MenuPatch:
    """The layer's row, locked; made when there is none. Of two who make it at once the second one comes too late, just
    as with a row that is there. Raises StaleVersion, Invalid (no such role)."""
    if role:
        known_roles([role])
    patch = MenuPatch.objects.select_for_update().filter(role=role, member=None).first()
    if patch is None:
        if version:
            raise StaleVersion(current={"nodes": {}, "added": [], "version": 0})
        patch = _made(MenuPatch(role=role))
    elif version is not None and version != patch.version and not (version == 0 and _untouched(patch)):
        raise _stale(patch)
    return patch


def _untouched(patch: MenuPatch) -> bool:
    """Made for a draft: there was nothing published to be stale against."""
    return not patch.nodes and not patch.added and not patch.versions.exists()


def _stale(patch: MenuPatch) -> StaleVersion:
    return StaleVersion(current={"nodes": patch.nodes, "added": patch.added, "version": patch.version})


def _made(patch: MenuPatch) -> MenuPatch:
    try:
        with transaction.atomic():
            patch.save()
    except IntegrityError:
        of = Q(member=None) if patch.member_id is None else Q(member_id=patch.member_id)
        there = MenuPatch.objects.select_for_update().get(of, role=patch.role)
        if there.member_id is not None:
            return there
        raise _stale(there) from None
    return patch


def _keep(patch: MenuPatch, restored: int | None = None) -> None:
    last = patch.versions.order_by("-number").values_list("number", flat=True).first()
    version = MenuVersion(
        patch=patch, number=(last or 0) + 1, nodes=patch.nodes, added=patch.added, restored=restored
    )  # fmt: skip
    version.save()


def _tell() -> None:
    company = current()
    transaction.on_commit(lambda: bootstrap_changed(company), robust=True)
