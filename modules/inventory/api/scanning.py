"""What scanners ask and say: what is this code, where does this belong, this has come, this parcel is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.selectors.put_away import described, proposals
from modules.inventory.selectors.scanned import scanned
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.shipping import tracking_events_take
from tenon.access.actor import Actor
from tenon.api import writing
from tenon.api.authentication import actor_of
from tenon.api.idempotency import fingerprint, key_of, once
from tenon.api.viewset import json_response


class CodeQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`code`: what was scanned."""

    code = serializers.CharField(max_length=120)


class WarehouseQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`warehouse`: of this one only."""

    warehouse = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ReceivedLine(serializers.Serializer):  # type: ignore[type-arg]
    order_line = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    rejected = serializers.DecimalField(max_digits=18, decimal_places=6, required=False)
    second_quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True)


class Received(serializers.Serializer):  # type: ignore[type-arg]
    """Goods of a purchase order that have come: made into a receipt and posted at once."""

    order = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    location = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    lines = ReceivedLine(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]


class CarrierEvents(serializers.Serializer):  # type: ignore[type-arg]
    """Tracking events, each with `tracking_number`, `event_id`, `status`, `happened_at`, `place`, `note`."""

    events = serializers.ListField(child=serializers.DictField(), allow_empty=False, max_length=500)


def _once(request: Request, actor: Actor, work: Callable[[], dict[str, Any]]) -> HttpResponse:
    """The request's effect, once for each Idempotency-Key."""
    key = key_of(request.headers)
    print_ = fingerprint(request.method or "", request.path, request.data) if key else ""
    status, body, again = writing.in_frame(actor=actor, work=lambda: once(actor, key, print_, lambda: (200, work())))
    return json_response(body, status, again=again)


class ScanView(APIView):
    """What a code stands for, and for a place or a product what lies there."""

    @extend_schema(parameters=[CodeQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.stock.view")
        asked = CodeQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(scanned(actor, asked.validated_data["code"]))


class PutAwayView(APIView):
    """Goods that wait to be put away, each with the place it belongs to and why."""

    @extend_schema(parameters=[WarehouseQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("inventory.stock.transfer")
        asked = WarehouseQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response({"results": described(proposals(asked.validated_data.get("warehouse")))})


class ReceiveView(APIView):
    """Receives by scan: a receipt of what was counted, posted in the same step."""

    @extend_schema(request=Received, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> HttpResponse:
        actor = actor_of(request)
        actor.require("inventory.receipt.create")
        given = Received(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data

        def work() -> dict[str, Any]:
            place = {"location": asked["location"]} if asked.get("location") else {}
            draft = receipt_create(actor=actor, order=asked["order"], lines=asked["lines"], **place)
            made = receipt_post(actor=actor, receipt=draft)
            return {"receipt": {"entity": "inventory.receipt", "id": made.pk, "label": made.number}}

        return _once(request, actor, work)


class CarrierEventsView(APIView):
    """Events of a carrier, with an API key that may report them: each once, in whatever order they come."""

    @extend_schema(request=CarrierEvents, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> HttpResponse:
        actor = actor_of(request)
        actor.require("inventory.tracking_event.create")
        given = CarrierEvents(data=request.data)
        given.is_valid(raise_exception=True)
        events = given.validated_data["events"]
        return _once(request, actor, lambda: {"results": tracking_events_take(actor=actor, events=events)})
