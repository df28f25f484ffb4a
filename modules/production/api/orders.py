"""Production orders over HTTP, beside the generic resource: one order watched, work in process of a day, what is made
for a sales order."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.selectors.kitting import clearances, kitting_list
from modules.production.selectors.order_overview import order_overview
from modules.production.selectors.order_progress import order_progress
from modules.production.selectors.work_in_process import work_in_process
from modules.production.services import sales_order_make, sales_order_unmake
from modules.production.services.order_lines import OPEN, to_make
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.api.metadata import Resource
from tenon.api.visibility import rows
from tenon.problems import FeatureOff, Forbidden, Invalid
from tenon.tenancy.context import current

SALES_LINE = "shared.sales_order_line"


class DayQuery(serializers.Serializer):
    """A day, today when left out."""

    on = serializers.DateField(required=False)


def _hides_cost(actor: Actor) -> bool:
    return "material_cost" in actor.hidden.get("production.order", ())


class OrderOverviewView(APIView):
    """How far an order is, what it lacks, costs and is made for."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, order_id: int) -> Response:
        actor = actor_of(request)
        actor.require("production.order.view")
        order = get_object_or_404(rows(Resource.of(actor, "production.order")), pk=order_id)
        found = order_overview(order, with_cost=not _hides_cost(actor))
        _link_needs(actor, found["needs"])
        if not actor.can("production.cost_alert.view"):
            found["alerts"] = []
        return Response(found)


def _link_needs(actor: Actor, needs: list[dict[str, Any]]) -> None:
    """Lines of sales orders become the orders themselves, with whom they are for, for who may see them."""
    ids = [need["id"] for need in needs if need["entity"] == SALES_LINE]
    lines = {}
    if ids and actor.can("shared.sales_order.view"):
        seen = rows(Resource.of(actor, "shared.sales_order"))
        found = SalesOrderLine.objects.filter(pk__in=ids, order__in=seen).select_related("order__customer")
        lines = {line.pk: line for line in found}
    for need in needs:
        line = lines.get(need["id"]) if need["entity"] == SALES_LINE else None
        need["customer"] = line.order.customer.name if line else ""
        need["promised_on"] = line.promised_on if line else None
        if line is not None:
            need |= {"entity": "shared.sales_order", "id": line.order_id}
        elif need["entity"] not in ("production.order",):
            need["id"] = None


class WorkInProcessView(APIView):
    """Work in process by operation at the end of a day."""

    @extend_schema(parameters=[DayQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.order.view")
        if _hides_cost(actor):
            raise Forbidden(permission="production.order.view")
        asked = DayQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        today = current().today()
        on = asked.validated_data.get("on", today)
        if on > today:
            raise Invalid.field("on", _("This day has not come yet"), "future")
        seen = set(rows(Resource.of(actor, "production.order")).values_list("pk", flat=True))
        found = [row for row in work_in_process(on) if row.order.pk in seen]
        return Response({
            "on": on,
            "value": sum((row.value for row in found), start=0),
            "results": [
                {
                    "order": {"id": row.order.pk, "label": row.order.number},
                    "product": {
                        "id": row.order.product_id, "label": row.order.product.code, "name": row.order.product.name,
                    },
                    "operation": row.operation and row.operation.name,
                    "place": str(row.operation.work_centre or "") if row.operation else "",
                    "quantity": row.quantity,
                    "value": row.value,
                }
                for row in found
            ],
        })  # fmt: skip


class ChosenQuery(serializers.Serializer):
    """Orders in the order in which they come first, comma separated."""

    orders = serializers.RegexField(r"^\d{1,18}(,\d{1,18})*$", required=False, allow_blank=True, max_length=2000)

    def chosen(self) -> list[int]:
        return [int(key) for key in self.validated_data.get("orders", "").split(",") if key]


class ClearToBuildView(APIView):
    """What each order that still takes material lacks; chosen ones come first."""

    @extend_schema(parameters=[ChosenQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.order.view")
        asked = ChosenQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response({"results": clearances(rows(Resource.of(actor, "production.order")), asked.chosen())})


class KittingView(APIView):
    """The list to pick the material of some orders by."""

    @extend_schema(parameters=[ChosenQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.order.view")
        asked = ChosenQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        seen = rows(Resource.of(actor, "production.order")).filter(pk__in=asked.chosen())
        orders = list(seen.select_related("product").order_by("start_on", "pk"))
        return Response({
            "orders": [
                {"id": o.pk, "label": o.number, "product": o.product.code, "name": o.product.name,
                 "quantity": o.quantity, "start_on": o.start_on}
                for o in orders
            ],
            "results": kitting_list(orders),
        })  # fmt: skip


class MakeRequest(serializers.Serializer):
    """Lines of the sales order, all when left out."""

    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=1000)


class UnmakeRequest(serializers.Serializer):
    line = serializers.IntegerField(min_value=1)


class SalesOrderProgressView(APIView):
    """How far production is for each line of a sales order, for everybody who may see that order."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, order_id: int) -> Response:
        actor = actor_of(request)
        return Response(_watched(actor, _sales_order(actor, order_id)))


class SalesOrderMakeView(APIView):
    """Production orders of what a sales order still lacks, and taking them back."""

    @extend_schema(request=MakeRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, order_id: int) -> Response:
        actor = actor_of(request)
        actor.require("production.order.create")
        order = _sales_order(actor, order_id)
        asked = MakeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        sales_order_make(actor=actor, order=order, lines=asked.validated_data.get("lines"))
        return Response(_watched(actor, order))

    @extend_schema(parameters=[UnmakeRequest], responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, order_id: int) -> Response:
        actor = actor_of(request)
        actor.require("production.order.cancel")
        order = _sales_order(actor, order_id)
        asked = UnmakeRequest(data=request.query_params)
        asked.is_valid(raise_exception=True)
        sales_order_unmake(actor=actor, order=order, line=asked.validated_data["line"])
        return Response(_watched(actor, order))


def _sales_order(actor: Actor, order_id: int) -> SalesOrder:
    if not current().has_feature("production.shop_floor"):
        raise FeatureOff(features=["production.shop_floor"])
    actor.require("shared.sales_order.view")
    found: SalesOrder = get_object_or_404(rows(Resource.of(actor, "shared.sales_order")), pk=order_id)
    return found


def _watched(actor: Actor, order: SalesOrder) -> dict[str, Any]:
    progress = order_progress(order)
    lines = list(order.lines.select_related("product"))
    missing = to_make(lines) if actor.can("production.order.create") and order.status in OPEN else {}
    touched = {"draft", "released"}
    return {
        "results": [
            {
                "line": line.pk,
                "product": {"id": line.product_id, "label": line.product.code, "name": line.product.name},
                "promised_on": line.promised_on,
                "orders": progress.get(line.pk, []),
                "to_make": missing.get(line.pk),
                "takes_back": actor.can("production.order.cancel")
                and any(made["status"] in touched for made in progress.get(line.pk, [])),
            }
            for line in lines
            if line.pk in progress or line.pk in missing
        ]
    }
