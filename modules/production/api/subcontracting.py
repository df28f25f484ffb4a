"""The desk of work outside over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.models import ProductionOrderOperation
from modules.production.selectors.subcontracting import outside_desk
from modules.production.services.subcontracting import subcontract_orders_place
from modules.shared.data.models import Party
from tenon.api import writing
from tenon.api.authentication import actor_of
from tenon.api.idempotency import fingerprint, key_of, once
from tenon.api.viewset import json_response
from tenon.problems import NotFound

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}


class PlaceInput(serializers.Serializer):  # type: ignore[type-arg]
    """Operations to order outside; `supplier` for those that name none."""

    operations = serializers.ListField(child=serializers.IntegerField(**KEY), min_length=1, max_length=200)
    supplier = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class OutsideView(APIView):
    """What is to be ordered outside, what is there, and our material at each supplier; ordering it."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.subcontract.view")
        hidden = actor.hidden.get("production.subcontract", frozenset())
        return Response(outside_desk(cost="fee" not in hidden))

    @extend_schema(request=PlaceInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> HttpResponse:
        """Once for each Idempotency-Key."""
        actor = actor_of(request)
        actor.require("production.subcontract.create")
        given = PlaceInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        key = key_of(request.headers)
        print_ = fingerprint("POST", request.path, dict(request.data)) if key else ""

        def work() -> tuple[int, Any]:
            rows = ProductionOrderOperation.objects.select_related("order").filter(pk__in=asked["operations"])
            found = list(rows)
            if len(found) < len(set(asked["operations"])):
                raise NotFound
            supplier = get_object_or_404(Party, pk=asked["supplier"]) if asked["supplier"] else None
            orders = subcontract_orders_place(
                actor=actor, operations=found, supplier=supplier, due_on=asked["due_on"]
            )  # fmt: skip
            return 201, {"purchase_orders": [{"id": o.pk, "label": o.number} for o in orders]}

        status, body, again = writing.in_frame(actor=actor, work=lambda: once(actor, key, print_, work))
        return json_response(body, status, again=again)
