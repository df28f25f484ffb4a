"""Reading rights: why somebody sees a record, duties that should be apart, roles as they were shipped."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.access.models import Member
from tenon.access.rules.duties import Clash
from tenon.access.selectors.duties import duties_now, member_clashes, role_clashes
from tenon.access.selectors.explain import explain
from tenon.access.selectors.roles import role_titles
from tenon.access.services.roles import template_codes
from tenon.api.authentication import actor_of
from tenon.problems import Invalid, NotFound
from tenon.registry.registry import registry


class ReasonOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    ok = serializers.BooleanField()
    text = serializers.CharField()


class ExplainOutput(serializers.Serializer[Any]):
    allowed = serializers.BooleanField()
    reasons = ReasonOutput(many=True)
    would = serializers.ListField(child=serializers.CharField())


class ExplainInput(serializers.Serializer[Any]):
    member = serializers.IntegerField(min_value=1, max_value=2**62)
    entity = serializers.CharField(max_length=80)
    id = serializers.IntegerField(required=False, min_value=1, max_value=2**62)


class Explain(APIView):
    @extend_schema(parameters=[ExplainInput], responses=ExplainOutput)
    def get(self, request: Request) -> Response:
        """Whether a member sees an entity, or one record of it, and why."""
        actor = actor_of(request)
        actor.require("access.role.view")
        asked = ExplainInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        entity = registry().entities.get(data["entity"])
        if entity is None:
            raise Invalid.field("entity", "There is no such entity", "does_not_exist")
        member = Member.objects.select_related("department").filter(pk=data["member"]).first()
        if member is None:
            raise NotFound
        return Response(asdict(explain(actor=actor, member=member, entity=entity, record_id=data.get("id"))))


class Duties(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("member", int, description="Only what this member holds together.")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Duties that should be apart, and the roles and members that hold them together."""
        actor_of(request).require("access.role.view")
        names = role_titles()
        titles = {code: str(p.title) or code for code, p in registry().permissions.items()}
        asked = request.query_params.get("member", "")
        if asked and not (asked.isdigit() and len(asked) < 19):
            raise NotFound

        def said(clash: Clash) -> dict[str, Any]:
            return {
                "key": clash.duty.key,
                "left": list(dict.fromkeys(titles[c] for c in clash.left)),
                "right": list(dict.fromkeys(titles[c] for c in clash.right)),
                "left_from": [names.get(k, k) for k in clash.left_from],
                "right_from": [names.get(k, k) for k in clash.right_from],
            }

        members = member_clashes(int(asked) if asked else None)
        return Response(
            {
                "duties": [
                    {
                        "key": d.key,
                        "title": str(d.title),
                        "why": str(d.why),
                        "left": list(d.left),
                        "right": list(d.right),
                    }
                    for d in duties_now()
                ],
                "roles": []
                if asked
                else [
                    {"id": r.pk, "key": r.key, "name": names.get(r.key, r.name), "clashes": [said(c) for c in cs]}
                    for r, cs in role_clashes()
                ],
                "members": [{"id": m.pk, "name": m.name, "clashes": [said(c) for c in cs]} for m, cs in members],
            }
        )


class ShippedRoles(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Roles as this release ships them, to compare one's own with."""
        actor_of(request).require("access.role.view")
        return Response(
            {
                "results": [
                    {
                        "key": t.key,
                        "name": str(t.title),
                        "permissions": template_codes(t),
                        "scope": t.scope,
                        "scopes": dict(t.scopes),
                    }
                    for t in registry().roles.values()
                ]
            }
        )
