"""Load of work centres and what the plan is worth, over HTTP."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.api.master_plan import BucketsQuery
from modules.production.selectors.delivery import delivery_figures
from modules.production.selectors.load import load_page
from modules.production.selectors.projection import projection_page
from tenon.api.authentication import actor_of


class LoadQuery(BucketsQuery):
    """`centre`: also what makes its load."""

    centre = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class LoadView(APIView):
    @extend_schema(parameters=[LoadQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Minutes of machines by work centre and week or month: what is there, and what the plan asks."""
        actor_of(request).require("production.planning.view")
        asked = LoadQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(load_page(**asked.validated_data))


class ProjectionView(APIView):
    @extend_schema(parameters=[BucketsQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Stock value, payments and receipts of the plan, in base currency."""
        actor = actor_of(request)
        actor.require("production.planning.view")
        actor.require("production.planning.value")
        asked = BucketsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(projection_page(**asked.validated_data))


class PeriodRequired(serializers.Serializer):  # type: ignore[type-arg]
    """Both days included; at most two years."""

    since = serializers.DateField()
    until = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not 0 <= (attrs["until"] - attrs["since"]).days <= 731:
            raise serializers.ValidationError({"until": "0 … 731"})
        return attrs


class DeliveryFiguresView(APIView):
    @extend_schema(parameters=[PeriodRequired], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """On-time delivery by the day promised and the day asked for, and plan attainment, with what missed them."""
        actor_of(request).require("production.planning.view")
        asked = PeriodRequired(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(delivery_figures(**asked.validated_data))
