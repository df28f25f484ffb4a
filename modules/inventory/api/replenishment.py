"""Replenishment, forecasts, slow stock and turnover over HTTP."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.models import Forecast, Warehouse
from modules.inventory.selectors.demand import histories
from modules.inventory.selectors.forecasts import forecasts
from modules.inventory.selectors.replenishment import Row, board
from modules.inventory.selectors.slow_stock import AGES, HORIZON, Slow, slow_stock
from modules.inventory.selectors.turnover import Row as Turned
from modules.inventory.selectors.turnover import turnover
from modules.inventory.services.replenishment_acting import (
    replenishment_order,
    replenishment_request,
    replenishment_transfer,
)
from tenon.api.authentication import actor_of
from tenon.jobs.models import Job
from tenon.jobs.services import job_start, jobs_of
from tenon.problems import Conflict
from tenon.tenancy.context import current

KIND = "modules.inventory.tasks.work_out_replenishment"
VIEW = "inventory.replenishment_policy.view"
ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
QUANTITY: dict[str, Any] = {"max_digits": 18, "decimal_places": 6, "required": False, "allow_null": True}


class ActRow(serializers.Serializer):  # type: ignore[type-arg]
    """A policy that falls short; quantity where it is not the one proposed."""

    policy = serializers.IntegerField(**ID)
    quantity = serializers.DecimalField(**QUANTITY)


class Act(serializers.Serializer):  # type: ignore[type-arg]
    """`how`: a requisition, or orders straight from the suppliers that the purchase workbench would choose."""

    how = serializers.ChoiceField(choices=("requisition", "order"))
    rows = ActRow(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]


class TransferAct(serializers.Serializer):  # type: ignore[type-arg]
    """Goods from a warehouse that has more than it needs."""

    policy = serializers.IntegerField(**ID)
    from_warehouse = serializers.IntegerField(**ID)
    quantity = serializers.DecimalField(**QUANTITY)


class ReplenishmentView(APIView):
    """Every policy with its projected stock, what falls short first."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require(VIEW)
        return Response(_board())


