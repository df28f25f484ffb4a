"""The posting rules as a table, and a rule tried out before it is changed."""

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
from modules.finance.models import Account, Event
from modules.finance.selectors.rule_desk import rule_table, simulate
from modules.shared.data.models import Product
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current


class SpanQuery(serializers.Serializer):
    """Days to look at; unless said, the last 90."""

    since = serializers.DateField(required=False)
    to = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until: date = attrs.get("to") or current().today()
        if "since" not in attrs and until.year < 1901:
            raise serializers.ValidationError({"to": "too long ago"})
        since: date = attrs.get("since") or until - timedelta(days=90)
        if since > until:
            raise serializers.ValidationError({"since": "after the last day"})
        return {**attrs, "since": since, "until": until}


class RuleQuery(SpanQuery):
    """A rule that is not there yet, or other accounts for one that is."""

    event = serializers.ChoiceField(choices=Event.choices)
    category = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    product_source = serializers.ChoiceField(
        choices=["", *Product.Source.values], required=False, allow_blank=True, default=""
    )
    debit_account = serializers.PrimaryKeyRelatedField(queryset=Account.objects.all())
    credit_account = serializers.PrimaryKeyRelatedField(queryset=Account.objects.all())


def _account(account: Account) -> dict[str, Any]:
    return {"id": account.pk, "code": account.code, "label": f"{account.code} {account.title}"}


class RuleTableView(APIView):
    """Event by event: which accounts, on which condition, and how often it happened lately."""

    @extend_schema(parameters=[SpanQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.posting_rule.view")
        asked = SpanQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        days = asked.validated_data
        table = rule_table(actor=actor, since=days["since"], until=days["until"])
        sources = dict(Product.Source.choices)
        return Response(
            {
                "since": days["since"],
                "until": days["until"],
                "sources": [{"value": v, "label": str(label)} for v, label in sources.items()],
                "results": [
                    {
                        "event": e.event,
                        "label": e.label,
                        "used": e.used,
                        "optional": e.optional,
                        "rules": [
                            {
                                "id": r.pk, "version": r.version,
                                "category": {"id": r.category.pk, "label": str(r.category)} if r.category else None,
                                "product_source": r.product_source,
                                "debit_account": _account(r.debit_account),
                                "credit_account": _account(r.credit_account),
                            }
                            for r in e.rules
                        ],
                    }
                    for e in table
                ],
            }
        )  # fmt: skip


class RuleSimulateView(APIView):
    """What the entries of past days would have been with this rule. Nothing is written."""

    @extend_schema(request=RuleQuery, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.posting_rule.view")
        asked = RuleQuery(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        found = simulate(
            actor=actor, event=given["event"], category_id=given.get("category"), source=given["product_source"],
            debit_id=given["debit_account"].pk, credit_id=given["credit_account"].pk, since=given["since"],
            until=given["until"],
        )  # fmt: skip
        return Response(
            {
                "since": given["since"],
                "until": given["until"],
                "entries": found.entries,
                "touched": found.touched,
                "shifts": [
                    {"account": _account(s.account), "debit": money(s.debit), "credit": money(s.credit)}
                    for s in found.shifts
                ],
                "examples": [
                    {
                        "entry": {"id": pk, "label": number}, "entry_date": day, "product": product,
                        "amount": money(amount), "from": _account(old), "to": _account(new),
                    }
                    for pk, number, day, product, amount, old, new in found.examples
                ],
            }
        )  # fmt: skip
