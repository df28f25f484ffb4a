"""Availability and stock by place over HTTP: what order forms and the stock page ask while one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.api.serializers import PlaceQuery, ProductsQuery, WarehouseQuery
from modules.inventory.models import Location
from modules.inventory.selectors.availability import availability
from modules.inventory.selectors.curve import CurveDay, availability_curve, stock_by_warehouse, warehouse_curve
from modules.inventory.selectors.stock import PlaceStock, goods_of, stock_by_place
from modules.shared.data.models import Product
from modules.shared.data.rules.promise import Flow
from modules.shared.data.selectors.documents import as_json, documents_seen
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of

PERMISSION = "inventory.stock.view"


class AvailabilityView(APIView):
    """Several products now: on hand, locked, available, to come and to go. Services have no stock and no answer."""

    @extend_schema(
        operation_id="v1_inventory_availability_list", parameters=[ProductsQuery], responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        actor_of(request).require(PERMISSION)
        asked = ProductsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        answers = availability(goods_of(asked.ids()))
        return Response({"results": [asdict(answer) for answer in answers.values()]})


class ProductAvailabilityView(APIView):
    """One product: now, how much can be promised from which day on, and where it lies."""

    @extend_schema(parameters=[WarehouseQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, product_id: int) -> Response:
        actor = actor_of(request)
        actor.require(PERMISSION)
        asked = WarehouseQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        product = get_object_or_404(Product.objects.select_related("unit"), pk=product_id)
        warehouse = asked.validated_data["warehouse"]
        days, unplaced = availability_curve(product.pk), list[Flow]()
        if warehouse is not None:
            days, unplaced = warehouse_curve(product.pk, warehouse)
        return Response(
            {
                "product": {"id": product.pk, "label": str(product)},
                "unit": product.unit.code,
                **asdict(availability([product.pk])[product.pk]),
                "warehouses": stock_by_warehouse(product.pk),
                "by_date": _days(actor, days),
                "unplaced": _flows(actor, unplaced),
                "places": [_place(row) for row in stock_by_place(product_id=product.pk) if row.on_hand],
            }
        )


class StockByPlaceView(APIView):
    """One level of the tree of places, each with all that lies in it and below."""

    @extend_schema(parameters=[PlaceQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require(PERMISSION)
        asked = PlaceQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        parent = get_object_or_404(Location, pk=given["place"]) if "place" in given else None
        return Response(
            {"results": [_place(row) for row in stock_by_place(parent=parent, product_id=given.get("product"))]}
        )


def _days(actor: Actor, days: list[CurveDay]) -> list[dict[str, Any]]:
    """Documents outside what the actor may see stand there without their name: the quantity counts all the same."""
    told = iter(_flows(actor, [flow for day in days for flow in day.flows]))
    return [
        {
            "on": day.on, "projected": day.projected, "available": day.available,
            "flows": [next(told) for _flow in day.flows],
        }
        for day in days
    ]  # fmt: skip


def _flows(actor: Actor, flows: Sequence[Flow]) -> list[dict[str, Any]]:
    seen = documents_seen(actor, [flow.source for flow in flows if flow.source is not None])
    return [{"on": f.on, "quantity": f.quantity, "document": as_json(f.source, seen)} for f in flows]


def _place(row: PlaceStock) -> dict[str, Any]:
    return {
        "place": {"id": row.location.pk, "label": row.location.name},
        "on_hand": row.on_hand,
        "reserved": row.reserved,
        "available": row.available,
        "products": row.products,
        "has_children": row.has_children,
    }
