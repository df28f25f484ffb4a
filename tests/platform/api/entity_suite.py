"""What every entity promises on every surface, whoever declares it. Used by test_every_entity.py."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import Any

from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.shapes import model_of
from tenon.api.visibility import scoped
from tenon.registry.registry import registry
from tenon.registry.types import Entity
from tests.platform.api.client import Answer, Api

MISSING = 987_654_321


@dataclass(frozen=True)
class Surfaces:
    """All addresses of one entity, and of one of its records."""

    entity: Entity

    @property
    def base(self) -> str:
        return f"/api/v1/{self.entity.module}/{self.entity.path}/"

    def one(self, pk: int) -> str:
        return f"{self.base}{pk}/"

    def group_field(self, actor: Actor) -> str:
        fields = Resource(actor, self.entity).queryable
        return next(key for key, shape in fields.items() if shape.sortable)

    def calls(self, pk: int, group: str) -> list[tuple[str, str, Any]]:
        """(method, path, body) of everything that can be asked."""
        one, entity = self.one(pk), self.entity
        calls: list[tuple[str, str, Any]] = [
            ("GET", self.base, None),
            ("GET", f"{self.base}?search=record&count=1&totals=1", None),
            ("GET", f"{self.base}summary/?group={group}", None),
            ("GET", f"{self.base}export/?format=csv", None),
            ("GET", f"{self.base}export/?format=xlsx", None),
            ("GET", one, None),
        ]
        calls += [("GET", f"{one}{facet}/", None) for facet in self.facets()]
        if entity.comments:
            calls.append(("POST", f"{one}comments/", {"body": "x"}))
        if entity.writable:
            calls += [
                ("POST", self.base, {}),
                ("PATCH", one, {}),
                ("DELETE", one, None),
                ("POST", f"{self.base}bulk/", {"create": [{}]}),
            ]
        calls += [("POST", f"{one}actions/{action.key}/", {}) for action in entity.actions]
        return calls

    def facets(self) -> list[str]:
        entity = self.entity
        audited = bool(getattr(model_of(entity), "audited", False))
        return [
            name
            for name, there in (
                ("history", entity.history and audited), ("comments", entity.comments),
                ("attachments", entity.attachments),
            )
            if there
        ]  # fmt: skip


def refusals(api: Api, surfaces: Surfaces, pk: int, group: str) -> dict[str, str]:
    """Surface → problem type, for those that answered anything but a refusal also `answered <status>`."""
    found = {}
    for method, path, body in surfaces.calls(pk, group):
        answer = api(method, path, body, if_match="1")
        found[f"{method} {path}"] = answer.type if answer.status >= 400 else f"answered {answer.status}"
    return found


def exported_rows(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def rightless(actor: Actor) -> Actor:
    return replace(actor, permissions=frozenset())


def owner_path(entity: Entity) -> str:
    """The ORM path of the owner that scopes the entity's rows; "" when they are not scoped."""
    return scoped(entity.key).owner_field


def entities() -> list[str]:
    return list(registry().entities)
