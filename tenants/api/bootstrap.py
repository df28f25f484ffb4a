"""All that the web app needs to begin with, in one call."""

from __future__ import annotations

import hashlib
from typing import Any

from babel.numbers import get_currency_precision
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import hosts, selectors
from tenants.selectors_support import seen_by
from tenants.services.security import second_factor_of
from tenon.access.models import Member
from tenon.access.selectors.menu import menu_of
from tenon.access.services.members import me_update
from tenon.api.authentication import actor_of
from tenon.api.metadata import entity_meta, feature_on
from tenon.api.renderers import dumps
from tenon.records.selectors.custom_field import reading_once
from tenon.registry.registry import registry
from tenon.tenancy.context import current


class MeInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    language = serializers.ChoiceField(choices=["", "en", "zh-hans"], required=False)
    time_zone = serializers.CharField(max_length=60, required=False, allow_blank=True)


def me(member: Member, actor: Any) -> dict[str, Any]:
    company = current()
    return {
        "person_id": member.person_id,
        "member_id": member.pk,
        "name": member.name,
        "email": member.email,
        "language": member.language or company.language,
        "time_zone": member.time_zone or company.time_zone,
        "roles": list(actor.roles),
        "department": {"id": member.department_id, "label": str(member.department)} if member.department_id else None,
    }


class Bootstrap(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Who I am, which company, what is on, what I may do, the menu, and what records look like."""
        actor, company = actor_of(request), current()
        member: Member = request._request.member  # type: ignore[attr-defined]
        known = registry()
        permissions = sorted(c for c in known.permissions if actor.can(c))
        with reading_once():
            entities = {
                e.key: entity_meta(actor, e)
                for e in known.entities.values()
                if feature_on(e) and actor.can(f"{e.permission_prefix}.view")
            }
        menu = menu_of(actor)
        body: dict[str, Any] = {
            "me": me(member, actor),
            "tenant": {
                "slug": company.slug,
                "name": company.name,
                "currency": company.currency,
                "currency_decimals": get_currency_precision(company.currency),
                "language": company.language,
                "time_zone": company.time_zone,
                "today": company.today().isoformat(),
                "read_only": company.read_only,
                "read_only_features": sorted(company.read_only_features & company.features),
                "second_factor": second_factor_of(request._request.tenant, member.person_id),  # type: ignore[attr-defined]
                "trial_until": request._request.tenant.trial_until,  # type: ignore[attr-defined]
            },
            "companies": [
                {"slug": t.slug, "name": t.name, "url": hosts.company_url(t.slug)}
                for t in (selectors.tenants_of(member.person_id) if actor.kind == "member" else ())
            ],
            "features": sorted(company.features),
            "permissions": permissions,
            "menu": menu.as_json(),
            "entities": entities,
            "support": seen_by(company.id, actor),
        }
        seen = dumps([body["features"], permissions, body["menu"], entities, get_language()])
        body["revision"] = f"{company.revision}-{hashlib.sha256(seen).hexdigest()[:16]}"
        return Response(body)


class Me(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(me(request._request.member, actor_of(request)))  # type: ignore[attr-defined]

    @extend_schema(request=MeInput, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request) -> Response:
        """My own name, language and time zone in this company."""
        data = MeInput(data=request.data)
        data.is_valid(raise_exception=True)
        if data.validated_data.get("time_zone") and data.validated_data["time_zone"] not in selectors.time_zones():
            raise serializers.ValidationError({"time_zone": ["There is no such time zone"]})
        actor = actor_of(request)
        return Response(me(me_update(actor=actor, **data.validated_data), actor))
