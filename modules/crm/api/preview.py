"""A quote before it is written: what its editor shows while one types."""

from __future__ import annotations

from decimal import Decimal

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.services.quotes import quote_draft
from modules.shared.data.selectors.order_preview import LinePromise, preview_out
from modules.shared.data.selectors.promise_words import reasons
from tenon.api import validation
from tenon.api.authentication import actor_of
from tenon.api.metadata import Resource


class QuotePreviewView(APIView):
    """POST, the body of a new quote → what it would come to, when it can be there, and (for those who may see it) what
    it earns. Nothing is written."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        resource = Resource.of(actor, "crm.quote")
        quote, rows = quote_draft(actor=actor, **validation.for_create(resource, request.data))
        said = reasons(actor, {index: (row.product_id, row.stands_on) for index, row in enumerate(rows)})
        promised = [LinePromise(row.promised_on, tuple(said[index])) for index, row in enumerate(rows)]
        out = preview_out(quote, rows, promised)
        if "margin" in resource.fields:
            out |= {"margin": _text(quote.margin), "margin_percent": _text(quote.margin_percent)}
            for line, row in zip(out["lines"], rows, strict=True):
                line["margin"] = _text(row.margin)
        return Response(out)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
