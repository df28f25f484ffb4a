"""What-ifs over HTTP: their changes, calculating in the background, the comparison, and applying, which is tried first:
the same request with `accept` does it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.api.schedule import KEY
from modules.production.models import Scenario, ScenarioChange, WorkCentre
from modules.production.selectors.scenario_comparison import change_row, comparison
from modules.production.services.scenario_apply import scenario_apply, scenario_conflicts, told
from modules.production.services.scenario_run import scenario_start
from modules.production.services.scenarios import scenario_change_drop, scenario_change_put
from modules.shared.data.models import Party, Product
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.jobs.api.urls import JobOutput, job_row

QUANTITY: dict[str, Any] = {
    "max_digits": 18,
    "decimal_places": 6,
    "min_value": 0,
    "required": False,
    "allow_null": True,
}
VIEW, CHANGE, APPLY = "production.scenario.view", "production.scenario.update", "production.scenario.apply"


class ChangeRequest(serializers.Serializer):  # type: ignore[type-arg]
    """`price` per stock unit, or per hour of overtime, in base currency. What the kind does not know is left out."""

    kind = serializers.ChoiceField(choices=ScenarioChange.Kind.choices)
    order_line = serializers.IntegerField(**KEY, required=False, allow_null=True)
    party = serializers.PrimaryKeyRelatedField(queryset=Party.objects.all(), required=False, allow_null=True)
    product = serializers.PrimaryKeyRelatedField(
        queryset=Product.objects.filter(kind=Product.Kind.GOODS), required=False, allow_null=True
    )
    work_centre = serializers.PrimaryKeyRelatedField(
        queryset=WorkCentre.objects.all(), required=False, allow_null=True
    )  # fmt: skip
    on = serializers.DateField(required=False, allow_null=True)
    quantity = serializers.DecimalField(**QUANTITY)
    price = serializers.DecimalField(**{**QUANTITY, "max_digits": 20, "decimal_places": 8})
    lead_days = serializers.IntegerField(min_value=0, max_value=3660, required=False, allow_null=True)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    safety_stock = serializers.DecimalField(**QUANTITY)
    order_min = serializers.DecimalField(**QUANTITY)
    order_multiple = serializers.DecimalField(**QUANTITY)


class ApplyRequest(serializers.Serializer):  # type: ignore[type-arg]
    """Without `accept` nothing is done: what stands against it is told."""

    changes = serializers.ListField(child=serializers.IntegerField(**KEY), min_length=1, max_length=500)
    accept = serializers.BooleanField(default=False)


def _scenario(request: Request, pk: int, permission: str) -> tuple[Actor, Scenario]:
    actor = actor_of(request)
    actor.require(permission)
    return actor, get_object_or_404(Scenario, pk=pk)


class ComparisonView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, scenario_id: int) -> Response:
        """The changes and what they change: order lines (differences first), exceptions, cost, value and cash by week,
        load; money for those who may see what the plan is worth."""
        actor, scenario = _scenario(request, scenario_id, VIEW)
        return Response(comparison(actor, scenario))

    @extend_schema(request=None, responses={202: JobOutput})
    def post(self, request: Request, scenario_id: int) -> Response:
        """Calculates in the background and answers its job: followed and stopped at /api/v1/jobs/{id}/."""
        actor, scenario = _scenario(request, scenario_id, CHANGE)
        return Response(job_row(scenario_start(actor=actor, scenario=scenario)), 202)


class ChangesView(APIView):
    @extend_schema(request=ChangeRequest, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, scenario_id: int) -> Response:
        """Adds a change."""
        actor, scenario = _scenario(request, scenario_id, CHANGE)
        return Response(_put(actor, scenario, None, request), 201)


class ChangeView(APIView):
    @extend_schema(request=ChangeRequest, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, scenario_id: int, change_id: int) -> Response:
        """Says another change in its place."""
        actor, scenario = _scenario(request, scenario_id, CHANGE)
        return Response(_put(actor, scenario, get_object_or_404(scenario.changes, pk=change_id), request))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, scenario_id: int, change_id: int) -> Response:
        """Takes it out."""
        actor, scenario = _scenario(request, scenario_id, CHANGE)
        scenario_change_drop(actor=actor, change=get_object_or_404(scenario.changes, pk=change_id))
        return Response(status=204)


class ApplyView(APIView):
    @extend_schema(request=ApplyRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, scenario_id: int) -> Response:
        """Applies the chosen changes, all or none (409 scenario-conflict where something has changed since), or tells
        what stands against it."""
        actor, scenario = _scenario(request, scenario_id, APPLY)
        given = ApplyRequest(data=request.data)
        given.is_valid(raise_exception=True)
        changes = set(given.validated_data["changes"])
        if given.validated_data["accept"]:
            applied = scenario_apply(actor=actor, scenario=scenario, changes=changes)
            return Response({"conflicts": [], "state": applied.state})
        found = scenario_conflicts(actor=actor, scenario=scenario, changes=changes)
        return Response({"conflicts": [told(conflict) for conflict in found], "state": scenario.state})


def _put(actor: Actor, scenario: Scenario, change: ScenarioChange | None, request: Request) -> dict[str, Any]:
    given = ChangeRequest(data=request.data)
    given.is_valid(raise_exception=True)
    values = dict(given.validated_data)
    kind = values.pop("kind")
    made = scenario_change_put(actor=actor, scenario=scenario, change=change, kind=kind, values=values)
    return change_row(made)
