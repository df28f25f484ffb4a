"""The closing desk, and the books proved line by line."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.models import Period
from modules.finance.selectors.closing_desk import DeskLine, Mend, closing_desk
from modules.finance.selectors.proof import proofs
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current


class PeriodQuery(serializers.Serializer):
    """`period`: its id; left out, the first that is not closed."""

    period = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ClosingDeskView(APIView):
    """What stands between a period and its end, each with a way to mend it."""

    @extend_schema(parameters=[PeriodQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.period.view")
        asked = PeriodQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = visible(actor, registry().entities["finance.period"], Period.objects.select_related("year"))
        key = asked.validated_data.get("period")
        if key:
            period = rows.filter(pk=key).first()
        else:
            # The month that is over and waits, else the present one.
            waiting = rows.exclude(status=Period.Status.CLOSED).filter(entries__isnull=False).order_by("starts_on")
            period = waiting.first() or rows.filter(starts_on__lte=current().today()).order_by("-starts_on").first()
        if period is None:
            raise NotFound
        near = rows.filter(year__in=[period.year]).order_by("starts_on")
        lines = closing_desk(actor=actor, period=period)
        return Response(
            {
                "period": _period(period),
                "periods": [_period(p) for p in near],
                "currency": current().currency,
                "ready": not any(line.state == "stops" for line in lines),
                "lines": [_line(line) for line in lines],
            }
        )


def _period(period: Period) -> dict[str, Any]:
    return {
        "id": period.pk, "label": period.name, "status": period.status, "starts_on": period.starts_on,
        "ends_on": period.ends_on, "version": period.version, "stock": period.stock,
        "receivable": period.receivable, "payable": period.payable, "bank": period.bank,
    }  # fmt: skip


def _line(line: DeskLine) -> dict[str, Any]:
    return {
        "key": line.key, "group": line.group, "title": line.title, "state": line.state, "note": line.note,
        "count": line.count, "amount": money(line.amount), "mend": None if line.mend is None else _mend(line.mend),
    }  # fmt: skip


def _mend(mend: Mend) -> dict[str, Any]:
    return {
        "label": mend.label, "entity": mend.entity, "filters": mend.filters, "id": mend.id, "action": mend.action,
        "body": mend.body, "route": mend.route,
    }  # fmt: skip


class BooksView(APIView):
    """Every invariant of the books, proved now: one line each."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("finance.report.view")
        return Response(
            {
                "results": [
                    {"key": p.key, "title": p.title, "findings": p.findings, "milliseconds": p.milliseconds}
                    for p in proofs(current())
                ]
            }
        )
