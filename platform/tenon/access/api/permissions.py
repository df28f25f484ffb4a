"""The permissions there are: what a role editor offers."""

from __future__ import annotations

from django.utils.text import capfirst
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.api.authentication import actor_of
from tenon.api.shapes import shapes
from tenon.api.visibility import scoped
from tenon.registry.menus import entity_title
from tenon.registry.registry import registry
from tenon.registry.types import Entity
from tenon.tenancy.context import current


def _entity(entity: Entity) -> dict[str, object]:
    """What a role may narrow: whose records, and which fields."""
    seen = scoped(entity.key)
    return {
        "key": entity.key,
        "prefix": entity.permission_prefix,
        "title": entity_title(entity),
        "scoped": bool(seen.owner_field) and seen.key == entity.key,
        "fields": [
            {"key": key, "label": capfirst(str(shape.label or key))} for key, shape in shapes(entity.key).items()
        ],
    }


class Permissions(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """By module; `held`: I hold it and may grant it; `on`: it is worth something now."""
        actor, known, company = actor_of(request), registry(), current()
        actor.require("access.role.view")
        found: dict[str, list[dict[str, object]]] = {}
        for code, permission in known.permissions.items():
            found.setdefault(code.partition(".")[0], []).append(
                {
                    "code": code,
                    "title": str(permission.title) or code,
                    "verb": code.rpartition(".")[2],
                    "held": code in actor.permissions,
                    "on": company.has_any(known.features_of_permission(code)),
                }
            )
        return Response(
            {
                "modules": [
                    {
                        "key": key,
                        "title": str(known.modules[key].title) if key in known.modules else key,
                        "permissions": codes,
                        "entities": [_entity(e) for e in known.entities.values() if e.module == key and e.fields],
                    }
                    for key, codes in found.items()
                ]
            }
        )
