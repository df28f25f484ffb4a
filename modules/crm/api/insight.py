"""GET ?segment=champions → scores, segments, cohorts and what is still to come, of the customers one sees."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.rules.rfm import SEGMENTS
from modules.crm.selectors.insight import insight
from tenon.api.authentication import actor_of
from tenon.problems import Invalid


class InsightView(APIView):
    """RFM with segments, cohorts, retention by month, and probable orders of the next year."""

    @extend_schema(parameters=[OpenApiParameter("segment", str, enum=list(SEGMENTS))], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("crm.insight.view")
        segment = request.query_params.get("segment", "")
        if segment and segment not in SEGMENTS:
            raise Invalid.field("segment", _("There is no such segment."), "choice")
        return Response(insight(actor=actor, segment=segment))
