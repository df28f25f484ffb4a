"""What several roles give together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDTH = {"own": 0, "department": 1, "subtree": 2, "all": 3}
EVERYTHING = "*"


@dataclass(frozen=True)
class RoleFacts:
    key: str
    permissions: frozenset[str]  # may hold "*"
    scope: str
    scopes: Mapping[str, str] = field(default_factory=dict)
    field_rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def grants(self, code: str) -> bool:
        return EVERYTHING in self.permissions or code in self.permissions


@dataclass(frozen=True)
class Rights:
    permissions: frozenset[str]
    scopes: Mapping[str, str]
    hidden: Mapping[str, frozenset[str]]
    locked: Mapping[str, frozenset[str]]


def widest(scopes: Iterable[str]) -> str:
    return max(scopes, key=lambda s: WIDTH.get(s, -1), default="own")


def merge(roles: Iterable[RoleFacts], known: frozenset[str], view_codes: Mapping[str, str]) -> Rights:
    """All permissions; for each entity the widest scope and the mildest field rules among the roles that show it.

    A role that does not show an entity says nothing about its rows: an accountant's "all" does not open leads to a
    salesperson who is also an accountant. `known` are all codes there are, `view_codes` maps entities to the code
    that shows them."""
    roles = list(roles)
    permissions: set[str] = set()
    for role in roles:
        permissions |= known if EVERYTHING in role.permissions else role.permissions & known
    scopes, hidden, locked = {"": widest(r.scope for r in roles)}, {}, {}
    for entity, code in view_codes.items():
        showing = [r for r in roles if r.grants(code)]
        if not showing:
            continue
        scopes[entity] = widest(r.scopes.get(entity, r.scope) for r in showing)
        rules = [r.field_rules.get(entity, {}) for r in showing]
        everywhere = set(rules[0]).intersection(*rules[1:])
        concealed = {f for f in everywhere if all(r[f] == "hidden" for r in rules)}
        if concealed:
            hidden[entity] = frozenset(concealed)
        if everywhere - concealed:
            locked[entity] = frozenset(everywhere - concealed)
    return Rights(frozenset(permissions), scopes, hidden, locked)
