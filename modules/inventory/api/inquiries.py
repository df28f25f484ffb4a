"""Comparing and awarding inquiries, links for suppliers, and blanket orders, over HTTP."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.api.portal import KEY, MOST
from modules.inventory.models import BlanketOrder, Inquiry
from modules.inventory.selectors.blankets import described as blanket_described
from modules.inventory.selectors.inquiry_comparison import described
from modules.inventory.services.blanket_deliveries import blanket_deliveries_call, blanket_deliveries_set
from modules.inventory.services.blankets import blanket_call_off
from modules.inventory.services.inquiries import inquiry_of_needs
from modules.inventory.services.inquiry_awards import inquiry_award
from modules.inventory.services.supplier_links import address_of, supplier_link_create
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry.registry import registry


def inquiry_found(actor: Actor, pk: int) -> Inquiry:
    found = visible(actor, registry().entities["inventory.inquiry"], Inquiry.objects.filter(pk=pk)).first()
    if found is None:
        raise NotFound
    return found


def _blanket(actor: Actor, pk: int) -> BlanketOrder:
    rows = BlanketOrder.objects.filter(pk=pk)
    found = visible(actor, registry().entities["inventory.blanket_order"], rows).first()
    if found is None:
        raise NotFound
    return found


class NeedsInquire(serializers.Serializer):  # type: ignore[type-arg]
    """Rows of the workbench by their keys."""

    keys = serializers.ListField(
        child=serializers.RegexField(r"^\d{1,18}-\d{1,18}$"), allow_empty=False, max_length=MOST
    )
    horizon = serializers.IntegerField(required=False, min_value=0, max_value=3650, default=30)


class AwardLine(serializers.Serializer):  # type: ignore[type-arg]
    """How much of a line (stock unit; left out, all that is left) goes to a supplier, and why."""

    line = serializers.IntegerField(**KEY)
    supplier = serializers.IntegerField(**KEY)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class Award(serializers.Serializer):  # type: ignore[type-arg]
    """A decision: all or nothing."""

    awards = AwardLine(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]
    agree_prices = serializers.BooleanField(required=False, default=False)
    tell_losers = serializers.BooleanField(required=False, default=False)
    finish = serializers.BooleanField(required=False, default=False)


class LinkNew(serializers.Serializer):  # type: ignore[type-arg]
    """A link for a supplier."""

    supplier = serializers.IntegerField(**KEY)
    email = serializers.EmailField(required=False, allow_blank=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class CallOffLine(serializers.Serializer):  # type: ignore[type-arg]
    """How much of a line, by when."""

    line = serializers.IntegerField(**KEY)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    due_on = serializers.DateField(required=False, allow_null=True)


class CallOff(serializers.Serializer):  # type: ignore[type-arg]
    """A call-off."""

    lines = CallOffLine(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]
    warehouse = serializers.IntegerField(required=False, allow_null=True, **KEY)


class NeedsInquireView(APIView):
    """A draft inquiry of rows of the workbench."""

    @extend_schema(request=NeedsInquire, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.inquiry.create")
        given = NeedsInquire(data=request.data)
        given.is_valid(raise_exception=True)
        made = inquiry_of_needs(actor=actor, **given.validated_data)
        return Response({"entity": "inventory.inquiry", "id": made.pk, "label": made.number})


class ComparisonView(APIView):
    """Who was asked and has answered, and what they offer: figures once the round was opened."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, inquiry_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.inquiry.view")
        return Response(described(inquiry_found(actor, inquiry_id)))


class AwardView(APIView):
    """Lines, or shares of them, become purchase orders."""

    @extend_schema(request=Award, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, inquiry_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.inquiry.award")
        row = inquiry_found(actor, inquiry_id)
        given = Award(data=request.data)
        given.is_valid(raise_exception=True)
        orders = inquiry_award(actor=actor, inquiry=row, **given.validated_data)
        row.refresh_from_db()
        made = [{"entity": "shared.purchase_order", "id": o.pk, "label": o.number} for o in orders]
        return Response({"orders": made, **described(row)})


class SupplierLinkView(APIView):
    """A new link. Its address is told this once."""

    @extend_schema(request=LinkNew, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.supplier_link.create")
        given = LinkNew(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        parties = Party.objects.filter(pk=asked["supplier"])
        party = visible(actor, registry().entities["shared.party"], parties).first()
        if party is None:
            raise NotFound
        link, secret = supplier_link_create(
            actor=actor, supplier=party, email=asked.get("email", ""), expires_at=asked.get("expires_at")
        )
        return Response({"id": link.pk, "address": address_of(secret), "expires_at": link.expires_at})


class BlanketView(APIView):
    """What was agreed, called off and is left."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, blanket_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.blanket_order.view")
        return Response(blanket_described(_blanket(actor, blanket_id)))


class CallOffView(APIView):
    """A draft purchase order that draws on a blanket order."""

    @extend_schema(request=CallOff, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, blanket_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.blanket_order.view")
        row = _blanket(actor, blanket_id)
        given = CallOff(data=request.data)
        given.is_valid(raise_exception=True)
        order = blanket_call_off(actor=actor, blanket=row, **given.validated_data)
        made = {"entity": "shared.purchase_order", "id": order.pk, "label": order.number}
        return Response({"order": made, **blanket_described(row)})


class DeliveriesSet(serializers.Serializer):  # type: ignore[type-arg]
    """All that is still to be called off: `[{"line", "due_on", "quantity"}]`."""

    deliveries = serializers.ListField(child=serializers.DictField(), max_length=1000)


class DeliveriesCall(serializers.Serializer):  # type: ignore[type-arg]
    until = serializers.DateField(required=False, allow_null=True)


class BlanketDeliveriesView(APIView):
    """The delivery schedule of a blanket order, as a whole."""

    @extend_schema(request=DeliveriesSet, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, blanket_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.blanket_order.update")
        row = _blanket(actor, blanket_id)
        given = DeliveriesSet(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(blanket_described(blanket_deliveries_set(actor=actor, blanket=row, **given.validated_data)))


class BlanketDeliveriesCallView(APIView):
    """A draft purchase order of what is scheduled up to a day."""

    @extend_schema(request=DeliveriesCall, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, blanket_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.blanket_order.view")
        actor.require("shared.purchase_order.create")
        row = _blanket(actor, blanket_id)
        given = DeliveriesCall(data=request.data)
        given.is_valid(raise_exception=True)
        order = blanket_deliveries_call(actor=actor, blanket=row, **given.validated_data)
        made = {"entity": "shared.purchase_order", "id": order.pk, "label": order.number}
        return Response({"order": made, **blanket_described(row)})
