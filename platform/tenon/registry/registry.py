"""The one registry of the process: built once from the installed apps' manifests, read-only afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module, util

from django.apps import apps

from tenon.registry.errors import ManifestError
from tenon.registry.types import (
    Duty,
    Entity,
    Feature,
    Handler,
    Impact,
    Limit,
    Listener,
    MenuNode,
    ModuleManifest,
    Permission,
    RoleTemplate,
    Schedule,
)


class Registry:
    """Indexes over a set of manifests. Raises `ManifestError` when they do not fit together."""

    def __init__(self, manifests: Iterable[ModuleManifest]) -> None:
        self.modules: dict[str, ModuleManifest] = {}
        self.features: dict[str, Feature] = {}
        self.permissions: dict[str, Permission] = {}
        self.entities: dict[str, Entity] = {}
        self.entity_by_path: dict[tuple[str, str], Entity] = {}
        self.menus: dict[str, MenuNode] = {}
        self.schedules: dict[str, tuple[ModuleManifest, Schedule]] = {}
        self.handlers: dict[str, list[tuple[ModuleManifest, Handler]]] = {}
        self.listeners: dict[str, tuple[ModuleManifest, Listener]] = {}
        # Several modules may offer a contract (a better answer and a simpler one): the first that is on answers.
        self.providers: dict[type, list[tuple[ModuleManifest, str]]] = {}
        self.answerers: dict[type, list[tuple[ModuleManifest, str]]] = {}
        self.events: dict[str, type] = {}
        self.roles: dict[str, RoleTemplate] = {}
        self.limits: dict[str, Limit] = {}
        self.impacts: list[tuple[ModuleManifest, Impact]] = []
        self.duties: dict[str, Duty] = {}
        for manifest in manifests:
            self._add(manifest)
        self._check()
        self.entity_by_model = {e.model.lower(): e for e in self.entities.values()}

    def _add(self, m: ModuleManifest) -> None:
        def put(index: dict, key: object, value: object, what: str) -> None:
            if key in index:
                raise ManifestError(f"{m.key}: {what} {key!r} is declared twice")
            index[key] = value

        put(self.modules, m.key, m, "module")
        for feature in m.features:
            if not feature.key.startswith(f"{m.key}."):
                raise ManifestError(f"{m.key}: feature {feature.key!r} must start with the module's key")
            put(self.features, feature.key, feature, "feature")
        for permission in m.permissions:
            put(self.permissions, permission.code, permission, "permission")
        for entity in m.entities:
            put(self.entities, entity.key, entity, "entity")
            put(self.entity_by_path, (entity.module, entity.path), entity, "entity path")
        for node in m.menus:
            known = self.menus.get(node.id)
            # Areas and groups are shared ground: the first complete declaration names them.
            if known is None or (not known.title and node.title):
                self.menus[node.id] = node
            elif node.entity or node.route:
                raise ManifestError(f"{m.key}: menu page {node.id!r} is declared twice")
        for schedule in m.schedules:
            put(self.schedules, schedule.key, (m, schedule), "schedule")
        for event in m.publishes:
            put(self.events, event_name(event), event, "event")
        for handler in m.handles:
            self.handlers.setdefault(event_name(handler.event), []).append((m, handler))
        for listener in m.listens:
            put(self.listeners, listener.key, (m, listener), "listener")
        for contract, provider in m.provides:
            self.providers.setdefault(contract, []).append((m, provider))
        for contract, provider in m.provides_many:
            self.answerers.setdefault(contract, []).append((m, provider))
        for role in m.roles:
            put(self.roles, role.key, role, "role")
        for limit in m.limits:
            put(self.limits, limit.key, limit, "limit")
        self.impacts.extend((m, impact) for impact in m.impacts)
        for duty in m.duties:
            put(self.duties, duty.key, duty, "duty")

    def _check(self) -> None:
        for m in self.modules.values():
            for other in (*m.requires, *m.bridges):  # what it enhances may be absent
                if other not in self.modules:
                    raise ManifestError(f"{m.key}: unknown module {other!r}")
            for feature in m.features:
                for need in feature.requires:
                    if need not in self.features:
                        raise ManifestError(f"{m.key}: feature {feature.key} requires unknown {need!r}")
            for permission in m.permissions:
                for key in permission.features:
                    if key not in self.features:
                        raise ManifestError(f"{m.key}: permission {permission.code} names unknown feature {key!r}")
        for entity in self.entities.values():
            for key in entity.features:
                if key not in self.features:
                    raise ManifestError(f"{entity.key}: unknown feature {key!r}")
            if entity.lines and entity.lines not in self.entities:
                raise ManifestError(f"{entity.key}: unknown line entity {entity.lines!r}")
            for action in entity.actions:
                if action.permission not in self.permissions:
                    raise ManifestError(f"{entity.key}: action {action.key} names unknown {action.permission!r}")
                declared = {f if isinstance(f, str) else f.key for f in entity.fields}
                if unknown := set(action.when) - declared:
                    raise ManifestError(f"{entity.key}: action {action.key} asks for unknown fields {sorted(unknown)}")
        for module, impact in self.impacts:
            if impact.entity not in self.entities and (impact.entity or not impact.count or not impact.features):
                raise ManifestError(
                    f"{module.key}: an impact names no entity, or no count and features ({impact.entity!r})"
                )
            if unknown := set(impact.features) - set(self.features):
                raise ManifestError(f"{module.key}: an impact names unknown features {sorted(unknown)}")
        for duty in self.duties.values():
            # Codes of a module that is not installed are let through: a duty may join what stands side by side.
            for code in (*duty.left, *duty.right):
                if code not in self.permissions and code.partition(".")[0] in self.modules:
                    raise ManifestError(f"duty {duty.key}: unknown permission {code!r}")
        for node in self.menus.values():
            if node.parent and node.parent not in self.menus:
                raise ManifestError(f"menu {node.id}: unknown parent {node.parent!r}")
            if node.formerly and (node.formerly not in self.menus or not self.menus[node.formerly].retired):
                raise ManifestError(f"menu {node.id}: {node.formerly!r} is no group that is gone")
            if self.menu_depth(node) > 3:
                raise ManifestError(f"menu {node.id}: deeper than three levels")
            if node.entity and node.entity not in self.entities:
                raise ManifestError(f"menu {node.id}: unknown entity {node.entity!r}")

    def owned_entities(self) -> list[Entity]:
        """What somebody looks after, in all modules: entities whose rows have an owner of their own (lines follow their
        head)."""
        every = (*self.entities.values(), *(entity for m in self.modules.values() for entity in m.looked_after))
        return [e for e in every if (owner := e.owner_field or e.handover_field) and "__" not in owner]

    def menu_depth(self, node: MenuNode) -> int:
        depth, seen = 1, {node.id}
        while node.parent:
            node = self.menus[node.parent]
            if node.id in seen:
                raise ManifestError(f"menu {node.id}: a node is its own ancestor")
            seen.add(node.id)
            depth += 1
        return depth

    def features_of_permission(self, code: str) -> tuple[str, ...]:
        """Features any of which makes the permission worth something; empty = while its module is on."""
        permission = self.permissions[code]
        if permission.features:
            return permission.features
        module = self.modules.get(code.partition(".")[0])
        return tuple(f.key for f in module.features if f.core) if module and not module.always_on else ()


def event_name(event: type) -> str:
    return getattr(event, "name", None) or event.__name__


@cache
def registry() -> Registry:
    """The manifests of all installed apps: `<app>.manifest.MANIFEST`, in the order of INSTALLED_APPS."""
    found = []
    for config in apps.get_app_configs():
        if util.find_spec(f"{config.name}.manifest") is not None:
            found.append(import_module(f"{config.name}.manifest").MANIFEST)
    return Registry(found)
