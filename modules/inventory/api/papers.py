"""Delivery notes and parcel labels, ready to print."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from modules.inventory.models import Delivery, Parcel
from modules.inventory.rules.delivery_note import delivery_note_pdf
from modules.inventory.rules.parcel_label import parcel_labels_pdf
from modules.inventory.selectors.delivery_papers import delivery_note, parcel_labels
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.problems import StateRefused
from tenon.registry.registry import registry


class DeliveryNoteView(APIView):
    """The delivery note, in the customer's language."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, delivery_id: int) -> HttpResponse:
        delivery = _delivery(actor_of(request), delivery_id)
        return _pdf(delivery_note_pdf(delivery_note(delivery)), delivery.number)


class DeliveryLabelsView(APIView):
    """A label for each parcel of a delivery."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, delivery_id: int) -> HttpResponse:
        actor = actor_of(request)
        actor.require("inventory.parcel.view")
        delivery = _delivery(actor, delivery_id)
        parcels = list(delivery.parcels.select_related("delivery__customer").order_by("id"))
        if not parcels:
            raise StateRefused(_("Nothing of this delivery is packed yet."))
        return _pdf(parcel_labels_pdf(parcel_labels(parcels), delivery.number), f"{delivery.number}-labels")


class ParcelLabelView(APIView):
    """The label of one parcel."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, parcel_id: int) -> HttpResponse:
        rows = visible(actor_of(request), registry().entities["inventory.parcel"], Parcel.objects.all())
        parcel = get_object_or_404(rows.select_related("delivery__customer"), pk=parcel_id)
        return _pdf(parcel_labels_pdf(parcel_labels([parcel]), parcel.number), parcel.number)


def _delivery(actor: Actor, key: int) -> Delivery:
    rows = visible(actor, registry().entities["inventory.delivery"], Delivery.objects.all())
    delivery = get_object_or_404(rows.select_related("customer", "order", "carrier"), pk=key)
    if delivery.kind != Delivery.Kind.DELIVERY:
        raise StateRefused(_("What comes back has no delivery note."))
    return delivery


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
