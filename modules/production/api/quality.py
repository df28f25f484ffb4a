"""Quality over HTTP: the desk, figures, control charts, the trace of a nonconformance, certificates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.models import Characteristic, Inspection, NonConformance
from modules.production.rules.certificate import certificates_pdf
from modules.production.selectors.certificates import certificates, certificates_of
from modules.production.selectors.complaint_trace import lot_trace, lots_of
from modules.production.selectors.quality_charts import chartable, control_chart
from modules.production.selectors.quality_desk import quality_desk
from modules.production.selectors.quality_figures import quality_figures
from modules.production.services.control_limits import control_limits_fix, control_limits_free
from modules.shared.contracts.quality import LotGenealogy
from tenon import ports
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.api import writing
from tenon.api.authentication import actor_of
from tenon.api.viewset import json_response
from tenon.problems import Invalid, StateRefused
from tenon.registry.registry import registry
from tenon.tenancy.context import current

VIEW = "production.inspection.view"


class PeriodQuery(serializers.Serializer):  # type: ignore[type-arg]
    """Days of the company, both counted; left out the last 90."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until = attrs.get("until") or current().today()
        since = attrs.get("since") or until - timedelta(days=89)
        if since > until:
            raise serializers.ValidationError({"until": "before since"})
        return {**attrs, "since": since, "until": until}


class ChartQuery(PeriodQuery):
    """Of which characteristic; left out, only which there are."""

    characteristic = serializers.IntegerField(required=False, min_value=1)


class QualityDeskView(APIView):
    """What waits to be looked at, what is refused, open nonconformances, actions that are due."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require(VIEW)
        return Response(quality_desk(actor))


class QualityFiguresView(APIView):
    """First-pass yield, ppm, causes and cost of a period; costs for who may see them."""

    @extend_schema(parameters=[PeriodQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require(VIEW)
        asked = PeriodQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        hidden = actor.hidden.get("production.nonconformance", frozenset())
        cost = actor.can("production.nonconformance.view") and "cost" not in hidden
        found = quality_figures(asked.validated_data["since"], asked.validated_data["until"], cost=cost)
        return Response({"currency": current().currency, **found})


class ControlChartView(APIView):
    """Which characteristics have readings, and the control charts of one of them."""

    @extend_schema(parameters=[ChartQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require(VIEW)
        asked = ChartQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        key = asked.validated_data.get("characteristic")
        if key is None:
            return Response({"characteristics": chartable()})
        of = get_object_or_404(Characteristic.objects.select_related("plan"), pk=key)
        found = control_chart(of, asked.validated_data["since"], asked.validated_data["until"])
        return Response({"characteristic": {"id": of.pk, "label": of.name, "plan": of.plan.name}, **found})


class ControlLimitsView(APIView):
    """The limits of a characteristic's chart: fixed from a base period (POST), or following again (DELETE)."""

    @extend_schema(request=PeriodQuery, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, characteristic_id: int) -> HttpResponse:
        actor = self._actor(request)
        asked = PeriodQuery(data=request.data)
        asked.is_valid(raise_exception=True)
        of = get_object_or_404(Characteristic, pk=characteristic_id)
        days = asked.validated_data

        def work() -> tuple[int, Any]:
            fixed = control_limits_fix(actor=actor, characteristic=of, since=days["since"], until=days["until"])
            return 200, {"base": fixed.kept_limits}

        status, body = writing.in_frame(actor=actor, work=work)
        return json_response(body, status)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, characteristic_id: int) -> HttpResponse:
        actor = self._actor(request)
        of = get_object_or_404(Characteristic, pk=characteristic_id)

        def work() -> tuple[int, Any]:
            control_limits_free(actor=actor, characteristic=of)
            return 200, {"base": None}

        status, body = writing.in_frame(actor=actor, work=work)
        return json_response(body, status)

    def _actor(self, request: Request) -> Actor:
        actor = actor_of(request)
        actor.require(VIEW)
        actor.require("production.inspection_plan.update")
        return actor


class CertificateQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`language`: of the reader, left out the company's; `lot`: the one they get."""

    language = serializers.ChoiceField(["en", "zh-hans"], required=False)
    lot = serializers.CharField(required=False, max_length=60)


class CertificateView(APIView):
    """The certificate of an inspection whose goods were taken."""

    @extend_schema(parameters=[CertificateQuery], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, inspection_id: int) -> HttpResponse:
        actor = actor_of(request)
        actor.require(VIEW)
        asked = CertificateQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = visible(actor, registry().entities["production.inspection"], Inspection.objects.all())
        rows = rows.select_related("plan", "product__unit", "judged_by").prefetch_related("checks")
        one = get_object_or_404(rows, pk=inspection_id)
        lot = asked.validated_data.get("lot", "")
        if lot and lot not in one.numbers:
            raise Invalid.field("lot", _("This lot was not in the inspection."), "unknown")
        found = certificates([one], asked.validated_data.get("language") or current().language, lot)
        if not found:
            raise StateRefused(_("Only goods that were accepted have a certificate."))
        answer = HttpResponse(certificates_pdf(found), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{one.number}.pdf"'
        return answer


class DeliveryCertificatesView(APIView):
    """The certificates of all lots that a delivery takes, in the customer's language: of each the last inspection that
    took it."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, delivery_id: int) -> HttpResponse:
        actor = actor_of(request)
        actor.require(VIEW)
        port = ports.find(LotGenealogy)
        delivery = None if port is None else port.delivered(actor=actor, delivery_id=delivery_id)
        if delivery is None:
            raise Http404
        found = certificates_of(delivery.lots, delivery.language)
        if not found:
            raise StateRefused(_("None of these lots was inspected."))
        answer = HttpResponse(certificates_pdf(found), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{delivery.number}-certificates.pdf"'
        return answer


class NonconformanceTraceView(APIView):
    """The lots that a nonconformance is about, each with its genealogy, orders and inspections."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, nonconformance_id: int) -> Response:
        actor = actor_of(request)
        actor.require("production.nonconformance.view")
        actor.require("inventory.lot.trace")
        rows = visible(actor, registry().entities["production.nonconformance"], NonConformance.objects.all())
        of = get_object_or_404(rows.select_related("order", "inspection"), pk=nonconformance_id)
        traces = [lot_trace(product, lot) for product, lot in lots_of(of)[:5]]
        return Response({"lots": [found for found in traces if found is not None]})
