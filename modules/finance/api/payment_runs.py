"""The file of a payment run, for the bank."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from modules.finance.models import PaymentRun
from modules.finance.rules.payment_files import pain001, table
from modules.finance.selectors.payment_runs import order_of
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.problems import NotFound, StateRefused
from tenon.registry.registry import registry


class FileQuery(serializers.Serializer):
    """`layout`: pain001 (SEPA pain.001.001.09) or csv."""

    layout = serializers.ChoiceField(["pain001", "csv"], default="pain001")


class PaymentFileView(APIView):
    """Of a run that is approved or recorded; made again it is the same file."""

    @extend_schema(
        parameters=[OpenApiParameter("layout", str, enum=["pain001", "csv"])],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, run_id: int) -> HttpResponse:
        actor = actor_of(request)
        actor.require("finance.payment_run.file")
        asked = FileQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = visible(actor, registry().entities["finance.payment_run"], PaymentRun.objects.all())
        run = rows.select_related("cash_account").filter(pk=run_id).first()
        if run is None:
            raise NotFound
        if run.status not in (PaymentRun.Status.APPROVED, PaymentRun.Status.PAID):
            raise StateRefused(_("There is a file for the bank once the run is approved"))
        xml = asked.validated_data["layout"] == "pain001"
        order = order_of(run)
        response = HttpResponse(
            pain001(order) if xml else table(order), content_type="application/xml" if xml else "text/csv"
        )
        response["Content-Disposition"] = f'attachment; filename="{run.number}.{"xml" if xml else "csv"}"'
        return response
