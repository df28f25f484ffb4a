"""The permissions there are: what a role editor offers."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.api.authentication import actor_of
from tenon.registry.registry import registry
from tenon.tenancy.context import current


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
                    }
                    for key, codes in found.items()
                ]
            }
        )
