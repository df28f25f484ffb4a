"""The schedule over HTTP: a window of it, everything anew in the background, and changes that are shown before they are
done: the same request with `accept` does what it showed, unless something changed meanwhile (409 schedule-changed)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.models import ProductionOrder, ProductionOrderOperation
from modules.production.selectors.late_orders import late_orders
from modules.production.selectors.scheduling_board import schedule_board
from modules.production.services import scheduling
from modules.production.services.scheduling import Proposal
from tenon.api.authentication import actor_of
from tenon.jobs.api.urls import JobOutput, job_row
from tenon.tenancy.context import current

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
LONGEST = 400  # days


class WindowQuery(serializers.Serializer):  # type: ignore[type-arg]
    """Local days from `since` up to and without `until`; left out, a week from today."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since = attrs.setdefault("since", current().today())
        until = attrs.setdefault("until", since + timedelta(days=7))
        if not 0 < (until - since).days <= LONGEST:
            raise serializers.ValidationError({"until": f"1 … {LONGEST}"})
        return attrs


class ScheduleRequest(serializers.Serializer):  # type: ignore[type-arg]
    """`backward`: as late as is still in time. `seconds`: how long something better is looked for, forward only."""

    direction = serializers.ChoiceField(choices=("forward", "backward"), default="forward")
    seconds = serializers.IntegerField(min_value=0, max_value=600, default=10)
    frozen_hours = serializers.IntegerField(min_value=0, max_value=24 * 60, default=0)


class ProposalRequest(serializers.Serializer):  # type: ignore[type-arg]
    """`accept` with the `revision` that was shown does it."""

    accept = serializers.BooleanField(default=False)
    revision = serializers.CharField(max_length=40, required=False, default="")


class MoveRequest(ProposalRequest):
    operation = serializers.IntegerField(**KEY)
    start = serializers.DateTimeField()
    work_centre = serializers.IntegerField(**KEY)
    machine = serializers.IntegerField(min_value=1, max_value=30_000, default=1)


class RushRequest(ProposalRequest):
    orders = serializers.ListField(child=serializers.IntegerField(**KEY), min_length=1, max_length=50)


class ScheduleView(APIView):
    @extend_schema(parameters=[WindowQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Bars, working time and load of a window, and the orders that stand nowhere yet."""
        actor_of(request).require("production.schedule.view")
        asked = WindowQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(schedule_board(**asked.validated_data))

    @extend_schema(request=ScheduleRequest, responses={202: JobOutput})
    def post(self, request: Request) -> Response:
        """Schedules everything anew in the background and answers its job: followed and stopped at
        /api/v1/jobs/{id}/."""
        actor = actor_of(request)
        actor.require(scheduling.PERMISSION)
        given = ScheduleRequest(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(job_row(scheduling.scheduling_start(actor=actor, **given.validated_data)), 202)


class LatenessView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Orders that end after they are due as the schedule stands, with the reasons: what each waits for, on what,
        behind whom, how many minutes."""
        actor_of(request).require("production.schedule.view")
        return Response({"orders": late_orders()})


class MoveView(APIView):
    @extend_schema(request=MoveRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Puts one operation elsewhere, or shows who would slip."""
        actor = actor_of(request)
        actor.require(scheduling.PERMISSION)
        given = MoveRequest(data=request.data)
        given.is_valid(raise_exception=True)
        wished = given.validated_data
        accept, revision = wished.pop("accept"), wished.pop("revision")
        wished["operation"] = get_object_or_404(ProductionOrderOperation, pk=wished["operation"])
        if accept:
            return Response(_shown(scheduling.operation_move(actor=actor, revision=revision, **wished)))
        return Response(_shown(scheduling.operation_move_preview(actor=actor, **wished)))


class RushView(APIView):
    @extend_schema(request=RushRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Puts orders before everybody else, or shows who would slip."""
        actor = actor_of(request)
        actor.require(scheduling.PERMISSION)
        given = RushRequest(data=request.data)
        given.is_valid(raise_exception=True)
        wished = given.validated_data
        if wished["accept"]:
            found = scheduling.rush_accept(actor=actor, orders=wished["orders"], revision=wished["revision"])
        else:
            found = scheduling.rush_preview(actor=actor, orders=wished["orders"])
        return Response(_shown(found))


class UnfixView(APIView):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, operation_id: int) -> Response:
        """Lets scheduling move an operation again."""
        actor = actor_of(request)
        actor.require(scheduling.PERMISSION)
        operation = get_object_or_404(ProductionOrderOperation, pk=operation_id)
        scheduling.operation_unfix(actor=actor, operation=operation)
        return Response({"id": operation.pk, "fixed": False})


def _shown(found: Proposal) -> dict[str, Any]:
    there = found.floor
    orders = ProductionOrder.objects.select_related("product").in_bulk([s.job for s in found.slips])
    return {
        "revision": there.revision,
        "unplaced": len(found.schedule.unplaced),
        "bars": [
            {
                "id": bar.task,
                "centre": there.centre_of(bar),
                "machine": bar.units[0] + 1 if bar.units else 1,
                "start": there.moment(bar.start),
                "end": there.moment(bar.end),
            }
            for bar in found.changed
        ],
        "slips": [
            {
                "order": {"id": slip.job, "label": orders[slip.job].number},
                "product": {"label": orders[slip.job].product.code, "name": orders[slip.job].product.name},
                "made_for": orders[slip.job].demand_label,
                "due_on": orders[slip.job].due_on,
                "before": None if slip.before is None else there.moment(slip.before),
                "after": None if slip.after is None else there.moment(slip.after),
                "minutes": slip.minutes,
                "late": slip.late,
            }
            for slip in found.slips
        ],
    }
