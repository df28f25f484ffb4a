"""Counting over HTTP: a sheet for whoever stands at the shelf, counts as they come in, and how right the books were."""

from __future__ import annotations

from typing import Any

from dateutil.relativedelta import relativedelta
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.models import CountLine, CountSheet, Location
from modules.inventory.rules.counting import Accuracy
from modules.inventory.selectors.count_accuracy import count_accuracy
from modules.inventory.selectors.counting import line_list
from modules.inventory.services.count_sheets import Found, count_enter
from tenon.access.actor import Actor
from tenon.api import writing
from tenon.api.authentication import actor_of
from tenon.api.idempotency import fingerprint, key_of, once
from tenon.tenancy.context import current

ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}


class CountEntry(serializers.Serializer):  # type: ignore[type-arg]
    """One count: of a `line` of the sheet, or of the product with a `code` at a `location` that the sheet does not
    list. `counted_at`: when, where it could not be sent at once."""

    line = serializers.IntegerField(required=False, allow_null=True, **ID)
    code = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")
    location = serializers.IntegerField(required=False, allow_null=True, **ID)
    lot = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)
    counted_at = serializers.DateTimeField(required=False, allow_null=True)
    second_quantity = serializers.DecimalField(max_digits=18, decimal_places=6, required=False, allow_null=True)


class CountingView(APIView):
    """The sheet as it is counted: the way through the places, each line with the codes that a scanner reads. On a blind
    sheet without what the book says."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, sheet_id: int) -> Response:
        actor = actor_of(request)
        actor.require("inventory.count_sheet.count")
        sheet = get_object_or_404(CountSheet.objects.select_related("warehouse", "plan"), pk=sheet_id)
        places = Location.objects.filter(warehouse_id=sheet.warehouse_id, kind="stock", is_active=True)
        return Response(
            {
                **_sheet(sheet),
                "now": current().now(),
                "lines": [_line(actor, sheet, line) for line in _lines(actor, sheet)],
                "places": [
                    {"id": pk, "code": code, "name": name}
                    for pk, code, name in places.order_by("pick_order", "path").values_list("pk", "code", "name")
                ],
            }
        )

    @extend_schema(request=CountEntry, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, sheet_id: int) -> Response:
        """Takes one count. With an Idempotency-Key the same request has one effect, however often it comes."""
        actor = actor_of(request)
        actor.require("inventory.count_sheet.count")
        given = CountEntry(data=request.data)
        given.is_valid(raise_exception=True)
        sheet = get_object_or_404(CountSheet, pk=sheet_id)

        def work() -> tuple[int, Any]:
            asked = given.validated_data
            line = count_enter(
                actor=actor, sheet=sheet,
                found=Found(
                    asked["quantity"], asked.get("line"), asked["code"], asked.get("location"), asked["lot"],
                    asked.get("counted_at"), asked.get("second_quantity"),
                ),
            )  # fmt: skip
            sheet.refresh_from_db()
            fresh = _lines(actor, sheet).get(pk=line.pk)
            return 200, {**_sheet(sheet), "line": _line(actor, sheet, fresh)}

        key, print_ = key_of(request.headers), fingerprint("POST", request.path, request.data)
        status, body, _again = writing.in_frame(actor=actor, work=lambda: once(actor, key, print_, work))
        return Response(body, status=status)


def _lines(actor: Actor, sheet: CountSheet) -> Any:
    return (
        line_list(actor=actor)
        .filter(sheet=sheet)
        .select_related("product__unit", "product__second_unit", "location", "counted_by", "first_by")
        .order_by("position", "pk")
    )


def _sheet(sheet: CountSheet) -> dict[str, Any]:
    return {
        "id": sheet.pk, "number": sheet.number, "status": sheet.status, "blind": sheet.is_blind,
        "warehouse": {"id": sheet.warehouse_id, "label": sheet.warehouse.name},
    }  # fmt: skip


def _line(actor: Actor, sheet: CountSheet, line: CountLine) -> dict[str, Any]:
    product, place = line.product, line.location
    mine = actor.member_id is not None and line.counted_by_id == actor.member_id and "owner" not in actor.roles
    return {
        "id": line.pk,
        "product": {
            "id": product.pk, "code": product.code, "name": product.name, "name_zh": product.name_zh,
            "barcode": product.barcode,
        },
        "place": {"id": place.pk, "code": place.code, "name": place.name},
        "lot": line.lot,
        "unit": product.unit.code,
        "decimals": product.unit.decimals,
        "state": line.state,
        "counted": line.counted,
        "second_unit": product.second_unit.code if product.second_unit else None,
        "second_counted": line.second_counted,
        "book": None if sheet.is_blind and sheet.status == CountSheet.Status.OPEN else line.shown_book,  # type: ignore[attr-defined]
        "found": line.is_found,
        "others": line.state == CountLine.State.RECOUNT and mine,
    }  # fmt: skip


class AccuracyQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`since`, `until`: days of posting; the last twelve months. `by`: how to group."""

    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    by = serializers.ChoiceField(choices=("warehouse", "abc", "month", "cause"), default="month")


class CountAccuracyView(APIView):
    """Count accuracy and value accuracy of posted sheets."""

    @extend_schema(parameters=[AccuracyQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("inventory.count_sheet.view")
        asked = AccuracyQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given, today = asked.validated_data, current().today()
        until = given.get("until") or today
        report = count_accuracy(given["by"], given.get("since") or until - relativedelta(months=12), until)
        return Response(
            {
                "currency": current().currency,
                "total": _figures(report.total),
                "results": [{"key": row.key, "label": row.label, **_figures(row.figures)} for row in report.rows],
            }
        )


def _figures(figures: Accuracy) -> dict[str, Any]:
    return {
        "lines": figures.lines, "hits": figures.hits, "share": figures.share, "value": figures.value,
        "book_value": figures.book_value, "difference": figures.difference, "absolute": figures.absolute,
    }  # fmt: skip
