"""The master plan over HTTP: its grid, and entering a cell."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.selectors.master_plan import master_plan
from modules.production.services.master_plan import FROZEN, master_plan_set
from modules.shared.data.models import Product
from tenon.api.authentication import actor_of

SIZES = ("week", "month")
LONGEST = {"week": 53, "month": 24}


class BucketsQuery(serializers.Serializer):  # type: ignore[type-arg]
    """How many weeks or months, this one first."""

    size = serializers.ChoiceField(choices=SIZES, default="week")
    count = serializers.IntegerField(min_value=1, max_value=53, default=12)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["count"] = min(attrs["count"], LONGEST[attrs["size"]])
        return attrs


class CellRequest(BucketsQuery):
    """`since`: the first day of the week or month. No quantity, or nothing, takes the cell's away. `reason`: asked for
    inside the frozen fence. The grid of `count` buckets is answered."""

    product = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    since = serializers.DateField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0, allow_null=True)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class MasterPlanView(APIView):
    @extend_schema(parameters=[BucketsQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Forecast, orders, receipts, what is projected and what can be promised, by product and week or month."""
        actor = actor_of(request)
        actor.require("production.master_plan.view")
        asked = BucketsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response({**master_plan(**asked.validated_data), "may_frozen": actor.can(FROZEN)})

    @extend_schema(request=CellRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Enters one cell; what changes below is planned again in the background."""
        actor = actor_of(request)
        actor.require("production.master_plan.update")
        given = CellRequest(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        count = asked.pop("count")
        asked["product"] = get_object_or_404(Product, pk=asked["product"])
        master_plan_set(actor=actor, **asked)
        return Response({**master_plan(asked["size"], count), "may_frozen": actor.can(FROZEN)})
