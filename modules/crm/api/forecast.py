"""The forecast, the funnel, and what the win probability says."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.models import Pipeline
from modules.crm.rules.forecast import Period
from modules.crm.selectors.forecast import forecast, forecasts_then
from modules.crm.selectors.funnel import funnel
from modules.crm.selectors.win import prediction_of, trust
from tenon.api.authentication import actor_of
from tenon.problems import Invalid, NotFound
from tenon.tenancy.context import current

MOST_MONTHS = 24
LARGEST = 2**63 - 1
PERIOD = OpenApiParameter("period", str, description="2026-11 or 2026-Q4; none: this month")


def _period(request: Request) -> Period:
    text = request.query_params.get("period", "")
    if not text:
        return Period.month(current().today())
    try:
        return Period.of(text)
    except (ValueError, OverflowError) as problem:
        raise Invalid.field("period", _("This is no month or quarter (2026-11, 2026-Q4)."), "period") from problem


class ForecastView(APIView):
    """GET ?period=2026-Q4 → won, commit, best case, pipeline and weighted, over the tree of members, with the deals."""

    @extend_schema(parameters=[PERIOD], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("crm.forecast.view")
        return Response(forecast(actor=actor, period=_period(request)))


class ForecastSnapshotsView(APIView):
    """GET ?period=2026-Q4 → what each week's forecast said of the period, against what came."""

    @extend_schema(parameters=[PERIOD], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("crm.forecast.view")
        return Response(forecasts_then(actor=actor, period=_period(request)))


class WinTrustView(APIView):
    """GET → how win probabilities are made and how good they were."""

    @extend_schema(operation_id="crm_win_trust", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("crm.forecast.view")
        return Response(trust())


class WinPredictionView(APIView):
    """GET → the last prediction of an opportunity, with reasons."""

    @extend_schema(operation_id="crm_win_prediction", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, opportunity: int) -> Response:
        actor = actor_of(request)
        actor.require("crm.forecast.view")
        if opportunity > LARGEST:
            raise NotFound
        return Response(prediction_of(actor=actor, opportunity=opportunity))


class FunnelView(APIView):
    """GET ?pipeline=1&since=2026-01-01&until=2026-06-30&within=90 → conversion from stage to stage, median days, win
    rate, cycle, velocity, losses; twelve months unless said."""

    @extend_schema(
        parameters=[
            OpenApiParameter("pipeline", int),
            OpenApiParameter("since", OpenApiTypes.DATE),
            OpenApiParameter("until", OpenApiTypes.DATE),
            OpenApiParameter("within", int, description="Days to reach the next stage: 1 to 730; none: 90"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("crm.stage_history.view")
        actor.require("crm.opportunity.view")
        today = current().today()
        until = _day(request, "until") or today
        since = _day(request, "since") or (until.replace(day=1) - relativedelta(months=11))
        if since > until or since < until - relativedelta(months=MOST_MONTHS):
            raise Invalid.field("since", _("A span of up to 24 months, the first day first."), "range")
        within = _number(request, "within", 90)
        if not 1 <= within <= 730:
            raise Invalid.field("within", _("Between 1 and 730 days."), "range")
        return Response(funnel(actor=actor, pipeline=_pipeline(request), since=since, until=until, within=within))


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not date(1970, 1, 1) <= day <= current().today() + timedelta(days=3660):
        raise Invalid.field(name, _("This is not a date (2026-12-31)."))
    return day


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Invalid.field(name, _("This is not a whole number."))
    return int(text)


def _pipeline(request: Request) -> Pipeline:
    key = _number(request, "pipeline", 0)
    rows = Pipeline.objects.filter(pk=key) if key else Pipeline.objects.filter(is_active=True)
    found = rows.order_by("position", "id").first()
    if found is None:
        raise Invalid.field("pipeline", _("There is no such pipeline."), "unknown")
    return found
