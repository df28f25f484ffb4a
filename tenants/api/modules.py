"""The company's switches."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.models import Tenant
from tenants.services import features
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside


class FeatureOutput(serializers.Serializer[Any]):
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


class ModulesOutput(serializers.Serializer[Any]):
    modules = ModuleOutput(many=True)


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
                    }
                    for f in m.features
                ],
            }
            for m in registry().modules.values()
            if m.features and not m.always_on
        ]
    }


class Modules(APIView):
    @extend_schema(responses=ModulesOutput)
    def get(self, request: Request) -> Response:
        actor_of(request).require("access.feature.switch")
        return Response(switches(current()))


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