class ReplenishmentActView(APIView):
    """Requisitions or draft purchase orders of what falls short."""

    @extend_schema(request=Act, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.replenishment_policy.view")
        given = Act(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        made: list[Any]
        if asked["how"] == "order":
            entity, made = "shared.purchase_order", list(replenishment_order(actor=actor, rows=asked["rows"]))
        else:
            entity, made = "inventory.requisition", list(replenishment_request(actor=actor, rows=asked["rows"]))
        return Response({**_board(), "made": [{"entity": entity, "id": o.pk, "label": o.number} for o in made]})


class ReplenishmentTransferView(APIView):
    """Moves goods from a warehouse that has them to spare."""

    @extend_schema(request=TransferAct, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor_of(request).require("inventory.replenishment_policy.view")
        given = TransferAct(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        moved = replenishment_transfer(
            actor=actor_of(request), policy=asked["policy"], from_warehouse=asked["from_warehouse"],
            quantity=asked.get("quantity"),
        )  # fmt: skip
        return Response({**_board(), "moved": moved})


class ReplenishmentRunView(APIView):
    """Works forecasts, reorder points and alerts out anew, in the background; who asks twice follows the same job."""

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        for code in ("inventory.forecast.run", "inventory.replenishment_policy.update"):
            actor.require(code)
        open_ = Job.objects.filter(kind=KIND, state__in=(Job.State.QUEUED, Job.State.RUNNING)).order_by("-id").first()
        if open_ is not None and not jobs_of(actor).filter(pk=open_.pk).exists():
            raise Conflict(_("Forecasts are being worked out already"))
        job = open_ or job_start(actor=actor, kind=KIND, title=_("Replenishment"))
        return Response({"id": job.pk, "state": job.state, "progress": job.progress, "message": job.message})


def _board() -> dict[str, Any]:
    rows = board()
    names = dict(Warehouse.objects.values_list("pk", "name"))
    return {"results": [_row(row, names) for row in rows]}


def _row(row: Row, names: dict[int, str]) -> dict[str, Any]:
    policy, product = row.policy, row.policy.product
    return {
        "id": policy.pk,
        "product": {"id": product.pk, "label": product.code, "name": product.name},
        "unit": product.unit.code,
        "made": product.source == "make",
        "warehouse": {"id": policy.warehouse_id, "label": policy.warehouse.name},
        "on_hand": row.on_hand, "incoming": row.incoming, "outgoing": row.outgoing, "asked": row.asked,
        "projected": row.projected, "until": row.until, "short": row.is_short,
        "point": row.point, "point_from": row.point_from, "manual_point": policy.minimum,
        "computed_point": policy.computed_point, "computed_safety": policy.computed_safety,
        "product_point": product.reorder_point, "fill": row.fill,
        "daily_demand": policy.daily_demand, "daily_deviation": policy.daily_deviation,
        "lead_days": policy.lead_days, "lead_deviation": policy.lead_deviation, "receipts": policy.lead_receipts,
        "service_level": policy.service_level,
        "need": row.need, "sizes": row.sizes, "quantity": sum(row.sizes),
        "alert_since": row.alert_since,
        "documents": [{"entity": d.entity, "id": d.id, "label": d.label} for d in row.documents],
        "transfers": [
            {"warehouse": {"id": t.warehouse_id, "label": names.get(t.warehouse_id, "")}, "quantity": t.quantity}
            for t in row.transfers
        ],
    }  # fmt: skip


class OutlookView(APIView):
    """One product's demand, month by month: what was, cleaned of stock-outs, and what is expected."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, forecast_id: int) -> Response:
        actor_of(request).require("inventory.forecast.view")
        row = get_object_or_404(Forecast.objects.select_related("product__unit"), pk=forecast_id)
        history = histories([row.product_id]).get(row.product_id)
        return Response(
            {
                "product": {"id": row.product_id, "label": row.product.code, "name": row.product.name},
                "unit": row.product.unit.code,
                "method": row.method, "mase": row.mase, "wape": row.wape, "computed_at": row.computed_at,
                "history": [
                    {"month": month, "issued": issued, "days_out": out, "demand": f"{demand:.3f}"}
                    for month, issued, out, demand in zip(
                        history.months, history.issued, history.days_out, history.demand, strict=True
                    )
                ] if history is not None else [],
                "forecast": [
                    {
                        "month": month.month, "quantity": month.quantity, "computed": month.computed,
                        "low": month.low, "high": month.high,
                        "override": None if month.override is None else {
                            "id": month.override.pk, "version": month.override.version,
                            "reason": month.override.reason,
                        },
                    }
                    for month in forecasts([row.product_id]).get(row.product_id, [])
                ],
            }
        )  # fmt: skip


class SlowQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`horizon`: days of demand that stock may cover before it is too much."""

    horizon = serializers.IntegerField(required=False, min_value=1, max_value=3650, default=HORIZON)


class SlowStockView(APIView):
    """Slow, dead and excess stock with its value, a provision by age, and what is being done about it."""

    @extend_schema(parameters=[SlowQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("inventory.slow_stock.view")
        asked = SlowQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = slow_stock(asked.validated_data["horizon"])
        total = sum(row.value for row in rows)
        dead = sum(row.value for row in rows if row.kind == "dead")
        return Response(
            {
                "currency": current().currency,
                "ages": AGES,
                "total": total,
                "dead": dead,
                "slow": sum(row.value for row in rows if row.kind == "slow"),
                "excess": sum(row.excess_value for row in rows),
                "provision": sum(row.provision for row in rows),
                "dead_share": dead / total if total else None,
                "results": [_slow(row) for row in rows if row.kind != "moving" or row.action],
            }
        )


def _slow(row: Slow) -> dict[str, Any]:
    action = row.action
    return {
        "product": {"id": row.product.pk, "label": row.product.code, "name": row.product.name},
        "unit": (row.product.second_unit or row.product.unit).code,
        "quantity": row.quantity, "value": row.value, "idle": row.idle, "oldest": row.oldest, "ages": row.ages,
        "demand": row.demand, "excess": row.excess, "excess_value": row.excess_value, "kind": row.kind,
        "provision": row.provision,
        "action": None if action is None else {
            "id": action.pk, "kind": action.kind, "reason": action.reason, "owner": action.owner.name,
            "until": action.until,
        },
    }  # fmt: skip


class TurnoverQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`months`: so many, this one included. `by`: how to group."""

    by = serializers.ChoiceField(choices=("product", "abc", "warehouse"), default="product")
    months = serializers.IntegerField(required=False, min_value=1, max_value=36, default=12)


class TurnoverView(APIView):
    """Cost of goods sold over average inventory, at the ledger's valuation."""

    @extend_schema(parameters=[TurnoverQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("inventory.slow_stock.view")
        asked = TurnoverQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        report = turnover(asked.validated_data["by"], asked.validated_data["months"])
        return Response(
            {
                "currency": current().currency,
                "since": report.since,
                "until": report.until,
                "total": _turned(report.total),
                "results": [_turned(row) for row in report.rows],
            }
        )


def _turned(row: Turned) -> dict[str, Any]:
    figures = row.turnover
    return {
        "key": row.key, "label": row.label, "cogs": row.cogs, "consumed": row.consumed, "closing": row.closing,
        "average": round(figures.average, 4), "turns": None if figures.turns is None else round(figures.turns, 2),
        "days": None if figures.days_of_stock is None else round(figures.days_of_stock, 1),
    }  # fmt: skip
