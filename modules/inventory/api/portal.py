"""The suppliers' portal over HTTP. Every address serves what belongs to the link's own supplier, and nothing else."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from modules.inventory.api.portal_door import SupplierAuthentication, link_from
from modules.inventory.selectors.supplier_portal import inquiry_of, inquiry_shown, order_shown, overview
from modules.inventory.services.inquiry_answers import answer_decline, answer_give, inquiry_seen
from modules.inventory.services.supplier_links import actor_of_link
from modules.inventory.services.supplier_orders import order_confirmed, order_proposed
from tenon.api.guests import GuestView
from tenon.tenancy.context import current

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
MOST = 500


class OfferLine(serializers.Serializer):  # type: ignore[type-arg]
    """One line of an offer: `price` for `per` of `unit`."""

    line = serializers.IntegerField(**KEY)
    price = serializers.DecimalField(max_digits=20, decimal_places=8, min_value=0)
    per = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True)
    unit = serializers.IntegerField(required=False, allow_null=True, **KEY)
    min_quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True)
    lead_days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=3650)
    delivers_on = serializers.DateField(required=False, allow_null=True)
    alternative = serializers.CharField(required=False, allow_blank=True, max_length=500)


class OfferGiven(serializers.Serializer):  # type: ignore[type-arg]
    """An offer: lines left out are not offered."""

    currency = serializers.RegexField(r"^[A-Z]{3}$")
    valid_until = serializers.DateField(required=False, allow_null=True)
    freight = serializers.DecimalField(
        max_digits=18, decimal_places=4, min_value=0, required=False, allow_null=True
    )  # fmt: skip
    words = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    lines = OfferLine(many=True, max_length=MOST)  # type: ignore[call-arg]


class Words(serializers.Serializer):  # type: ignore[type-arg]
    """What the supplier says about it."""

    words = serializers.CharField(required=False, allow_blank=True, max_length=500)


class Confirmation(serializers.Serializer):  # type: ignore[type-arg]
    """`reference`: the supplier's own number of the order."""

    reference = serializers.CharField(required=False, allow_blank=True, max_length=80)


class ProposedLine(serializers.Serializer):  # type: ignore[type-arg]
    """Another day or quantity for a line."""

    line = serializers.IntegerField(**KEY)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True)
    on = serializers.DateField(required=False, allow_null=True)


class Proposal(Words):
    """What the supplier proposes instead."""

    lines = ProposedLine(many=True, max_length=MOST)  # type: ignore[call-arg]


class PortalView(GuestView):
    """Base of the portal's addresses."""

    authentication_classes = [SupplierAuthentication]


def _given(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class PortalHomeView(PortalView):
    """Who asks, and what there is to answer."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(overview(link_from(request)))


class PortalInquiryView(PortalView):
    """One inquiry with what was answered last."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, inquiry_id: int) -> Response:
        link = link_from(request)
        asked = inquiry_of(link, inquiry_id)
        if asked.status == asked.Status.WAITING and not current().read_only:
            inquiry_seen(actor=actor_of_link(link), asked=asked)
        return Response(inquiry_shown(asked))


class PortalAnswerView(PortalView):
    """An offer, or a new one in place of the last."""

    @extend_schema(request=OfferGiven, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, inquiry_id: int) -> Response:
        link, given = link_from(request), _given(OfferGiven, request)
        answer_give(actor=actor_of_link(link), link=link, inquiry_id=inquiry_id, **given)
        return Response(inquiry_shown(inquiry_of(link, inquiry_id)))


class PortalDeclineView(PortalView):
    """No offer this time."""

    @extend_schema(request=Words, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, inquiry_id: int) -> Response:
        link, given = link_from(request), _given(Words, request)
        answer_decline(actor=actor_of_link(link), link=link, inquiry_id=inquiry_id, words=given.get("words", ""))
        return Response(inquiry_shown(inquiry_of(link, inquiry_id)))


class PortalOrderView(PortalView):
    """One purchase order."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, order_id: int) -> Response:
        return Response(order_shown(link_from(request), order_id))


class PortalConfirmView(PortalView):
    """The order is delivered as it stands."""

    @extend_schema(request=Confirmation, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, order_id: int) -> Response:
        link, given = link_from(request), _given(Confirmation, request)
        order_confirmed(
            actor=actor_of_link(link), link=link, order_id=order_id, reference=given.get("reference", "")
        )  # fmt: skip
        return Response(order_shown(link, order_id))


class PortalProposeView(PortalView):
    """Other days or quantities, for the buyer to decide."""

    @extend_schema(request=Proposal, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, order_id: int) -> Response:
        link, given = link_from(request), _given(Proposal, request)
        order_proposed(
            actor=actor_of_link(link), link=link, order_id=order_id, lines=given["lines"], words=given.get("words", "")
        )
        return Response(order_shown(link, order_id))
