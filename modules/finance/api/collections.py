"""The collection plan, and what is sent to customers about their account."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.models import AccountStatement
from modules.finance.selectors.account_statement_paper import statement_pdf_of
from modules.finance.selectors.account_statements import account_statements
from modules.finance.selectors.collection_plan import OwnerRow, Receipt, collection_plan
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.money.rounding import currency_step
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

PAGE = 200


class PlanQuery(serializers.Serializer):
    """Due from `since` (the first of the month) to `to` (ninety days on); what is late before that is there too."""

    since = serializers.DateField(required=False)
    to = serializers.DateField(required=False)
    owner = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    party = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    state = serializers.ChoiceField(choices=["", "late", "open", "settled"], default="", required=False)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=1_000_000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today = current().today()
        since: date = attrs.get("since") or today.replace(day=1)
        until: date = attrs.get("to") or max(since, today + timedelta(days=90))
        if since > until:
            raise serializers.ValidationError({"since": "after the last day"})
        return {
            "since": since, "until": until, "owner_id": attrs.get("owner"), "party_id": attrs.get("party"),
            "state": attrs["state"], "offset": attrs["offset"],
        }  # fmt: skip


class CollectionPlanView(APIView):
    """What is to come, what came, what is late; by salesperson."""

    @extend_schema(operation_id="v1_finance_collection_plan", parameters=[PlanQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        query = PlanQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = dict(query.validated_data)
        start = asked.pop("offset")
        plan = collection_plan(actor=actor_of(request), **asked)
        owners = {o.owner_id: o.owner for o in plan.owners}
        today = current().today()
        return Response(
            {
                "currency": current().currency, "since": asked["since"], "until": asked["until"],
                "count": len(plan.rows), "next": start + PAGE if len(plan.rows) > start + PAGE else None,
                "results": [_receipt_out(r, owners, today) for r in plan.rows[start : start + PAGE]],
                "owners": [_owner_out(o) for o in plan.owners], "totals": _owner_out(plan.total),
            }
        )  # fmt: skip


def _receipt_out(r: Receipt, owners: dict[int | None, str], today: date) -> dict[str, Any]:
    path = "invoices" if r.entity == "finance.invoice" else "sales-orders"
    return {
        "entity": r.entity, "id": r.id, "number": r.number, "path": path, "order": r.order,
        "party": {"id": r.party_id, "label": r.party},
        "owner": {"id": r.owner_id, "label": owners.get(r.owner_id, "")} if r.owner_id else None,
        "due_on": r.due_on, "currency": r.currency, "planned": _in(r, r.planned),
        "settled": _in(r, r.settled), "open": _in(r, r.open),
        "open_base": money(r.open_base), "late": r.late(today),
    }  # fmt: skip


def _in(r: Receipt, amount: Decimal) -> str:
    """In the document's currency, with its decimals."""
    return f"{amount.quantize(currency_step(r.currency)):f}"


def _owner_out(o: OwnerRow) -> dict[str, Any]:
    return {
        "owner": {"id": o.owner_id, "label": o.owner} if o.owner_id else None, "planned": money(o.planned),
        "settled": money(o.settled), "open": money(o.open), "late": money(o.late),
    }  # fmt: skip


class PaperQuery(serializers.Serializer):
    """`language`: en or zh-hans; without one the customer's."""

    language = serializers.ChoiceField(choices=["en", "zh-hans"], required=False)


class StatementPaperView(APIView):
    """A statement of account as PDF."""

    @extend_schema(
        operation_id="v1_finance_account_statement_paper", parameters=[PaperQuery],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, statement_id: int) -> HttpResponse:
        actor = actor_of(request)
        query = PaperQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = visible(actor, registry().entities["finance.account_statement"], account_statements(actor=actor))
        found: AccountStatement | None = rows.select_related("party").filter(pk=statement_id).first()
        if found is None:
            raise NotFound
        language = query.validated_data.get("language") or found.party.language or current().language
        with translation.override(language):
            content = statement_pdf_of(found)
        answer = HttpResponse(content, content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
        return answer
