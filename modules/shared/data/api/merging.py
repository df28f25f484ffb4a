"""Merging parties: what it would do, and doing it, one pair or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.shared.data.api.serializers import MergeGroups, MergePreview
from modules.shared.data.models import Party
from modules.shared.data.selectors.merging import ENTITY, counts, differing, of_these, outcome
from modules.shared.data.services.merging import column_of, parties_merge
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.api.metadata import Resource
from tenon.api.problems import as_problem, document
from tenon.api.request_id import request_id_of
from tenon.api.rows import RowPlan
from tenon.api.shapes import shapes
from tenon.api.visibility import annotated

MERGE = "shared.party.merge"


class PartyMergePreviewView(APIView):
    """POST `{survivor, absorbed: [id], choices: {field: id}}` → what each field would say and what would move. Nothing
    is written."""

    @extend_schema(request=MergePreview, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require(MERGE)
        asked = MergePreview(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        survivor, *absorbed = of_these(actor, [data["survivor"], *data["absorbed"]])
        return Response(_preview(actor, survivor, absorbed, data["choices"]))


class PartyMergeView(APIView):
    """POST `{groups: [{survivor, absorbed: [id], choices, reason}]}` → what became of each group, in order. A group is
    one transaction: all of its parties become one, or none."""

    @extend_schema(request=MergeGroups, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require(MERGE)
        asked = MergeGroups(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response({"results": [_merged(actor, group, request) for group in asked.validated_data["groups"]]})


def _merged(actor: Actor, group: Mapping[str, Any], request: Request) -> dict[str, Any]:
    try:
        merges = parties_merge(
            actor=actor, survivor=group["survivor"], absorbed=group["absorbed"], choices=group["choices"],
            reason=group["reason"],
        )  # fmt: skip
    except Exception as error:
        problem = as_problem(error)
        if problem is None:
            raise
        return {"survivor": group["survivor"], "problem": document(problem, request_id_of(request._request))}
    return {
        "survivor": group["survivor"],
        "merges": [{"id": one.pk, "absorbed": one.absorbed_id, "moved": one.moved, "kept": one.kept} for one in merges],
    }


def _preview(actor: Actor, survivor: Party, absorbed: Sequence[Party], choices: Mapping[str, int]) -> dict[str, Any]:
    """`fields`: those in which they differ, each with what every party says and whose value would remain (null: made of
    several). What a role hides is not told."""
    resource = Resource.of(actor, ENTITY)
    parties = [survivor, *absorbed]
    ids = [party.pk for party in parties]
    said = {row["id"]: row for row, _extra in RowPlan(resource).rows(annotated(resource).filter(pk__in=ids))}
    values = outcome(survivor, absorbed, {column_of(name): pk for name, pk in choices.items()})
    known, fields = shapes(ENTITY), []
    for column in differing(parties):
        key = column.removesuffix("_id") if column != "tax_id" else column
        if key not in said[survivor.pk] or key not in known:
            continue
        taken = next((party.pk for party in parties if getattr(party, column) == values[column]), None)
        fields.append(
            {
                "key": key,
                "label": str(known[key].label),
                "taken": taken,
                "result": values[column] if taken is None else said[taken][key],
                "values": {str(pk): said[pk][key] for pk in ids},
            }
        )
    numbers = {party.tax_id for party in parties if party.tax_id}
    moving = counts(ids)
    return {
        "survivor": survivor.pk,
        "parties": [
            {"id": p.pk, "code": p.code, "label": p.name, "moves": [{"what": w, "count": n} for w, n in moving[p.pk]]}
            for p in parties
        ],
        "fields": fields,
        "two_companies": len(numbers) > 1 and "tax_id" not in choices,
    }
