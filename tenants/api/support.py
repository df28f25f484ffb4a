"""Support access: the company's consent, who came, and what they looked at."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import hosts, selectors_support
from tenants.api.base import validated
from tenants.identity import begin_session
from tenants.models import LoginLog, SupportGrant
from tenants.services import support
from tenants.services.login_log import note
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.problems import Forbidden, Invalid, NotFound, Unauthenticated
from tenon.tenancy.context import current, outside

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class GrantInput(serializers.Serializer[Any]):
    hours = serializers.ChoiceField(choices=support.HOURS)
    scope = serializers.ChoiceField(choices=SupportGrant.Scope.values)
    reason = serializers.CharField(max_length=500)


class GrantOutput(serializers.Serializer[Any]):
    scope = serializers.ChoiceField(choices=SupportGrant.Scope.values)
    reason = serializers.CharField()
    granted_by = serializers.CharField()
    granted_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


class SupportSessionOutput(serializers.Serializer[Any]):
    # Named through the mapping below: `label` is an attribute of every serializer field.
    def get_fields(self) -> dict[str, Any]:
        return {
            "id": serializers.IntegerField(),
            "label": serializers.CharField(),
            "reason": serializers.CharField(),
            "scope": serializers.ChoiceField(choices=SupportGrant.Scope.values),
            "begun_at": serializers.DateTimeField(),
            "ended_at": serializers.DateTimeField(allow_null=True),
            "reads": serializers.IntegerField(),
            "writes": serializers.IntegerField(),
        }


class SupportOutput(serializers.Serializer[Any]):
    may_grant = serializers.BooleanField()
    hours = serializers.ListField(child=serializers.IntegerField())
    grant = GrantOutput(allow_null=True)
    sessions = SupportSessionOutput(many=True)


class VisitOutput(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {
            "id": serializers.IntegerField(),
            "at": serializers.DateTimeField(),
            "method": serializers.CharField(),
            "path": serializers.CharField(),
            "label": serializers.CharField(),
            "status": serializers.IntegerField(),
        }


class VisitsOutput(serializers.Serializer[Any]):
    results = VisitOutput(many=True)
    next = serializers.IntegerField(allow_null=True)


def _readable(actor: Actor) -> None:
    """Owners, and who looks after the company's settings, read what support did. Raises Forbidden."""
    if not (support.may_grant(actor) or actor.can("access.company.update")):
        raise Forbidden(permission="access.company.update")


def _state(actor: Actor) -> dict[str, Any]:
    return {
        "may_grant": support.may_grant(actor),
        "hours": list(support.HOURS),
        **selectors_support.state_of(current().id),
    }


class Support(APIView):
    @extend_schema(responses=SupportOutput)
    def get(self, request: Request) -> Response:
        """The consent in force, and the last visits."""
        _readable(actor_of(request))
        return Response(_state(actor_of(request)))

    @extend_schema(request=GrantInput, responses={201: SupportOutput})
    def post(self, request: Request) -> Response:
        """Lets staff in for a time. Owners only."""
        actor = actor_of(request)
        support.support_grant(actor=actor, **validated(GrantInput, request.data))
        return Response(_state(actor), status=201)


class SupportEnd(APIView):
    @extend_schema(request=None, responses=SupportOutput)
    def post(self, request: Request) -> Response:
        """Takes the consent back; visits end at once."""
        actor = actor_of(request)
        support.support_end(actor=actor)
        return Response(_state(actor))


class SupportVisits(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("before", int, description="Older than this visit")], responses=VisitsOutput
    )
    def get(self, request: Request, pk: int) -> Response:
        """What one visit looked at and wrote, the latest first."""
        _readable(actor_of(request))
        before = request.query_params.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) < 19):
            raise Invalid.field("before", "…")
        found = selectors_support.visits_of(current().id, pk, int(before) if before else None)
        if found is None:
            raise NotFound
        return Response(found)


class SupportLeave(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """The visitor goes. For support sessions only."""
        actor = actor_of(request)
        if not isinstance(actor, support.SupportActor):
            raise Forbidden
        support.session_leave(session_id=actor.session_id)
        with outside():
            logout(request._request)
        return Response(status=204)


@never_cache
@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """The way from the operator console into a company: a ticket that works once."""
    tenant = request.tenant  # type: ignore[attr-defined]
    if tenant is None:
        return HttpResponse(status=404)
    try:
        person, visit = support.session_enter(tenant=tenant, token=request.GET.get("ticket", "")[:200])
    except Unauthenticated:
        return HttpResponseRedirect(hosts.origin(hosts.settings.BASE_DOMAIN) + "/operator/")
    login(request, person, backend=_BACKEND)
    begin_session(request.session, tenant)
    request.session[support.SESSION] = visit
    note(LoginLog.Kind.ENTERED, request, person=person)
    return HttpResponseRedirect("/")
