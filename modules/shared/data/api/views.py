"""Duplicate checks: while a party is typed, and over all that is there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.shared.data.api.serializers import DuplicateGroups, Duplicates, PartyLike, ProductLike, RoleQuery
from modules.shared.data.selectors.duplicates import duplicate_groups, party_duplicates
from modules.shared.data.selectors.merging import described, of_these
from modules.shared.data.selectors.product_duplicates import product_duplicates
from tenon.api.authentication import actor_of
from tenon.problems import Invalid

GROUPS = 200


class PartyDuplicatesView(APIView):
    """GET ?name=&name_zh=&tax_id=&email=&phone=&website=&exclude= → parties that look alike."""

    @extend_schema(parameters=[PartyLike], responses=Duplicates)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("shared.party.view")
        given = request.query_params
        exclude = given.get("exclude", "")
        hits = party_duplicates(
            actor=actor,
            name=given.get("name", "")[:200],
            name_zh=given.get("name_zh", "")[:200],
            tax_id=given.get("tax_id", "")[:40],
            email=given.get("email", "")[:254],
            phone=given.get("phone", "")[:60],
            website=given.get("website", "")[:200],
            exclude=int(exclude) if exclude.isascii() and exclude.isdigit() and len(exclude) < 18 else None,
        )
        return Response({"results": [hit.as_json() for hit in hits]})


class ProductDuplicatesView(APIView):
    """GET ?code=&name=&barcode=&exclude= → products that look alike."""

    @extend_schema(parameters=[ProductLike], responses=Duplicates)
    def get(self, request: Request) -> Response:
        actor_of(request).require("shared.product.view")
        given = request.query_params
        exclude = given.get("exclude", "")
        hits = product_duplicates(
            code=given.get("code", "")[:60],
            name=given.get("name", "")[:200],
            barcode=given.get("barcode", "")[:60],
            exclude=int(exclude) if exclude.isascii() and exclude.isdigit() and len(exclude) < 18 else None,
        )
        return Response({"results": [hit.as_json() for hit in hits]})


def _ids(text: str) -> list[int]:
    """Raises Invalid."""
    parts = [part.strip() for part in text.split(",")]
    if not 2 <= len(parts) <= 21 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise Invalid.field("ids", _("Two to 21 ids, with commas between."))
    return [int(part) for part in parts]


class DuplicateGroupsView(APIView):
    """GET ?role=customer|supplier → groups of parties whose names are the same to the duplicate check, the first 200
    with what one needs to decide; `count` is of all. `ids=1,2`: these as one group, whatever they are called."""

    @extend_schema(parameters=[RoleQuery], responses=DuplicateGroups)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("shared.party.view")
        role = "is_supplier" if request.query_params.get("role") == "supplier" else "is_customer"
        if "ids" in request.query_params:
            parties = of_these(actor, _ids(request.query_params["ids"]))
            groups = [(parties[0].name_key, [(party.pk, party.code, party.name) for party in parties])]
        else:
            groups = duplicate_groups(actor=actor, role=role)
        return Response({"count": len(groups), "results": described(actor, groups[:GROUPS])})
