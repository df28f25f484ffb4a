"""Planning and trees over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.api.serializers import FirmRequest, PeggingQuery
from modules.production.selectors.bom_costs import cost_build_up
from modules.production.selectors.structure import bom_tree, where_used
from modules.production.selectors.workbench import last_run, pegging_tree, workbench
from modules.production.services import planned_orders_firm
from modules.production.services.planning_job import planning_start
from modules.shared.data.models import Product
from tenon.api.authentication import actor_of
from tenon.jobs.api.urls import JobOutput, job_row
from tenon.tenancy.context import current


class PlanningView(APIView):
    """The workbench, and running planning."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.planning.view")
        return Response(workbench())

    @extend_schema(request=None, responses={202: JobOutput})
    def post(self, request: Request) -> Response:
        """Starts planning in the background and answers its job: followed and stopped at /api/v1/jobs/{id}/."""
        return Response(job_row(planning_start(actor=actor_of(request))), status=202)


class FirmView(APIView):
    """Firming several proposals at once: one purchase order per supplier."""

    @extend_schema(request=FirmRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("production.planning.firm")
        given = FirmRequest(data=request.data)
        given.is_valid(raise_exception=True)
        made = planned_orders_firm(actor=actor, ids=given.validated_data["ids"])
        orders = [{"entity": ref.entity, "id": ref.id, "label": ref.label} for ref in made]
        return Response({"orders": orders, **workbench()})


class PeggingView(APIView):
    """What covers a document line, down to the last bought part."""

    @extend_schema(parameters=[PeggingQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("production.planning.view")
        asked = PeggingQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        run = last_run()
        key = asked.validated_data
        return Response({"results": [] if run is None else pegging_tree(run, key["entity"], key["id"])})


class BomTreeView(APIView):
    """The whole tree below a product with what each component adds to its cost, and what uses it. Without costs for
    whom they are hidden."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, product_id: int) -> Response:
        actor = actor_of(request)
        actor.require("production.bom.view")
        product = get_object_or_404(Product.objects.select_related("unit"), pk=product_id)
        lines = bom_tree(product.pk, current().today())
        hidden = "standard_cost" in actor.hidden.get("shared.product", ())
        built = None if hidden or not lines else cost_build_up(product.pk, lines)
        costs: Sequence[tuple[Decimal | None, Decimal | None]] = [(None, None)] * len(lines)
        if built is not None:
            costs = built.lines
        tree: list[dict[str, Any]] = [
            {
                "line_id": line.id,
                "parent_id": line.parent_id,
                "product": {"id": line.product_id, "label": line.code, "name": line.name},
                "source": line.source,
                "level": line.level,
                "quantity": line.quantity,
                "unit": line.unit,
                "scrap": line.scrap,
                "valid_from": line.valid_from,
                "valid_until": line.valid_until,
                "unit_cost": unit_cost,
                "cost": cost,
                "fixed": line.fixed,
                "phantom": line.phantom,
                "designators": line.designators,
                "followed_by": line.followed_by,
            }
            for line, (unit_cost, cost) in zip(lines, costs, strict=True)
        ]
        used = [
            {"product": {"id": parent, "label": code, "name": name}, "quantity": quantity}
            for parent, code, name, quantity in where_used(product.pk)
        ]
        top = {"id": product.pk, "label": product.code, "unit": product.unit.code}
        return Response({"product": top, "cost": built and built.top, "tree": tree, "where_used": used})
