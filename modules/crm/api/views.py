"""Duplicate check while a lead is typed; the pipeline as it stood on a day."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.api.serializers import LeadLike, Pipeline, PipelineQuery
from modules.crm.models import Stage
from modules.crm.selectors.duplicates import lead_duplicates
from modules.crm.selectors.pipeline import pipeline_at
from modules.shared.data.api.serializers import Duplicates
from tenon.api.authentication import actor_of
from tenon.money.rounding import round_money
from tenon.problems import Invalid
from tenon.tenancy.context import current


class LeadDuplicatesView(APIView):
    """GET ?name=&email=&phone=&exclude= → who might be the same."""

    @extend_schema(parameters=[LeadLike], responses=Duplicates)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("crm.lead.view")
        given = request.query_params
        exclude = given.get("exclude", "")
        hits = lead_duplicates(
            actor=actor,
            name=given.get("name", "")[:200],
            email=given.get("email", "")[:254],
            phone=given.get("phone", "")[:60],
            exclude=int(exclude) if exclude.isascii() and exclude.isdigit() and len(exclude) < 18 else None,
        )
        return Response({"results": [hit.as_json() for hit in hits]})


def _money(amount: Decimal) -> str:
    return f"{round_money(amount, current().currency):f}"


class PipelineView(APIView):
    """GET ?on=2026-11-21 → per stage: count, amount, weighted amount, in the company's currency, at the end of that
    day (now, without `on`)."""

    @extend_schema(parameters=[PipelineQuery], responses=Pipeline)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("crm.opportunity.view")
        company = current()
        moment = company.now()
        text = request.query_params.get("on", "")
        if text:
            try:
                day = parse_date(text)
            except ValueError:
                day = None
            if day is None:
                raise Invalid.field("on", _("This is not a date (2026-12-31)."))
            moment = min(moment, datetime.combine(day, time.max, ZoneInfo(company.time_zone)))
        figures = {f.stage: f for f in pipeline_at(actor=actor, moment=moment)}
        stages = Stage.objects.filter(pk__in=figures).order_by("position", "id")
        return Response(
            {
                "on": moment.date().isoformat(),
                "currency": company.currency,
                "stages": [
                    {
                        "id": stage.pk, "label": stage.name, "probability": f"{stage.probability.normalize():f}",
                        "count": figures[stage.pk].count, "amount": _money(figures[stage.pk].amount),
                        "weighted": _money(figures[stage.pk].weighted),
                    }
                    for stage in stages
                ],
            }
        )  # fmt: skip
