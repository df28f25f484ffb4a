"""Where Stripe tells us what has happened. Open to all; only what Stripe has signed is believed."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.services.events import event_receive


class _Anything(BaseParser):
    """The signature is over the bytes as they came: they are not parsed before it is checked."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


class StripeWebhook(APIView):
    authentication_classes = ()
    parser_classes = (_Anything,)

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("Stripe-Signature", str, OpenApiParameter.HEADER, required=True)],
    )
    def post(self, request: Request) -> Response:
        """Takes an event, once however often it comes. 400: not signed by Stripe. 5xx: deliver it again."""
        new = event_receive(request._request.body, request.headers.get("Stripe-Signature", ""))
        return Response({"received": True, "new": new})
