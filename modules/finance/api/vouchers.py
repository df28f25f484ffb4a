"""Entering vouchers: what is at hand, and what is posted."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.selectors.voucher_desk import currency_rates, postable_accounts
from modules.finance.services.journal import journal_entry_post
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current

KEY: dict[str, Any] = {"required": False, "allow_null": True, "min_value": 1, "max_value": 2**63 - 1}
AMOUNT: dict[str, Any] = {"required": False, "allow_null": True, "max_digits": 18, "decimal_places": 4, "min_value": 0}


class DayQuery(serializers.Serializer):
    on = serializers.DateField(required=False)


class VoucherLineIn(serializers.Serializer):
    """Debit or credit in the line's currency (the company's unless named), worth `rate` or that of the day."""

    account = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    debit = serializers.DecimalField(**AMOUNT)
    credit = serializers.DecimalField(**AMOUNT)
    currency = serializers.CharField(required=False, allow_blank=True, max_length=3, default="")
    rate = serializers.DecimalField(
        required=False, allow_null=True, max_digits=20, decimal_places=10, min_value=0, default=None
    )
    party = serializers.IntegerField(**KEY)
    product = serializers.IntegerField(**KEY)
    department = serializers.IntegerField(**KEY)
    sales_order_id = serializers.IntegerField(**KEY)
    narration = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class VoucherIn(serializers.Serializer):
    """A voucher to post. `opening`: balances of the former books."""

    entry_date = serializers.DateField(required=False, allow_null=True, default=None)
    narration = serializers.CharField(required=False, allow_blank=True, max_length=400, default="")
    opening = serializers.BooleanField(default=False)
    lines = VoucherLineIn(many=True, max_length=1000)  # type: ignore[call-arg]  # a keyword of its list


class VoucherDeskView(APIView):
    """Accounts that can be posted to, with pinyin; currencies with the rate of the day."""

    @extend_schema(parameters=[DayQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("finance.journal_entry.view")
        asked = DayQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        day = asked.validated_data.get("on") or current().today()
        accounts = postable_accounts(actor=actor_of(request))
        rates = currency_rates(day)
        return Response(
            {
                "accounts": [
                    {
                        "id": a.id, "code": a.code, "label": a.title, "other": a.other, "find": a.find,
                        "by_hand": a.by_hand,
                    }
                    for a in accounts
                ],
                "currencies": [
                    {"code": code, "rate": None if rate is None else f"{rate.normalize():f}"}
                    for code, rate in rates.items()
                ],
            }
        )  # fmt: skip


class VoucherPostView(APIView):
    """Posts a voucher as it was typed."""

    @extend_schema(request=VoucherIn, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.journal_entry.create")
        given = VoucherIn(data=request.data)
        given.is_valid(raise_exception=True)
        body = dict(given.validated_data)
        lines = [{**line, "in_currency": True} for line in body.pop("lines")]
        entry = journal_entry_post(actor=actor, lines=lines, **body)
        return Response({"id": entry.pk, "number": entry.number, "voucher": entry.voucher}, status=201)
