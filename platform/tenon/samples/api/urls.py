"""Addresses of the sample data, below /api/v1/."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.api.authentication import actor_of
from tenon.samples.services import removal


class SampleKept(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = serializers.CharField()
    used_by_kind = serializers.CharField()
    used_by = serializers.CharField()


class SampleCount(serializers.Serializer[Any]):
    kind = serializers.CharField()
    count = serializers.IntegerField()


class SamplesOutput(serializers.Serializer[Any]):
    removable = SampleCount(many=True)
    kept = SampleKept(many=True)


class SamplesRemoved(serializers.Serializer[Any]):
    kept = SampleKept(many=True)


class Samples(APIView):
    @extend_schema(operation_id="v1_company_samples", responses=SamplesOutput)
    def get(self, request: Request) -> Response:
        """The sample data that is there: what could be removed, and what own records use."""
        actor_of(request).require(removal.PERMISSION)
        found = removal.plan()
        return Response(
            {
                "removable": [{"kind": kind, "count": count} for kind, count in removal.counts(found)],
                "kept": [asdict(each) for each in removal.kept(found)],
            }
        )


class SamplesRemove(APIView):
    @extend_schema(operation_id="v1_company_samples_remove", request=None, responses=SamplesRemoved)
    def post(self, request: Request) -> Response:
        """Removes all sample data that no own record uses; says which stay, and why."""
        kept = removal.samples_remove(actor=actor_of(request))
        return Response({"kept": [asdict(each) for each in kept]})


urlpatterns = [
    path("company/samples/", Samples.as_view()),
    path("company/samples/remove/", SamplesRemove.as_view()),
]
