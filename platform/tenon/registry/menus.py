"""The resolved menu: default nodes of what is switched on, the company's patch over them, filtered by permission.

The patch is sparse, so a release that adds pages shows them in patched menus too. Its shape:

    nodes = {"sales.orders": {"title": {"en": "Deals", "zh-hans": "成交"}, "hidden": True, "parent": "crm",
                              "order": 20, "icon": "star", "roles": ["sales"]}}
    added = [{"id": "own.handbook", "parent": "sales.orders", "title": {…}, "url": "https://…"},
             {"id": "own.late", "parent": "sales.orders", "title": {…}, "entity": "shared.sales_order",
              "view": "late", "query": "status=open"}]

Layers lie over each other: the company's, those of the actor's roles, the member's own (which only pins, hides and
reorders). An added entry without a target is a group or an area. What a patch says about nodes that do not exist (any
more) is ignored and reported; it never makes the menu fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import get_language

from tenon.access.actor import Actor
from tenon.registry.registry import registry
from tenon.registry.types import Entity, MenuNode
from tenon.tenancy.context import Company

DEEPEST = 3
OWN = "own."
OPEN_ROUTES = ("/", "/all", "/account")  # pages that anybody may open


@dataclass(frozen=True)
class Layer:
    """One patch of those that lie over the default tree."""

    nodes: Mapping[str, Any] = field(default_factory=dict)
    added: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Node:
    """A node with the patch applied. `home` is where it stands by default."""

    id: str
    title: str
    parent: str
    home: str
    icon: str = ""
    order: int = 100
    entity: str = ""
    route: str = ""
    url: str = ""
    permission: str = ""
    features: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    hidden: bool = False
    own: bool = False
    pinned: bool = False
    children: tuple[Node, ...] = ()

    @property
    def is_page(self) -> bool:
        return bool(self.entity or self.route or self.url)

    def as_json(self) -> dict[str, Any]:
        """As docs/api.md shows it."""
        found: dict[str, Any] = {"id": self.id, "title": self.title}
        for name in ("icon", "entity", "route", "url"):
            if getattr(self, name):
                found[name] = getattr(self, name)
        if self.pinned:
            found["pinned"] = True
        if self.children or not self.is_page:
            found["children"] = [child.as_json() for child in self.children]
        return found


@dataclass
class Resolved:
    roots: list[Node]
    ignored: list[str] = field(default_factory=list)  # ids in the patch that mean nothing now

    def as_json(self) -> list[dict[str, Any]]:
        return [node.as_json() for node in self.roots]


def entity_route(entity: Entity) -> str:
    return f"/{entity.module}/{entity.path}"


def entity_title(entity: Entity) -> str:
    return capfirst(str(entity.label_plural or apps.get_model(entity.model)._meta.verbose_name_plural))


def localised(titles: Any, default: str) -> str:
    """The title in the active language, else in English, else any, else the default."""
    if not isinstance(titles, Mapping):
        return default
    language = get_language() or "en"
    for key in (language, language.partition("-")[0], "en", *titles):
        value = titles.get(key)
        if isinstance(value, str) and value.strip():
            return value
    return default


def defaults() -> dict[str, Node]:
    """The nodes of all manifests, whatever is switched on, in the active language."""
    return {node.id: _default(node) for node in registry().menus.values() if not node.retired}


def _default(node: MenuNode) -> Node:
    entity = registry().entities.get(node.entity)
    return Node(
        id=node.id,
        title=str(node.title) or (entity_title(entity) if entity else node.id),
        parent=node.parent,
        home=node.parent,
        icon=node.icon or (entity.icon if entity else ""),
        order=node.order,
        entity=node.entity,
        route=node.route or (entity_route(entity) if entity else ""),
        permission=node.permission,
        features=node.features,
    )


def _bring_back(found: dict[str, Node], nodes: Mapping[str, Any], added: Sequence[Mapping[str, Any]]) -> None:
    """Groups that are gone stand where they stood, with their pages, as far as the patch names them: what a company
    called it, hid or put there stays."""
    named = {*nodes, *(entry.get("parent") for entry in added)}
    named |= {change.get("parent") for change in nodes.values() if isinstance(change, Mapping)}
    known = registry().menus
    for group in (known[i] for i in named if i in known and known[i].retired and i not in found):
        found[group.id] = _default(group)
        for page in known.values():
            if page.formerly == group.id and found[page.id].parent == page.parent:
                found[page.id] = replace(found[page.id], parent=group.id, home=group.id)


def _own_node(entry: Mapping[str, Any]) -> Node | None:
    entity = registry().entities.get(str(entry.get("entity") or ""))
    if entry.get("entity") and entity is None:
        return None
    route = str(entry.get("route") or "")
    behind = page_behind(route) if route else MenuNode("")
    if behind is None:
        return None
    if entity is not None:
        query = "&".join(
            part
            for part in (f"view={quote(str(entry['view']))}" if entry.get("view") else "", entry.get("query") or "")
            if part
        )
        route = entity_route(entity) + (f"?{query}" if query else "")
    return Node(
        id=str(entry["id"]),
        title=localised(entry.get("title"), entity_title(entity) if entity else str(entry["id"])),
        parent=str(entry.get("parent") or ""),
        # Where it stands is its only place: without that it is left out, it does not float up to the top.
        home=str(entry.get("parent") or ""),
        icon=str(entry.get("icon") or (entity.icon if entity else "")),
        order=int(entry.get("order", 500)),
        entity=entity.key if entity else behind.entity,
        route=route,
        url=str(entry.get("url") or ""),
        permission=behind.permission,
        features=behind.features,
        roles=tuple(entry.get("roles") or ()),
        own=True,
    )


def page_behind(route: str) -> MenuNode | None:
    """What guards the page at this address: a link to it shows to those who may open it, and goes with it. None when
    there is no such page."""
    path, known = route.partition("?")[0].rstrip("/") or "/", registry()
    if path in OPEN_ROUTES:
        return MenuNode("")
    for node in known.menus.values():
        own = node.route or (entity_route(known.entities[node.entity]) if node.entity else "")
        if own.partition("?")[0] == path:
            return node
    for entity in known.entities.values():
        above = entity_route(entity)
        if path == above or path.startswith(f"{above}/"):
            return MenuNode("", entity=entity.key)
    return None


def _patched(node: Node, change: Mapping[str, Any]) -> Node:
    return replace(
        node,
        title=localised(change.get("title"), node.title),
        parent=str(change["parent"] or "") if "parent" in change else node.parent,
        order=int(change["order"]) if isinstance(change.get("order"), (int, float)) else node.order,
        icon=str(change.get("icon") or node.icon),
        hidden=bool(change.get("hidden", node.hidden)),
        roles=tuple(change.get("roles") or node.roles),
        pinned=bool(change.get("pinned", node.pinned)),
    )


def apply(
    nodes: Mapping[str, Any], added: Sequence[Mapping[str, Any]], base: Mapping[str, Node] | None = None
) -> tuple[dict[str, Node], list[str]]:
    """All nodes with the patch on them, whatever is switched on; and the ids that it names in vain. `base` is what the
    patch lies over: the default tree, or that with other layers on it."""
    found = defaults() if base is None else {k: replace(n, home=n.parent) for k, n in base.items()}
    ignored = []
    _bring_back(found, nodes, added)
    for entry in added:
        own = _own_node(entry) if str(entry.get("id", "")).startswith(OWN) else None
        if own is None:
            ignored.append(str(entry.get("id", "")))
        else:
            found[own.id] = own
    for node_id, change in nodes.items():
        if node_id in found and isinstance(change, Mapping):
            found[node_id] = _patched(found[node_id], change)
        else:
            ignored.append(node_id)
    for node_id in list(found):
        # A parent that is gone, a circle, a fourth level: the node goes back to where it stood.
        if _depth(found, node_id) is None:
            ignored.append(node_id)
            found[node_id] = replace(found[node_id], parent=found[node_id].home)
    for node_id in [n for n in found if _depth(found, n) is None]:
        del found[node_id]
    return found, ignored


def _depth(nodes: Mapping[str, Node], node_id: str) -> int | None:
    """1 for an area; None for what hangs in the air, turns in a circle, stands below a page, or is too deep."""
    depth, node = 1, nodes[node_id]
    while node.parent:
        above = nodes.get(node.parent)
        if above is None or above.is_page or depth >= DEEPEST:
            return None
        depth, node = depth + 1, above
    return depth


def entity_is_on(entity: Entity, company: Company) -> bool:
    return company.has_any(entity.features) if entity.features else company.has_module(entity.module)


def _shows(node: Node, company: Company, actor: Actor) -> bool:
    if node.hidden or (node.roles and not set(node.roles) & set(actor.roles)):
        return False
    if not company.has_any(node.features) or (node.permission and not actor.can(node.permission)):
        return False
    if node.entity:
        entity = registry().entities[node.entity]
        return entity_is_on(entity, company) and actor.can(f"{entity.permission_prefix}.view")
    return True


def stacked(layers: Sequence[Layer]) -> tuple[dict[str, Node], list[str]]:
    """The default tree with all layers on it, from the lowest up; and what they name in vain."""
    found, ignored = defaults(), []
    for layer in layers:
        found, vain = apply(layer.nodes, layer.added, found)
        ignored += vain
    return found, ignored


def resolve(company: Company, actor: Actor, *layers: Layer) -> Resolved:
    """The menu of this actor. Pages it may not open are not there; groups without a page are not there either."""
    found, ignored = stacked(layers)
    below: dict[str, list[Node]] = {}
    for node in found.values():
        below.setdefault(node.parent, []).append(node)

    def grown(parent: str) -> tuple[Node, ...]:
        kept = []
        for node in sorted(below.get(parent, ()), key=lambda n: n.order):
            if not _shows(node, company, actor):
                continue
            whole = node if node.is_page else replace(node, children=grown(node.id))
            if whole.is_page or whole.children:
                kept.append(whole)
        return tuple(kept)

    return Resolved(list(grown("")), ignored)
