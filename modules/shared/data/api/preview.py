"""A sales order before it is written: what its editor shows while one types."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.shared.data.selectors.order_preview import preview_out, promised_lines
from modules.shared.data.selectors.promise_words import reasons
from modules.shared.data.services.sales_change_preview import (
    Effects,
    LineEffect,
    LineState,
    sales_cancel_preview,
    sales_change_preview,
    sales_close_preview,
)
from modules.shared.data.services.sales_orders import sales_order_draft
from tenon.api import validation
from tenon.api.authentication import actor_of
from tenon.api.metadata import Resource
from tenon.api.visibility import rows
from tenon.money.rounding import round_money


class SalesOrderChangePreviewView(APIView):
    """POST `{lines}` of a confirmed order as they shall be → what that does to stock, purchases and production. Nothing
    is written."""

    @extend_schema(
        operation_id="v1_shared_sales_orders_change_preview",
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        resource = Resource.of(actor, "shared.sales_order")
        order = get_object_or_404(rows(resource), pk=pk)
        given = request.data.get("lines") if isinstance(request.data, dict) else None
        data = validation.for_update(resource, {"lines": given or []}, order)
        return Response(effects_out(sales_change_preview(actor=actor, order=order, lines=data.get("lines") or [])))


class SalesOrderEndPreviewView(APIView):
    """POST `{}` → what cancelling (or closing) the order does to stock, purchases and production, and what its terms
    charge. Nothing is written."""

    preview = staticmethod(sales_cancel_preview)

    @extend_schema(operation_id="v1_shared_sales_orders_cancel_preview", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        order = get_object_or_404(rows(Resource.of(actor, "shared.sales_order")), pk=pk)
        return Response(effects_out(self.preview(actor=actor, order=order)))


@extend_schema_view(post=extend_schema(operation_id="v1_shared_sales_orders_close_preview"))
class SalesOrderClosePreviewView(SalesOrderEndPreviewView):
    preview = staticmethod(sales_close_preview)


class SalesOrderPromisesView(APIView):
    """What the dates of an order's lines stand on, in words, and what is later than promised by now."""

    @extend_schema(operation_id="v1_shared_sales_orders_promises", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        order = get_object_or_404(rows(Resource.of(actor, "shared.sales_order")), pk=pk)
        lines = list(order.lines.order_by("position", "id"))
        said = reasons(actor, {line.pk: (line.product_id, line.promise_steps) for line in lines})
        return Response(
            {
                "lines": [
                    {
                        "line": line.pk, "promised_on": line.promised_on, "expected_on": line.expected_on,
                        "reasons": said[line.pk],
                    }
                    for line in lines
                ]
            }
        )  # fmt: skip


class SalesOrderPreviewView(APIView):
    """POST, the body of a new sales order → what it would come to, what is in stock for it and when it can be there.
    Nothing is written or locked."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        data = validation.for_create(Resource.of(actor, "shared.sales_order"), request.data)
        order, lines = sales_order_draft(actor=actor, **data)
        return Response(preview_out(order, lines, promised_lines(actor, order, lines)))


def effects_out(effects: Effects) -> dict[str, Any]:
    charge, weighed = effects.charge, effects.weighed
    return {
        "lines": [_effect_out(effect) for effect in effects.lines],
        "charge": charge and {
            "currency": charge.currency,
            "cancelled_value": round_money(charge.cancelled_value, charge.currency),
            "amount": round_money(charge.agreed, charge.currency),
            "parts": charge.parts,
        },
        # What the order is worth, and what of the change somebody else has to approve.
        "value": weighed and {
            "before": weighed.before.worth, "after": weighed.after.worth, "beyond": weighed.beyond,
        },
    }  # fmt: skip


def _effect_out(effect: LineEffect) -> dict[str, Any]:
    return {
        "line": effect.line_id, "position": effect.position, "before": _state(effect.before),
        "after": _state(effect.after),
        "surplus": [
            {"document": {"entity": s.supply.entity, "id": s.supply.id, "label": s.supply.label},
             "quantity": s.quantity, "due_on": s.due_on}
            for s in effect.surplus
        ],
        "bills": [{"entity": b.invoice.entity, "id": b.invoice.id, "label": b.invoice.label} for b in effect.bills],
    }  # fmt: skip


def _state(state: LineState | None) -> dict[str, Any] | None:
    return None if state is None else asdict(state)
