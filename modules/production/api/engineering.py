"""Engineering over HTTP: where a product goes, two bills beside each other, replacing a component, what a change does,
two roll-ups beside each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.models import BillOfMaterials, CostRollUp, CostRollUpLine, EngineeringChange
from modules.production.selectors.bom_comparison import bom_comparison
from modules.production.selectors.change_effect import change_effect
from modules.production.selectors.where_used import uses_of
from modules.production.services import bom_component_replace
from modules.production.services.bom_versions import Replacement, replacements
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.problems import Forbidden
from tenon.tenancy.context import current


class Beside(serializers.Serializer):
    """Two records to be compared."""

    left = serializers.IntegerField(min_value=1)
    right = serializers.IntegerField(min_value=1)


class ReplaceRequest(serializers.Serializer):
    """A component, what comes in its place, `ratio` of it for each (stock units), in which `products` (all where none
    is named). With `effective_on` the draft of an engineering change is made, else new active versions; `preview`
    changes nothing."""

    component = serializers.IntegerField(min_value=1)
    replacement = serializers.IntegerField(min_value=1)
    ratio = serializers.DecimalField(max_digits=18, decimal_places=6, default=Decimal(1))
    products = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=10_000)
    effective_on = serializers.DateField(required=False, allow_null=True)
    preview = serializers.BooleanField(default=True)


class WhereUsedView(APIView):
    """Everything that a product goes into, up to what is sold."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, product_id: int) -> Response:
        actor_of(request).require("production.bom.view")
        product = get_object_or_404(Product, pk=product_id)
        rows = [
            {
                "product": {"id": use.product_id, "label": use.code, "name": use.name},
                "level": use.level,
                "quantity": use.quantity,
            }
            for use in uses_of([product.pk], current().today())
        ]
        return Response({"results": rows})


class BomComparisonView(APIView):
    """Two bills of materials, of one product or of two."""

    @extend_schema(parameters=[Beside], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.bom.view")
        asked = Beside(data=request.query_params)
        asked.is_valid(raise_exception=True)
        left, right = (
            get_object_or_404(BillOfMaterials.objects.select_related("product"), pk=asked.validated_data[side])
            for side in ("left", "right")
        )
        rows = [
            {
                "kind": row.kind,
                "change": row.change,
                "product": None
                if row.product_id is None
                else {"id": row.product_id, "label": row.code, "name": row.name},
                "left": row.left,
                "right": row.right,
                "fields": {name: list(values) for name, values in row.fields.items()},
            }
            for row in bom_comparison(left, right)
        ]
        return Response({"left": _bom(left), "right": _bom(right), "results": rows})


def _bom(bom: BillOfMaterials) -> dict[str, Any]:
    return {"id": bom.pk, "label": bom.product.code, "revision": bom.revision, "is_active": bom.is_active}


class ReplaceView(APIView):
    """Replacing a component in many bills at once."""

    @extend_schema(request=ReplaceRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.bom.create")
        given = ReplaceRequest(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        component = get_object_or_404(Product.objects.select_related("unit"), pk=asked["component"])
        replacement = get_object_or_404(Product.objects.select_related("unit"), pk=asked["replacement"])
        products = asked.get("products")
        if asked["preview"]:
            rows = replacements(component, replacement, asked["ratio"], products)
            return Response({"results": [_replacement(row) for row in rows], "change": None})
        rows, change = bom_component_replace(
            actor=actor, component=component, replacement=replacement, ratio=asked["ratio"], products=products,
            effective_on=asked.get("effective_on"),
        )  # fmt: skip
        made = None if change is None else {"id": change.pk, "label": change.number}
        return Response({"results": [_replacement(row) for row in rows], "change": made})


def _replacement(row: Replacement) -> dict[str, Any]:
    product = row.bom.product
    return {
        "product": {"id": product.pk, "label": product.code, "name": product.name},
        "bom": {"id": row.bom.pk, "label": row.bom.revision},
        "before": row.before,
        "after": row.after,
        "unit": row.unit,
        "made": None if row.made is None else {"id": row.made.pk, "label": row.made.revision},
    }


class ChangeEffectView(APIView):
    """What an engineering change does to stock, orders, cost and customers."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, change_id: int) -> Response:
        actor = actor_of(request)
        actor.require("production.change.view")
        change = get_object_or_404(EngineeringChange, pk=change_id)
        return Response({"results": [_shown(actor, row) for row in change_effect(change)]})


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    """Without costs for whom they are hidden, without customers for who does not see all sales orders."""
    if "standard_cost" in actor.hidden.get("shared.product", ()):
        row |= {"material_before": None, "material_after": None}
        row |= {side: [{**held, "value": None} for held in row[side]] for side in ("removed", "added")}
    if not actor.can("shared.sales_order.view") or actor.scope("shared.sales_order") != "all":
        row["customers"] = None
    return row


class RollUpComparisonView(APIView):
    """Rolled-up costs of two days, product by product."""

    @extend_schema(parameters=[Beside], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.cost_roll_up.view")
        if "total" in actor.hidden.get("production.rolled_up_cost", ()):
            raise Forbidden(permission="production.cost_roll_up.view")
        asked = Beside(data=request.query_params)
        asked.is_valid(raise_exception=True)
        left, right = (get_object_or_404(CostRollUp, pk=asked.validated_data[side]) for side in ("left", "right"))
        sides = [
            {row.product_id: row for row in CostRollUpLine.objects.filter(roll_up=side).select_related("product")}
            for side in (left, right)
        ]
        rows = []
        for key in dict.fromkeys([*sides[0], *sides[1]]):
            ours, theirs = sides[0].get(key), sides[1].get(key)
            product = (ours or theirs).product  # type: ignore[union-attr]
            rows.append(
                {
                    "product": {"id": product.pk, "label": product.code, "name": product.name},
                    "left": ours.total if ours else None,
                    "right": theirs.total if theirs else None,
                }
            )
        return Response({"results": sorted(rows, key=lambda row: row["product"]["label"])})
