"""Duplicate checks: while a party is typed, and over all that is there."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.shared.data.api.serializers import DuplicateGroups, Duplicates, PartyLike, ProductLike, RoleQuery
from modules.shared.data.selectors.duplicates import duplicate_groups, party_duplicates
from modules.shared.data.selectors.product_duplicates import product_duplicates
from tenon.api.authentication import actor_of


class PartyDuplicatesView(APIView):
    """GET ?name=&name_zh=&tax_id=&email=&phone=&exclude= → parties that look alike."""

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


class DuplicateGroupsView(APIView):
    """GET ?role=customer|supplier → groups of parties whose names are the same to the duplicate check."""

    @extend_schema(parameters=[RoleQuery], responses=DuplicateGroups)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("shared.party.view")
        role = "is_supplier" if request.query_params.get("role") == "supplier" else "is_customer"
        groups = duplicate_groups(actor=actor, role=role)
        return Response(
            {
                "count": len(groups),
                "results": [
                    {"key": key, "parties": [{"id": pk, "code": code, "label": name} for pk, code, name in rows]}
                    for key, rows in groups
                ],
            }
        )
