"""The company's switches."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.models import CompanyLog, Entitlement, Tenant
from tenants.services import features
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.records.limits import limits_with
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside

LATEST = 100
# Of the company's log, what is about modules and their functions.
TOLD = ("features", "subscription", "feature_granted", "feature_denied", "override_lifted", "trial_extended")


class RightOutput(serializers.Serializer[Any]):
    """Where the right to a feature comes from. `source` is plan, add_on, trial or grant; deny is its opposite. One that
    lies in the past is what a dropped feature is still read by."""

    def get_fields(self) -> dict[str, Any]:  # `source` is an attribute of every serializer field
        return {
            "source": serializers.CharField(),
            "since": serializers.DateTimeField(),
            "until": serializers.DateTimeField(allow_null=True),
            "reason": serializers.CharField(),
            "by": serializers.CharField(),
        }


class FeatureOutput(serializers.Serializer[Any]):
    rights = RightOutput(many=True)
    key = serializers.CharField()
    title = serializers.CharField()
    core = serializers.BooleanField()
    entitled = serializers.BooleanField()
    dropped = serializers.BooleanField()
    enabled = serializers.BooleanField()
    requires = serializers.ListField(child=serializers.CharField())


class ModuleOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    icon = serializers.CharField()
    description = serializers.CharField()
    enabled = serializers.BooleanField()
    features = FeatureOutput(many=True)


class LimitInUseOutput(serializers.Serializer[Any]):
    """What the company may have only so much of, and how much there is. `unit` is empty, bytes or per_day."""

    key = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    used = serializers.IntegerField()
    most = serializers.IntegerField()


class ModulesOutput(serializers.Serializer[Any]):
    modules = ModuleOutput(many=True)
    limits = LimitInUseOutput(many=True)


class HistoryOutput(serializers.Serializer[Any]):
    """`what` is features (switched), subscription, feature_granted, feature_denied, override_lifted or trial_extended.
    `by_system` tells that nobody did it by hand; `reason` and `until` belong to an exception."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    by_system = serializers.BooleanField()
    what = serializers.CharField()
    on = serializers.ListField(child=serializers.CharField())
    off = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField(allow_null=True)


class HistoriesOutput(serializers.Serializer[Any]):
    results = HistoryOutput(many=True)


class ImpactOutput(serializers.Serializer[Any]):
    effect = serializers.ChoiceField(choices=["read_only", "out_of_sight", "stops"])
    count = serializers.IntegerField()
    text = serializers.CharField()
    entity = serializers.CharField(allow_blank=True)


class EffectOutput(serializers.Serializer[Any]):
    enables = serializers.ListField(child=serializers.CharField())
    disables = serializers.ListField(child=serializers.CharField())
    menu = serializers.ListField(child=serializers.CharField())
    lines = ImpactOutput(many=True)


def switches(company: Company) -> dict[str, Any]:
    """All modules that can be switched, their features, what is entitled to and what is on."""
    with outside():
        entitled = frozenset(Tenant.objects.values_list("entitled", flat=True).get(pk=company.id))
        rights: dict[str, list[dict[str, Any]]] = {}
        now = timezone.now()
        for row in Entitlement.objects.filter(tenant_id=company.id).order_by("since", "id"):
            read_by = row.feature in company.read_only_features and row.source != Entitlement.Source.TRIAL
            if row.until is None or row.until > now or read_by:
                rights.setdefault(row.feature, []).append(
                    {
                        "source": row.source,
                        "since": row.since,
                        "until": row.until,
                        "reason": row.reason,
                        "by": row.granted_by,
                    }
                )
    return {
        "modules": [
            {
                "key": m.key,
                "title": str(m.title),
                "icon": m.icon,
                "description": str(m.description),
                "enabled": company.has_module(m.key),
                "features": [
                    {
                        "key": f.key,
                        "title": str(f.title) or f.key,
                        "core": f.core,
                        "entitled": f.key in entitled - company.read_only_features,
                        "dropped": f.key in company.read_only_features,
                        "enabled": f.key in company.features,
                        "requires": list(f.requires),
                        "rights": rights.get(f.key, []),
                    }
                    for f in m.features
                ],
            }
            for m in registry().modules.values()
            if m.features and not m.always_on
        ],
        "limits": limits_with(company.limits),
    }


class Modules(APIView):
    @extend_schema(responses=ModulesOutput)
    def get(self, request: Request) -> Response:
        actor_of(request).require("access.feature.switch")
        return Response(switches(current()))


class ModuleHistory(APIView):
    @extend_schema(responses=HistoriesOutput)
    def get(self, request: Request) -> Response:
        """What was switched on and off, entitled to and taken away, by whom; exceptions with their reason; the latest
        first."""
        actor_of(request).require("access.feature.switch")
        titles = {f.key: str(f.title) or f.key for f in registry().features.values()}

        def named(keys: Any) -> list[str]:
            return [titles.get(str(key), str(key)) for key in keys or ()]

        company = current()
        with outside():
            rows = list(CompanyLog.objects.filter(tenant_id=company.id, what__in=TOLD).order_by("-id")[:LATEST])
        found = []
        for row in rows:
            about, given = row.detail.get("feature"), row.what == "feature_granted"
            on = row.detail.get("on") or row.detail.get("gained") or ([about] if about and given else ())
            off = row.detail.get("off") or row.detail.get("lost") or ([about] if about and not given else ())
            found.append(
                {
                    "at": row.at,
                    "by": row.actor_label or row.actor,
                    "by_system": row.actor.startswith("system:"),
                    "what": row.what,
                    "on": named(on),
                    "off": named(off),
                    "reason": row.detail.get("reason") or "",
                    "until": row.detail.get("until"),
                }
            )
        return Response({"results": found})


class FeatureSwitch(APIView):
    @extend_schema(request=None, responses=ModulesOutput)
    def post(self, request: Request, key: str, verb: str) -> Response:
        """Switches a feature, with all that it needs or that needs it."""
        switch = {"enable": features.feature_enable, "disable": features.feature_disable}.get(verb)
        if switch is None:
            raise NotFound
        return Response(switches(switch(actor=actor_of(request), key=key)))


class FeatureEffect(APIView):
    @extend_schema(responses=EffectOutput)
    def get(self, request: Request, key: str) -> Response:
        """What switching would do."""
        return Response(asdict(features.effect(actor=actor_of(request), key=key)))
