"""The receiving and the shipping desk over HTTP. What they do goes through receipts, deliveries and waves."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.selectors.desks import expected_receipts, orders_to_ship
from tenon.api.authentication import actor_of


class ReceivingDeskView(APIView):
    """What is expected of which supplier on which day, the latest first."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.receipt.view")
        return Response(expected_receipts(actor))


class ShippingDeskView(APIView):
    """Orders whose goods are on no delivery yet: ready, short or waiting."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.delivery.view")
        return Response(orders_to_ship(actor))
