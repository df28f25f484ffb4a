"""The purchase workbench over HTTP: what must be bought, from whom and why, and ordering it."""

from __future__ import annotations

from typing import Any

from dateutil.relativedelta import relativedelta
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.selectors.purchase_costs import KEYS, REFERENCE, Row, purchase_costs
from modules.inventory.selectors.purchase_needs import described, workbench
from modules.inventory.selectors.supplier_scores import scored, supplier_scores
from modules.inventory.services.purchase_needs import purchase_needs_order
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current


class HorizonQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`horizon`: what must be ordered within so many days to come in time."""

    horizon = serializers.IntegerField(required=False, min_value=0, max_value=3650, default=30)


class NeedRow(serializers.Serializer):  # type: ignore[type-arg]
    """A row of the workbench by its key; supplier (with its currency) and quantity where they differ."""

    key = serializers.RegexField(r"^\d{1,18}-\d{1,18}$")
    supplier = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    currency = serializers.CharField(required=False, allow_blank=True, max_length=3)
    quantity = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=6)


class NeedsOrder(HorizonQuery):
    """What to order."""

    rows = NeedRow(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]


class PurchaseWorkbenchView(APIView):
    """Needs by product and warehouse, each with the supplier that would be chosen and the reasons in words."""

    @extend_schema(parameters=[HorizonQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("inventory.purchase_need.view")
        asked = HorizonQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = described(workbench(asked.validated_data["horizon"]))
        return Response({"currency": current().currency, "results": rows})


class PurchaseOrdersView(APIView):
    """Draft purchase orders of some rows: one for each supplier, currency and warehouse."""

    @extend_schema(request=NeedsOrder, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.purchase_need.order")
        given = NeedsOrder(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        orders = purchase_needs_order(actor=actor, rows=asked["rows"], horizon=asked["horizon"])
        made = [{"entity": "shared.purchase_order", "id": o.pk, "label": o.number} for o in orders]
        rows = described(workbench(asked["horizon"]))
        return Response({"orders": made, "currency": current().currency, "results": rows})


class ScorecardQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`since`, `until`: days of the orders; `supplier`: of this one only."""

    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    supplier = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class SupplierScorecardView(APIView):
    """How suppliers perform, from orders, receipts and their answers; whoever we spend most with first."""

    @extend_schema(parameters=[ScorecardQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("inventory.supplier_score.view")
        asked = ScorecardQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        rows = supplier_scores(since=given["since"], until=given["until"], supplier_id=given.get("supplier"))
        return Response({"currency": current().currency, "results": [scored(row) for row in rows]})


class CostsQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`by`: how to group. `against`: what prices are compared with. `months`: so many, this one included; else all."""

    by = serializers.ChoiceField(choices=tuple(KEYS), default="supplier")
    against = serializers.ChoiceField(choices=tuple(REFERENCE), default="standard")
    months = serializers.IntegerField(required=False, min_value=1, max_value=600)


class PurchaseCostsView(APIView):
    """What was ordered and received, at the price paid, and its variance from standard cost or the price before."""

    @extend_schema(parameters=[CostsQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.purchase_cost.view")
        asked = CostsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        since = None
        if "months" in given:
            since = current().today().replace(day=1) - relativedelta(months=given["months"] - 1)
        report = purchase_costs(actor=actor, by=given["by"], against=given["against"], since=since)
        rows = [_cost(row) for row in report.rows]
        return Response({"currency": current().currency, "total": _cost(report.total), "results": rows})


def _cost(row: Row) -> dict[str, Any]:
    return {
        "key": row.key, "label": row.label, "ordered": row.ordered, "received": row.received, "compared": row.compared,
        "reference": row.reference, "variance": row.variance, "share": row.share,
    }  # fmt: skip
