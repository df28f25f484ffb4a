"""Lots over HTTP: what expires, tracing and recall, what a delivery would take, labels."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.models import Delivery, Lot
from modules.inventory.rules.labels import Label, labels_pdf
from modules.inventory.selectors.delivery_lots import delivery_lots
from modules.inventory.selectors.expiry import expiring
from modules.inventory.selectors.genealogy import customers_of, starts, trace
from modules.inventory.selectors.labels import lot_labels, product_labels
from modules.inventory.selectors.lot_story import lot_story
from modules.inventory.services.recall import lot_recall
from modules.shared.data.models import Product
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.registry.registry import registry
from tenon.tenancy.context import current


class DaysQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`days`: what runs out within so many days."""

    days = serializers.IntegerField(required=False, min_value=0, max_value=3650, default=90)


class CopiesQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`copies`: how many labels of each."""

    copies = serializers.IntegerField(required=False, min_value=1, max_value=500, default=1)


class RecallRequest(serializers.Serializer):  # type: ignore[type-arg]
    """Why everything is held."""

    reason = serializers.CharField(max_length=200)


class ExpiryView(APIView):
    """Lots in stock that have expired or will within so many days, the first first, with what they are worth."""

    @extend_schema(parameters=[DaysQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.lot.view")
        asked = DaysQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = expiring(asked.validated_data["days"], worth=actor.can("inventory.stock_value.view"))
        return Response({"currency": current().currency, "results": rows})


class TraceView(APIView):
    """A lot's story: what it was made of, what was made of it, who got it, where it lies, and its mass balance."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, lot_id: int) -> Response:
        actor_of(request).require("inventory.lot.trace")
        return Response(
            lot_story(get_object_or_404(Lot.objects.select_related("product__unit", "supplier"), pk=lot_id))
        )


class RecallView(APIView):
    """Holds a lot and everything that was made of it."""

    @extend_schema(request=RecallRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, lot_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.lot.recall")
        given = RecallRequest(data=request.data)
        given.is_valid(raise_exception=True)
        lot = get_object_or_404(Lot, pk=lot_id)
        held = lot_recall(actor=actor, lot=lot, reason=given.validated_data["reason"])
        return Response({"held": [{"id": x.pk, "label": x.number} for x in held]})


class RecallCustomersView(APIView):
    """Everybody who got the lot or something made of it, as CSV."""

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, lot_id: int) -> HttpResponse:
        actor_of(request).require("inventory.lot.trace")
        lot = get_object_or_404(Lot, pk=lot_id)
        got = customers_of(trace(starts(lot), forward=True))
        products = Product.objects.in_bulk({x.node.product_id for x in got})
        out = io.StringIO()
        out.write("\ufeff")  # so that spreadsheets read Chinese
        writer = csv.writer(out)
        writer.writerow(
            [_("Customer"), _("Name"), _("E-mail"), _("Phone"), _("Product"), _("Lot"), _("Shipped"), _("Returned"),
             _("Of ours at theirs"), _("Documents")]
        )  # fmt: skip
        for x in got:
            cells = [x.code, x.name, x.email, x.phone, str(products[x.node.product_id]), x.node.lot]
            figures = [f"{n.normalize():f}" for n in (x.shipped, x.returned, x.consigned)]
            writer.writerow([_harmless(c) for c in (*cells, *figures, " ".join(label for _pk, label in x.documents))])
        answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="recall-{lot.pk}.csv"'
        return answer


def _harmless(cell: str) -> str:
    """Spreadsheets take what begins so for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


class DeliveryLotsView(APIView):
    """Which lots a draft would take now, and which a shipped delivery took, by line."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, delivery_id: int) -> Response:
        rows = visible(actor_of(request), registry().entities["inventory.delivery"], Delivery.objects.all())
        return Response({"results": delivery_lots(get_object_or_404(rows, pk=delivery_id))})


class LotLabelsView(APIView):
    """Labels of a lot or serial number, ready to print."""

    @extend_schema(parameters=[CopiesQuery], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, lot_id: int) -> HttpResponse:
        actor_of(request).require("inventory.lot.view")
        lot = get_object_or_404(Lot.objects.select_related("product"), pk=lot_id)
        return _pdf(request, lot_labels([lot]), lot.number)


class ProductLabelsView(APIView):
    """Labels of a product, ready to print."""

    @extend_schema(parameters=[CopiesQuery], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, product_id: int) -> HttpResponse:
        actor_of(request).require("inventory.stock.view")
        product = get_object_or_404(Product, pk=product_id)
        return _pdf(request, product_labels([product]), product.code)


def _pdf(request: Request, labels: list[Label], title: str) -> HttpResponse:
    asked = CopiesQuery(data=request.query_params)
    asked.is_valid(raise_exception=True)
    answer: Any = HttpResponse(
        labels_pdf(labels * asked.validated_data["copies"], title), content_type="application/pdf"
    )
    answer["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return answer
