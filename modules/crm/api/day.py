"""GET /crm/day/ and /crm/calendar/: what somebody has to do."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.selectors.day import calendar, day
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.problems import FeatureOff, Invalid
from tenon.tenancy.context import current

FEATURE = "crm.activities"
MOST_DAYS = 62
MEMBER = OpenApiParameter("member", int, description="Whose; none: one's own")


def _allowed(request: Request) -> Actor:
    actor = actor_of(request)
    actor.require("crm.activity.view")
    if not current().has_feature(FEATURE):
        raise FeatureOff(features=[FEATURE])
    return actor


def _member(request: Request) -> int | None:
    text = request.query_params.get("member", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Invalid.field("member", _("This is not a whole number."))
    return int(text)


def _date(request: Request, name: str) -> date:
    try:
        found = parse_date(request.query_params.get(name, ""))
    except ValueError:
        found = None
    if found is None or not date(1970, 1, 1) <= found <= current().today() + timedelta(days=3660):
        raise Invalid.field(name, _("This is not a date (2026-12-31)."))
    return found


class DayView(APIView):
    """GET ?member=7 → late, today, the next week, and what would be forgotten, of one member that one may see."""

    @extend_schema(parameters=[MEMBER], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = _allowed(request)
        return Response(day(actor=actor, member=_member(request) or actor.member_id or 0))


class CalendarView(APIView):
    """GET ?since=2026-11-01&until=2026-11-30&member=7 → entries by day; no member: of all that one sees; at most 62
    days."""

    @extend_schema(
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATE, required=True),
            OpenApiParameter("until", OpenApiTypes.DATE, required=True),
            OpenApiParameter("member", int, description="Whose; none: everybody's that one sees"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        actor = _allowed(request)
        since, until = _date(request, "since"), _date(request, "until")
        if not 0 <= (until - since).days < MOST_DAYS:
            raise Invalid.field("until", _("A span of up to 62 days, the first day first."), "range")
        return Response(calendar(actor=actor, member=_member(request), since=since, until=until))
