"""A sales order before it is written: what its editor shows while one types."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.shared.data.selectors.order_preview import preview_out, promised_days
from modules.shared.data.services.sales_orders import sales_order_draft
from tenon.api import validation
from tenon.api.authentication import actor_of
from tenon.api.metadata import Resource


class SalesOrderPreviewView(APIView):
    """POST, the body of a new sales order → what it would come to, what is in stock for it and when it can be there.
    Nothing is written or locked."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        data = validation.for_create(Resource.of(actor, "shared.sales_order"), request.data)
        order, rows = sales_order_draft(actor=actor, **data)
        return Response(preview_out(order, rows, promised_days(order, rows)))
