"""The wizard's questions, asking for a handover, following it, its report."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _t
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.api.exporting import neutral
from tenon.api.streams import kept, place_until_sent
from tenon.handover.models import Handover
from tenon.handover.selectors import overview
from tenon.handover.selectors.holds import require_export
from tenon.handover.selectors.owned import kinds
from tenon.handover.services import plan
from tenon.problems import Invalid
from tenon.tenancy.context import Company, current, serving

_PAGE = 200


class RuleInput(serializers.Serializer[Any]):
    entity = serializers.CharField(max_length=80)
    to = serializers.IntegerField()
    closed = serializers.ChoiceField(choices=["keep", "move"], required=False, allow_null=True)
    ids = serializers.ListField(child=serializers.IntegerField(), required=False, allow_null=True)
    filters = serializers.DictField(child=serializers.CharField(max_length=500), required=False, allow_null=True)


class HandoverInput(serializers.Serializer[Any]):
    member = serializers.IntegerField()
    heir = serializers.IntegerField(required=False, allow_null=True)
    ends = serializers.BooleanField(default=True)
    last_day = serializers.DateField(required=False, allow_null=True)
    move_now = serializers.BooleanField(default=False)
    closed = serializers.ChoiceField(choices=["keep", "move"], default="keep")
    rules = RuleInput(many=True, required=False)
    exports_held = serializers.BooleanField(default=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


def _member_id(request: Request) -> int:
    text = request.query_params.get("member", "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid.field("member", "", "required")
    return int(text)


class Preview(APIView):
    @extend_schema(parameters=[], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """All that `?member=` looks after, their access, and who could take over."""
        actor = actor_of(request)
        return Response(overview.preview(actor, overview.member_for(actor, _member_id(request))))


class Records(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Single records of `?member=` and `entity=` to choose from, by `search` and `state` (open, closed, all)."""
        actor, asked = actor_of(request), request.query_params
        member = overview.member_for(actor, _member_id(request))
        found = overview.records(
            actor, member, asked.get("entity", ""), asked.get("search", ""), asked.get("state", "open")
        )
        return Response(found)


class Handovers(APIView):
    @extend_schema(operation_id="v1_handovers_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The latest first."""
        rows = plan.handovers(actor_of(request))[:_PAGE]
        return Response({"results": [overview.row(one) for one in rows]})

    @extend_schema(request=HandoverInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Begins one, or schedules it for the day after `last_day`."""
        data = HandoverInput(data=request.data)
        data.is_valid(raise_exception=True)
        made = plan.handover_create(actor=actor_of(request), **data.validated_data)
        return Response(_answer(request, made.pk), status=201)


def _answer(request: Request, pk: int) -> dict[str, Any]:
    actor = actor_of(request)
    return overview.report(actor, plan.handover_get(actor=actor, handover_id=pk))


class HandoverDetail(APIView):
    @extend_schema(operation_id="v1_handovers_retrieve", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """The report: what went where, what stayed, what could not be moved."""
        return Response(_answer(request, pk))


class HandoverItems(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """Record by record, `?entity=`, `offset=`; of kinds that I may see."""
        actor, asked = actor_of(request), request.query_params
        handover = plan.handover_get(actor=actor, handover_id=pk)
        offset = int(asked["offset"]) if asked.get("offset", "").isascii() and asked.get("offset", "").isdigit() else 0
        found = list(overview.items(actor, handover, asked.get("entity", ""))[offset : offset + _PAGE + 1])
        rows = [
            {
                "entity": one.entity, "id": one.record_id, "label": one.label, "was_open": one.was_open,
                "heir": {"id": one.heir_id, "label": one.heir.name} if one.heir else None, "failed": one.failed,
            }
            for one in found[:_PAGE]
        ]  # fmt: skip
        return Response({"results": rows, "next": offset + _PAGE if len(found) > _PAGE else None})


class HandoverAction(APIView):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int, verb: str) -> Response:
        """cancel: what has not happened yet; resume: what stopped half-way."""
        actor = actor_of(request)
        service = plan.handover_cancel if verb == "cancel" else plan.handover_resume
        service(actor=actor, handover=plan.handover_get(actor=actor, handover_id=pk))
        return Response(_answer(request, pk))


class HandoverCsv(APIView):
    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The report as a file, record by record."""
        actor = actor_of(request)
        require_export(actor)
        handover = plan.handover_get(actor=actor, handover_id=pk)
        with place_until_sent() as place:
            response = StreamingHttpResponse(
                _lines(actor, handover, current(), translation.get_language() or "en"),
                content_type="text/csv; charset=utf-8",
            )
            kept(response, place)
        response["Content-Disposition"] = f'attachment; filename="handover-{handover.pk}.csv"'
        return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(actor: Actor, handover: Handover, company: Company, language: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    labels = {k.key: k.label for k in kinds()}
    with serving(company), translation.override(language):
        header = [_t("Kind"), _t("Id"), _t("Record"), _t("State then"), _t("From"), _t("To"), _t("Not moved because")]
        yield "\ufeff" + writer.writerow(header)
        for one in overview.items(actor, handover).iterator(1000):
            yield writer.writerow(
                [
                    labels.get(one.entity, one.entity), one.record_id, neutral(one.label),
                    _t("open") if one.was_open else _t("closed"), neutral(handover.member.name),
                    neutral(one.heir.name) if one.heir else "", neutral(one.failed),
                ]
            )  # fmt: skip
