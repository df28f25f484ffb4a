"""Reading and writing the menu: the company's and roles' layers with their drafts and versions, and one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.access.models import MenuPatch, Role
from tenon.access.selectors.actors import rights_of
from tenon.access.selectors.menu import layer, layers_of, menu_of, menu_patch, menu_versions
from tenon.access.services.guards import known_roles
from tenon.access.services.menu import base_of, check, menu_draft, menu_restore, menu_update, my_menu_update
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry import menus
from tenon.tenancy.context import current

LAYER = OpenApiParameter("role", str, description="The layer of this role; left out, the company's.")


class MenuInput(serializers.Serializer[Any]):
    nodes = serializers.DictField(required=False, default=dict)
    added = serializers.ListField(required=False, default=list)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class MenuVersionOutput(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    changes = serializers.IntegerField()
    restored = serializers.IntegerField(allow_null=True)
    current = serializers.BooleanField()


class MenuVersionsOutput(serializers.Serializer[Any]):
    results = MenuVersionOutput(many=True)


class MyMenuInput(serializers.Serializer[Any]):
    nodes = serializers.DictField(required=False, default=dict)


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


def document(actor: Any, patch: MenuPatch | None, role: str = "") -> dict[str, Any]:
    base = base_of(role)
    nodes, ignored = menus.apply(patch.nodes if patch else {}, patch.added if patch else [], base)
    return {
        "version": patch.version if patch else 0,
        "nodes": patch.nodes if patch else {},
        "added": patch.added if patch else [],
        "draft": patch.draft if patch else None,
        "ignored": ignored,
        "defaults": flat(base),
        "all": flat(nodes),
        "menu": menu_of(actor).as_json(),
    }


def layer_named(request: Request) -> str:
    """The layer that the request is about. Raises NotFound for a role that there is not."""
    role = request.query_params.get("role", "")
    if role and not Role.objects.filter(key=role).exists():
        raise NotFound
    return role


def given(request: Request) -> dict[str, Any]:
    data = MenuInput(data=request.data)
    data.is_valid(raise_exception=True)
    return dict(data.validated_data)


@extend_schema(parameters=[LAYER])
class Menu(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The patch, what it lies over, all nodes with the patch on them, the draft, and the menu as I see it."""
        actor = actor_of(request)
        actor.require("access.menu.update")
        role = layer_named(request)
        return Response(document(actor, menu_patch(role), role))

    @extend_schema(request=MenuInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request) -> Response:
        """Publishes: replaces the patch."""
        actor, role = actor_of(request), layer_named(request)
        return Response(document(actor, menu_update(actor=actor, role=role, **given(request)), role))

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def delete(self, request: Request) -> Response:
        """Back to what lies below."""
        actor, role = actor_of(request), layer_named(request)
        return Response(document(actor, menu_update(actor=actor, role=role, nodes={}, added=[]), role))


@extend_schema(parameters=[LAYER])
class MenuDraft(APIView):
    @extend_schema(request=MenuInput, responses={204: None})
    def put(self, request: Request) -> Response:
        """Keeps what is being edited."""
        data = given(request)
        draft = {"nodes": data["nodes"], "added": data["added"]}
        menu_draft(actor=actor_of(request), draft=draft, role=layer_named(request))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Forgets it."""
        menu_draft(actor=actor_of(request), draft=None, role=layer_named(request))
        return Response(status=204)


@extend_schema(parameters=[LAYER])
class MenuVersions(APIView):
    @extend_schema(responses=MenuVersionsOutput)
    def get(self, request: Request) -> Response:
        """What was published, by whom and when; the latest first."""
        actor_of(request).require("access.menu.update")
        rows = list(menu_versions(layer_named(request))[:200])
        return Response(
            {
                "results": [
                    {
                        "number": row.number,
                        "at": row.created_at,
                        "by": row.created_by.name if row.created_by else "",
                        "changes": len(row.nodes) + len(row.added),
                        "restored": row.restored,
                        "current": index == 0,
                    }
                    for index, row in enumerate(rows)
                ]
            }
        )


@extend_schema(parameters=[LAYER])
class MenuRestore(APIView):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: int) -> Response:
        """Publishes this version once more."""
        actor, role = actor_of(request), layer_named(request)
        return Response(document(actor, menu_restore(actor=actor, number=number, role=role), role))


class MenuPreview(APIView):
    @extend_schema(
        parameters=[
            LAYER,
            OpenApiParameter("layer", str, description="The layer that is edited; empty: the company's"),
        ],
        request=MenuInput,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        """The menu as a role would see it, with the layer that is being edited in place of the published one."""
        actor = actor_of(request)
        actor.require("access.menu.update")
        data, edited = given(request), request.query_params.get("layer", "")
        if edited:
            known_roles([edited])
        draft = menus.Layer(data["nodes"], data["added"])
        check(draft.nodes, draft.added, kept=menu_patch(edited), base=base_of(edited))
        key = request.query_params.get("role", "")
        roles: tuple[str, ...] = actor.roles
        if key:
            role = Role.objects.filter(key=key).first()
            if role is None:
                raise NotFound
            roles = (key,)
            actor = replace(actor, permissions=rights_of([role]).permissions, roles=roles)
        company_layer = layer(menu_patch()) if edited else draft
        above = [draft if r == edited else layer(menu_patch(r)) for r in sorted(roles)]
        return Response({"menu": menus.resolve(current(), actor, company_layer, *above).as_json()})


class MyMenu(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """My own pins, hidden entries and order; and all entries that I may open, those that I hid included."""
        actor = actor_of(request)
        mine = menu_patch(member_id=actor.member_id) if actor.member_id is not None else None
        whole = menus.resolve(current(), actor, *layers_of(actor.roles, None))
        return Response({"nodes": mine.nodes if mine else {}, "menu": whole.as_json()})

    @extend_schema(request=MyMenuInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request) -> Response:
        """Replaces them; an empty mapping puts everything back."""
        data = MyMenuInput(data=request.data)
        data.is_valid(raise_exception=True)
        my_menu_update(actor=actor_of(request), nodes=data.validated_data["nodes"])
        return self.get(request)
