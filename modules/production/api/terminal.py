"""The shop-floor terminal over HTTP: who is there, what is next, what was done.

The tablet is signed in by itself (`production.terminal.view`); a worker shows badge and PIN and gets a token that is
good for one shift at that tablet only. What is done with it is done, and audited, as the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production import services
from modules.production.models import (
    AndonCall,
    Downtime,
    LossReason,
    ProductionOrderOperation,
    WorkCentre,
    WorkInstruction,
)
from modules.production.selectors.dispatch import board, terminal
from modules.production.selectors.losses import losses
from modules.production.selectors.shortages import clear_to_build
from modules.production.services.badges import badge_shown, worker_of
from modules.production.services.instructions import instruction_read
from tenon.access.actor import Actor
from tenon.api import writing
from tenon.api.authentication import actor_of
from tenon.api.idempotency import fingerprint, key_of, once
from tenon.api.viewset import json_response

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
PIECES: dict[str, Any] = {"max_digits": 18, "decimal_places": 6, "required": False, "default": 0}
VERBS = ("start", "pause", "report", "down", "up", "call", "answer", "close", "read")


class BadgeInput(serializers.Serializer):  # type: ignore[type-arg]
    """What was scanned, and the PIN."""

    code = serializers.CharField(max_length=60)
    pin = serializers.CharField(max_length=20, trim_whitespace=False)


class CentreQuery(serializers.Serializer):  # type: ignore[type-arg]
    work_centre = serializers.IntegerField(**KEY)


class PeriodQuery(serializers.Serializer):  # type: ignore[type-arg]
    since = serializers.DateField()
    until = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not 0 <= (attrs["until"] - attrs["since"]).days <= 366:
            raise serializers.ValidationError({"until": "0 … 366"})
        return attrs


class Done(serializers.Serializer):  # type: ignore[type-arg]
    """What was done at a terminal, when (`at`, from a terminal that had no network), and by whose badge."""

    verb = serializers.ChoiceField(choices=VERBS)
    badge = serializers.CharField(max_length=400, required=False, default="")
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    operation = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    work_centre = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    instruction = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    downtime = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    call = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    reason = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    good = serializers.DecimalField(**PIECES)
    scrap = serializers.DecimalField(**PIECES)
    rework = serializers.DecimalField(**PIECES)
    note = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)


class BadgeView(APIView):
    """Somebody shows a badge."""

    @extend_schema(request=BadgeInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        here = actor_of(request)
        here.require("production.terminal.view")
        given = BadgeInput(data=request.data)
        given.is_valid(raise_exception=True)
        worker, token = badge_shown(terminal=here, **given.validated_data)
        return Response({"token": token, "worker": {"id": worker.member_id, "name": worker.label}})


class TerminalView(APIView):
    """What a terminal shows of its work centre, and what is done there: once for each Idempotency-Key."""

    @extend_schema(parameters=[CentreQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.terminal.view")
        asked = CentreQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(terminal(get_object_or_404(WorkCentre, pk=asked.validated_data["work_centre"])))

    @extend_schema(request=Done, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> HttpResponse:
        here = actor_of(request)
        here.require("production.terminal.view")
        given = Done(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        worker = worker_of(token=asked["badge"], terminal=here) if asked["badge"] else here
        key = key_of(request.headers)
        print_ = fingerprint("POST", request.path, {**dict(request.data), "badge": ""}) if key else ""

        def work() -> tuple[int, Any]:
            DO[asked["verb"]](worker, asked)
            return 200, {"done": asked["verb"]}

        status, body, again = writing.in_frame(actor=worker, work=lambda: once(worker, key, print_, work))
        return json_response(body, status, again=again)


def _operation(asked: dict[str, Any]) -> ProductionOrderOperation:
    found = ProductionOrderOperation.objects.select_related("order")
    return get_object_or_404(found, pk=asked["operation"])


def _reason(asked: dict[str, Any]) -> LossReason | None:
    return get_object_or_404(LossReason, pk=asked["reason"]) if asked["reason"] else None


def _place(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "work_centre": get_object_or_404(WorkCentre, pk=asked["work_centre"]),
        "reason": get_object_or_404(LossReason, pk=asked["reason"]),
        "note": asked["note"],
        "at": asked["at"],
    }


def _report(actor: Actor, asked: dict[str, Any]) -> None:
    services.operation_report(
        actor=actor, operation=_operation(asked), good=asked["good"], scrap=asked["scrap"], rework=asked["rework"],
        reason=_reason(asked), at=asked["at"],
    )  # fmt: skip


def _called(actor: Actor, asked: dict[str, Any]) -> None:
    operation = _operation(asked) if asked["operation"] else None
    services.call_open(actor=actor, operation=operation, **_place(asked))


DO: dict[str, Callable[[Actor, dict[str, Any]], Any]] = {
    "start": lambda actor, asked: services.operation_start(actor=actor, operation=_operation(asked), at=asked["at"]),
    "pause": lambda actor, asked: services.operation_pause(actor=actor, operation=_operation(asked), at=asked["at"]),
    "report": _report,
    "read": lambda actor, asked: instruction_read(
        actor=actor, instruction=get_object_or_404(WorkInstruction, pk=asked["instruction"])
    ),
    "down": lambda actor, asked: services.downtime_start(actor=actor, **_place(asked)),
    "up": lambda actor, asked: services.downtime_end(
        actor=actor, downtime=get_object_or_404(Downtime, pk=asked["downtime"]), at=asked["at"]
    ),
    "call": _called,
    "answer": lambda actor, asked: services.call_answer(
        actor=actor, call=get_object_or_404(AndonCall, pk=asked["call"])
    ),
    "close": lambda actor, asked: services.call_close(
        actor=actor, call=get_object_or_404(AndonCall, pk=asked["call"]), note=asked["note"]
    ),
}


class BoardView(APIView):
    """The live board: every work centre, with who calls for help."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.terminal.view")
        return Response(board())


class LossesView(APIView):
    """Effectiveness of the work centres in a period, and what was lost for which reason."""

    @extend_schema(parameters=[PeriodQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.order.view")
        asked = PeriodQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(losses(**asked.validated_data))


class ShortagesView(APIView):
    """What each order that is not done lacks, and when it comes."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.order.view")
        return Response({
            "results": [
                {
                    "order": order,
                    "missing": [
                        {
                            "product": {"id": m.product_id, "label": m.label}, "quantity": m.quantity,
                            "arrives_on": m.arrives_on,
                        }
                        for m in found.missing
                    ],
                }
                for order, found in clear_to_build().items()
            ]
        })  # fmt: skip
