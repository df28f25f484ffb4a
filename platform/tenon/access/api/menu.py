"""Reading and writing the company's menu."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.access.models import MenuPatch, Role
from tenon.access.selectors.actors import rights_of
from tenon.access.selectors.menu import menu_of, menu_patch
from tenon.access.services.menu import check, menu_update
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry import menus
from tenon.tenancy.context import current


class MenuInput(serializers.Serializer[Any]):
    nodes = serializers.DictField(required=False, default=dict)
    added = serializers.ListField(required=False, default=list)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


def flat(nodes: dict[str, menus.Node]) -> list[dict[str, Any]]:
    """All nodes there are with where they stand: what an editor shows, hidden ones included."""
    return [
        {
            "id": n.id,
            "title": n.title,
            "parent": n.parent or None,
            "icon": n.icon,
            "order": n.order,
            "page": n.is_page,
            "entity": n.entity or None,
            "route": n.route or None,
            "url": n.url or None,
            "hidden": n.hidden,
            "roles": list(n.roles),
            "own": n.own,
        }
        for n in sorted(nodes.values(), key=lambda n: (n.order, n.id))
    ]


def document(actor: Any, patch: MenuPatch | None) -> dict[str, Any]:
    nodes, ignored = menus.apply(patch.nodes if patch else {}, patch.added if patch else [])
    return {
        "version": patch.version if patch else 0,
        "nodes": patch.nodes if patch else {},
        "added": patch.added if patch else [],
        "ignored": ignored,
        "defaults": flat(menus.defaults()),
        "all": flat(nodes),
        "menu": menu_of(actor, patch).as_json(),
    }


class Menu(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The patch, the default tree, all nodes with the patch on them, and the menu as I see it."""
        actor = actor_of(request)
        actor.require("access.menu.update")
        return Response(document(actor, menu_patch()))

    @extend_schema(request=MenuInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request) -> Response:
        """Replaces the patch."""
        data = MenuInput(data=request.data)
        data.is_valid(raise_exception=True)
        actor = actor_of(request)
        return Response(document(actor, menu_update(actor=actor, **data.validated_data)))

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def delete(self, request: Request) -> Response:
        """Back to the default menu."""
        actor = actor_of(request)
        return Response(document(actor, menu_update(actor=actor, nodes={}, added=[])))


class MenuPreview(APIView):
    @extend_schema(request=MenuInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """The menu as a role would see it, with the saved patch or one that is still being edited."""
        actor = actor_of(request)
        actor.require("access.menu.update")
        data = MenuInput(data=request.data)
        data.is_valid(raise_exception=True)
        nodes, added = data.validated_data["nodes"], data.validated_data["added"]
        check(nodes, added, kept=menu_patch())
        key = request.query_params.get("role", "")
        if key:
            role = Role.objects.filter(key=key).first()
            if role is None:
                raise NotFound
            actor = replace(actor, permissions=rights_of([role]).permissions, roles=(key,))
        return Response({"menu": menus.resolve(current(), actor, nodes, added).as_json()})
