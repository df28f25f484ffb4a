"""The reservation board over HTTP: who holds what, and locking, claiming, releasing, re-assigning, taking over."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.models import Reservation, StockBalance, SupplyClaim
from modules.inventory.selectors.reservation_board import SHOWN, reservation_board
from modules.inventory.services.hand_locks import demand_lock, reservation_release
from modules.inventory.services.reassignment import reservation_reassign, reservation_take_over
from modules.inventory.services.supply_claims import claim_release, supply_claim
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of

MOST = 2**63 - 1


class BoardQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`show`: only lines that are short, locked, claimed or hold stock until a day; `after`: the next page."""

    search = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")
    show = serializers.ChoiceField(choices=SHOWN, required=False, default="all")
    after = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")
    product = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=None)


class LineInput(serializers.Serializer):  # type: ignore[type-arg]
    """A line of a document: its entity and id."""

    entity = serializers.CharField(max_length=60)
    id = serializers.IntegerField(min_value=1, max_value=MOST)


class ByHand(serializers.Serializer):  # type: ignore[type-arg]
    """How much (left out: all of it) and why."""

    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True, default=None)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class LockInput(ByHand):
    """`stock`: the balance to lock it in, hard; left out: wherever it is free."""

    line = LineInput()
    product = serializers.IntegerField(min_value=1, max_value=MOST)
    stock = serializers.IntegerField(min_value=1, max_value=MOST, required=False, allow_null=True, default=None)


class ClaimInput(ByHand):
    """Of which supply; `is_hard`: locked where it arrives."""

    line = LineInput()
    supply = LineInput()
    is_hard = serializers.BooleanField(required=False, default=False)


class ReleaseInput(ByHand):
    """A reservation, or a claim."""

    reservation = serializers.IntegerField(min_value=1, max_value=MOST, required=False)
    claim = serializers.IntegerField(min_value=1, max_value=MOST, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("reservation" in attrs) == ("claim" in attrs):
            raise serializers.ValidationError({"reservation": ["Name a reservation or a claim."]})
        return attrs


class PassOnInput(ByHand):
    """Which reservation, and the line that gets it."""

    reservation = serializers.IntegerField(min_value=1, max_value=MOST)
    to = LineInput()


def _ref(given: dict[str, Any]) -> RecordRef:
    return RecordRef(given["entity"], given["id"])


class ReservationBoardView(APIView):
    """Products with the lines that wait for them, what is locked and claimed for each, and what is still to come."""

    @extend_schema(parameters=[BoardQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("inventory.reservation.view")
        asked = BoardQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        return Response(
            reservation_board(
                actor=actor, search=given["search"].strip(), show=given["show"], after=given["after"],
                product_id=given["product"],
            )
        )  # fmt: skip


class _Verb(APIView, ABC):
    """One verb of the board; answers the product's row as it is then."""

    permission = ""
    takes: type[ByHand] = ByHand

    @abstractmethod
    def run(self, actor: Actor, given: dict[str, Any]) -> int:
        """Returns the product's id."""

    def answer(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require(self.permission)
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        product = self.run(actor, given.validated_data)
        return Response(reservation_board(actor=actor, product_id=product))


class BoardLockView(_Verb):
    permission, takes = "inventory.reservation.lock", LockInput

    @extend_schema(request=LockInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Locks stock for a line."""
        return self.answer(request)

    def run(self, actor: Actor, given: dict[str, Any]) -> int:
        product = get_object_or_404(Product.objects.select_related("unit"), pk=given["product"])
        stock = get_object_or_404(StockBalance, pk=given["stock"], product=product) if given["stock"] else None
        demand_lock(
            actor=actor, line=_ref(given["line"]), product=product, quantity=given["quantity"], stock=stock,
            reason=given["reason"],
        )  # fmt: skip
        return product.pk


class BoardClaimView(_Verb):
    permission, takes = "inventory.reservation.lock", ClaimInput

    @extend_schema(request=ClaimInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Sets a quantity of an open supply aside for a line."""
        return self.answer(request)

    def run(self, actor: Actor, given: dict[str, Any]) -> int:
        claim = supply_claim(
            actor=actor, line=_ref(given["line"]), supply=_ref(given["supply"]), quantity=given["quantity"],
            is_hard=given["is_hard"], reason=given["reason"],
        )  # fmt: skip
        return claim.product_id


class BoardReleaseView(_Verb):
    permission, takes = "inventory.reservation.release", ReleaseInput

    @extend_schema(request=ReleaseInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Releases a reservation or a claim, or a part of it."""
        return self.answer(request)

    def run(self, actor: Actor, given: dict[str, Any]) -> int:
        how = {"actor": actor, "quantity": given["quantity"], "reason": given["reason"]}
        if "claim" in given:
            claim = claim_release(claim=get_object_or_404(SupplyClaim, pk=given["claim"]), **how)
            return claim.product_id
        row = reservation_release(reservation=get_object_or_404(Reservation, pk=given["reservation"]), **how)
        return row.product_id


class BoardReassignView(_Verb):
    permission, takes = "inventory.reservation.reassign", PassOnInput

    @extend_schema(request=PassOnInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Gives what is locked for one line to another, with a reason."""
        return self.answer(request)

    def run(self, actor: Actor, given: dict[str, Any]) -> int:
        row = get_object_or_404(Reservation, pk=given["reservation"])
        reservation_reassign(
            actor=actor, reservation=row, to=_ref(given["to"]), quantity=given["quantity"], reason=given["reason"]
        )
        return row.product_id


class BoardTakeOverView(_Verb):
    permission, takes = "inventory.reservation.take_over", PassOnInput

    @extend_schema(request=PassOnInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """The more urgent line takes a soft reservation of a less urgent one, with a reason."""
        return self.answer(request)

    def run(self, actor: Actor, given: dict[str, Any]) -> int:
        row = get_object_or_404(Reservation, pk=given["reservation"])
        reservation_take_over(
            actor=actor, reservation=row, to=_ref(given["to"]), quantity=given["quantity"], reason=given["reason"]
        )
        return row.product_id
