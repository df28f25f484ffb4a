"""Wage slips on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from modules.production.rules.wage_paper import wage_pdf
from modules.production.selectors.pay_rates import slip_list
from modules.production.selectors.wage_papers import wage_paper
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current


class PaperQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`language`: of the reader, left out the company's."""

    language = serializers.ChoiceField(["en", "zh-hans"], required=False)


class WageSlipPaperView(APIView):
    """A wage slip as PDF: workers get their own, who makes or approves slips gets all."""

    @extend_schema(parameters=[PaperQuery], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, slip_id: int) -> HttpResponse:
        actor = actor_of(request)
        actor.require("production.wage_slip.view")
        asked = PaperQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = slip_list(actor=actor).select_related("worker", "approved_by", "reversal_of")
        slip = get_object_or_404(rows, pk=slip_id)
        paper = wage_paper(slip, asked.validated_data.get("language") or current().language)
        answer = HttpResponse(wage_pdf(paper), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{slip.number}.pdf"'
        return answer
