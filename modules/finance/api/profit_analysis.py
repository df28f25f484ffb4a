"""Margins side by side, and the steps between two times."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.rules.profit import margin
from modules.finance.selectors.profit_analysis import KEYS, Margin, bridge, margins
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current

STEPS = ("before", "price", "cost", "volume", "mix", "range", "other", "after")


class AnalysisQuery(serializers.Serializer):
    """Days, and those they are compared with: left out, as many days before them."""

    by = serializers.ChoiceField(choices=list(KEYS), default="customer")
    since = serializers.DateField(required=False)
    to = serializers.DateField(required=False)
    before_since = serializers.DateField(required=False)
    before_to = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until: date = attrs.get("to") or current().today()
        since: date = attrs.get("since") or until.replace(day=1)
        if since > until:
            raise serializers.ValidationError({"since": "after the last day"})
        before_to: date = attrs.get("before_to") or since - timedelta(days=1)
        before_since: date = attrs.get("before_since") or before_to - (until - since)
        if before_since > before_to:
            raise serializers.ValidationError({"before_since": "after the last day"})
        return {"by": attrs["by"], "after": (since, until), "before": (before_since, before_to)}


class ProfitAnalysisView(APIView):
    """Revenue, cost and margin by customer, product, region, salesperson or month; price, cost, volume, mix between."""

    @extend_schema(operation_id="v1_finance_profit_analysis", parameters=[AnalysisQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.profit_analysis.view")
        given = AnalysisQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        by, before, after = asked["by"], asked["before"], asked["after"]
        now = margins(actor=actor, by=by, since=after[0], until=after[1])
        was = {row.key: row for row in margins(actor=actor, by=by, since=before[0], until=before[1])}
        seen = {row.key for row in now}
        rows = now if by == "month" else [*now, *(Margin(k, row.label) for k, row in was.items() if k not in seen)]
        steps = bridge(actor=actor, before=before, after=after)
        return Response(
            {
                "currency": current().currency, "by": by, "since": after[0], "until": after[1],
                "before": {"since": before[0], "until": before[1]},
                "results": [_row(row, was.get(row.key) if by != "month" else None) for row in rows],
                "bridge": [{"key": key, "amount": money(getattr(steps, key))} for key in STEPS],
            }
        )  # fmt: skip


def _row(row: Margin, was: Margin | None) -> dict[str, Any]:
    percent = margin(row.revenue, row.margin)
    return {
        "key": row.key, "label": row.label, "revenue": money(row.revenue), "cost": money(row.cost),
        "costs": {key: money(amount) for key, amount in row.costs.items()}, "margin": money(row.margin),
        "percent": None if percent is None else str(percent),
        "margin_before": money(was.margin) if was else None,
        "change": money(row.margin - (was.margin if was else row.margin * 0)),
    }  # fmt: skip
