"""A customer on one page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.shared.contracts.customers import Happening
from modules.shared.data.selectors.customer import customer_view
from tenon.api.authentication import actor_of
from tenon.registry.registry import registry
from tenon.tenancy.context import current

LEAST, MOST = 20, 200


class CustomerView(APIView):
    """GET ?limit=20 → sales of a year, people, what is to come, and the latest of what happened: of every module that
    is on, as far as whoever asks may see it."""

    @extend_schema(
        operation_id="v1_shared_parties_customer_retrieve", parameters=[OpenApiParameter("limit", int)],
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    def get(self, request: Request, party_id: int) -> Response:
        actor = actor_of(request)
        actor.require("shared.party.view")
        text = request.query_params.get("limit", "")
        asked = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else LEAST
        found = customer_view(actor=actor, party_id=party_id, limit=max(1, min(asked, MOST)))
        sales = found.sales
        return Response(
            {
                "currency": current().currency,
                "today": current().today().isoformat(),
                "sales": sales
                and {
                    "orders": sales.orders, "net": _text(sales.net), "open_orders": sales.open_orders,
                    "last_order_on": sales.last_order_on,
                },
                "people": [vars(person) for person in found.people],
                "coming": [_entry(x) for x in found.coming],
                "happened": [_entry(x) for x in found.happened],
                "more": found.more,
            }
        )  # fmt: skip


def _entry(x: Happening) -> dict[str, Any]:
    entity = registry().entities[x.record.entity]
    return {
        "entity": x.record.entity, "id": x.record.id, "label": x.record.label, "icon": entity.icon, "day": x.day,
        "kind": x.kind, "state": x.state, "state_kind": x.state_kind, "detail": x.detail, "amount": _text(x.amount),
        "currency": x.currency, "progress": None if x.progress is None else f"{x.progress:.3f}",
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
