"""Inviting people, and accepting."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.base import AnybodyView, validated
from tenants.api.companies import CompanyOutput, company_row
from tenants.models import Invitation
from tenants.services import invitations
from tenon.api.authentication import actor_of


class InvitationInput(serializers.Serializer[Any]):
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.CharField(max_length=60), allow_empty=False)
    department = serializers.IntegerField(required=False, allow_null=True)
    manager = serializers.IntegerField(required=False, allow_null=True)


class TokenInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)


def invitation_row(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "roles": invitation.roles,
        "department": invitation.department_id,
        "manager": invitation.manager_id,
        "invited_by": invitation.invited_by,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    }


class Invitations(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Invitations that are still open."""
        return Response({"results": [invitation_row(i) for i in invitations.invitations_open(actor=actor_of(request))]})

    @extend_schema(request=InvitationInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Invites somebody by e-mail."""
        data = validated(InvitationInput, request.data)
        return Response(invitation_row(invitations.invitation_create(actor=actor_of(request), **data)), status=201)


class InvitationDetail(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Takes an invitation back."""
        invitations.invitation_revoke(actor=actor_of(request), invitation_id=pk)
        return Response(status=204)


class InvitationAccept(AnybodyView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What an invitation is to, for its page; needs the token only."""
        found = invitations.invitation_find(request.query_params.get("token", ""))
        return Response(
            {"company": {"slug": found.tenant.slug, "name": found.tenant.name}, "email": found.email,
             "invited_by": found.invited_by}
        )  # fmt: skip

    @extend_schema(request=TokenInput, responses=CompanyOutput)
    def post(self, request: Request) -> Response:
        """Joins the company as the signed-in person."""
        token = validated(TokenInput, request.data)["token"]
        return Response(company_row(invitations.invitation_accept(person=self.person, token=token)))
