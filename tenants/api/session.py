"""The session on this host: who I am, and coming in with a ticket."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.base import AnybodyView, validated
from tenants.identity import begin_session, check_open
from tenants.models import LoginLog
from tenants.services.login_log import note
from tenants.services.tickets import ticket_use

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class EnterInput(serializers.Serializer[Any]):
    ticket = serializers.CharField(max_length=200)


class Session(AnybodyView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Who is signed in here, and whose address this is. Neither needs to be anybody."""
        person, tenant = self.maybe_person, request._request.tenant  # type: ignore[attr-defined]
        return Response(
            {
                "person": {"id": person.pk, "name": person.name, "email": person.email, "language": person.language}
                if person
                else None,
                "company": {"slug": tenant.slug, "name": tenant.name, "state": tenant.state} if tenant else None,
            }
        )


class SessionEnter(AnybodyView):
    @extend_schema(request=EnterInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Begins a session on a company's host with a ticket from the apex."""
        tenant = self.tenant
        check_open(tenant)
        person = ticket_use(tenant=tenant, token=validated(EnterInput, request.data)["ticket"])
        django_request = request._request  # a session of somebody else on this host ends here
        login(django_request, person, backend=_BACKEND)
        begin_session(django_request.session, tenant)
        note(LoginLog.Kind.ENTERED, django_request, person=person)
        return Response(status=204)
