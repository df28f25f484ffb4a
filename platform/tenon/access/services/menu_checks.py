"""What a menu may look like: everything refused here is named, nothing is silently mended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.access.models import MenuPatch, Role
from tenon.access.selectors.menu import layer, menu_patch
from tenon.problems import FieldError, Invalid
from tenon.registry import menus
from tenon.registry.registry import registry

MOST = 300
EDITOR = "admin.company.menu"  # the page that mends a menu stays where it can be found
_ID = re.compile(r"own\.[a-z0-9_-]{1,60}(?:\.[a-z0-9_-]{1,60})?")
_CHANGES = {"title", "hidden", "parent", "order", "icon", "roles"}
_ENTRY = {"id", "parent", "title", "icon", "order", "roles", "url", "route", "entity", "view", "query"}
_ICON = re.compile(r"[a-z0-9-]{0,40}")
_PERSONAL = {"hidden": bool, "order": int, "pinned": bool}


def base_of(role: str) -> dict[str, menus.Node]:
    """What a layer lies over: the default tree; for a role's, the company's menu."""
    return menus.stacked([layer(menu_patch())])[0] if role else menus.defaults()


def check_draft(nodes: Any, added: Any) -> None:
    """A draft may be half done, an address half typed; it is only not to be something else. Raises Invalid."""
    whole = isinstance(nodes, dict) and isinstance(added, list) and len(nodes) + len(added) <= MOST
    if not whole or not all(isinstance(c, Mapping) for c in nodes.values()):
        raise Invalid.field("nodes", _("Not a menu"), "invalid")
    if not all(isinstance(e, Mapping) and not set(e) - _ENTRY and isinstance(e.get("id"), str) for e in added):
        raise Invalid.field("added", _("Not a menu entry"), "invalid")


def check_own(nodes: Any) -> None:
    """What a member says about its own menu: pins, hidden, order, of entries that exist. Raises Invalid."""
    if not isinstance(nodes, dict) or len(nodes) > MOST:
        raise Invalid.field("nodes", _("Not a menu"), "invalid")
    errors = []
    for node_id, change in nodes.items():
        if not isinstance(node_id, str) or len(node_id) > 140 or not isinstance(change, Mapping):
            errors.append(FieldError("nodes", "invalid", _("Not a change to a menu entry")))
        elif any(key not in _PERSONAL or type(value) is not _PERSONAL[key] for key, value in change.items()):
            message = _("Of your own menu you pin, hide and order entries")
            errors.append(FieldError(f"nodes.{node_id}", "invalid", message))
    if errors:
        raise Invalid(errors=errors)


def check(nodes: Any, added: Any, kept: MenuPatch | None = None, base: Mapping[str, menus.Node] | None = None) -> None:
    """Raises Invalid naming every fault. Nodes that an earlier patch named and that are gone since are let through."""
    errors: list[FieldError] = []
    if not isinstance(nodes, dict) or not isinstance(added, list) or len(nodes) + len(added) > MOST:
        raise Invalid.field("nodes", _("Not a menu"), "invalid")
    known = menus.defaults() if base is None else base
    ids = {str(e.get("id", "")) for e in added if isinstance(e, Mapping)}
    roles = set(Role.objects.values_list("key", flat=True))
    for index, entry in enumerate(added):
        errors += _entry_faults(f"added.{index}", entry, ids)
    if len(ids) != len(added) or ids & set(known):
        errors.append(FieldError("added", "unique", _("Every entry needs an id of its own")))
    gone = set(kept.nodes) if kept is not None and kept.pk else set()
    for node_id, change in nodes.items():
        where = f"nodes.{node_id}"
        if node_id not in known and node_id not in ids and node_id not in gone:
            errors.append(FieldError(where, "does_not_exist", _("There is no such menu entry")))
        elif not isinstance(change, Mapping) or set(change) - _CHANGES:
            errors.append(FieldError(where, "invalid", _("Not a change to a menu entry")))
        else:
            errors += _shared_faults(where, change, roles)
    if not errors:
        errors = _tree_faults(nodes, added, gone, known)
    if errors:
        raise Invalid(errors=errors)


def _shared_faults(where: str, change: Mapping[str, Any], roles: set[str]) -> list[FieldError]:
    found = []
    title = change.get("title")
    if title is not None and not (
        isinstance(title, Mapping) and all(isinstance(v, str) and len(v) <= 60 for v in title.values())
    ):
        found.append(
            FieldError(f"{where}.title", "invalid", _("A title is a text of at most 60 characters per language"))
        )
    if "order" in change and (isinstance(change["order"], bool) or not isinstance(change["order"], int)):
        found.append(FieldError(f"{where}.order", "invalid", _("Not a whole number")))
    if not _ICON.fullmatch(str(change.get("icon") or "")):
        found.append(FieldError(f"{where}.icon", "invalid", _("Not the name of an icon")))
    named = change.get("roles") or []
    if not isinstance(named, list) or set(map(str, named)) - roles:
        found.append(FieldError(f"{where}.roles", "does_not_exist", _("There is no such role")))
    return found


def _entry_faults(where: str, entry: Any, ids: set[str]) -> list[FieldError]:
    if not isinstance(entry, Mapping) or set(entry) - _ENTRY:
        return [FieldError(where, "invalid", _("Not a menu entry"))]
    for key in ("url", "route", "entity", "view", "query"):
        if not isinstance(entry.get(key) or "", str):
            return [FieldError(f"{where}.{key}", "invalid", _("This must be text."))]
    found = []
    if not _ID.fullmatch(str(entry.get("id", ""))):
        found.append(FieldError(f"{where}.id", "invalid", _("An id is own. and letters, digits, hyphens")))
    if not isinstance(entry.get("title"), Mapping) or not any(str(v).strip() for v in entry["title"].values()):
        found.append(FieldError(f"{where}.title", "required", _("This is required.")))
    targets = [k for k in ("url", "route", "entity") if entry.get(k)]
    if len(targets) > 1:
        found.append(FieldError(where, "invalid", _("An entry leads to one place")))
    if entry.get("url") and not re.match(r"https?://[^\s]+\Z", str(entry["url"])):
        found.append(FieldError(f"{where}.url", "invalid", _("A link begins with http:// or https://")))
    if entry.get("route") and not re.match(r"/(?!/)[^\s]*\Z", str(entry["route"])):
        found.append(FieldError(f"{where}.route", "invalid", _("A page's address begins with a slash")))
    elif entry.get("route") and menus.page_behind(str(entry["route"])) is None:
        found.append(FieldError(f"{where}.route", "does_not_exist", _("There is no such page")))
    if entry.get("entity") and entry["entity"] not in registry().entities:
        found.append(FieldError(f"{where}.entity", "does_not_exist", _("There is no such entity")))
    return found + _shared_faults(where, entry, set(Role.objects.values_list("key", flat=True)))


def _tree_faults(
    nodes: Mapping[str, Any], added: list[Any], gone: set[str], base: Mapping[str, menus.Node]
) -> list[FieldError]:
    """Whatever resolving would put back to its place: said here, silently mended only when a release causes it. And
    what would put the editor of the menu out of reach: hiding it, or what it stands below."""
    found, ignored = menus.apply(nodes, added, base)
    above = EDITOR
    while above:
        if found[above].hidden or found[above].roles:
            return [FieldError(f"nodes.{above}", "required", _("The page that edits the menu cannot be hidden"))]
        above = found[above].parent
    message = _("A menu has three levels, no circles, and nothing below a page")
    own = {str(e["id"]): f"added.{i}.parent" for i, e in enumerate(added)}
    return [FieldError(own.get(i, f"nodes.{i}.parent"), "tree", message) for i in ignored if i not in gone]
