"""Sessions, sign-ins, the company's own door."""

from __future__ import annotations

import re
from typing import Any

from allauth.usersessions.models import UserSession
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.addresses import client_ip
from tenants.api.base import PersonView, validated
from tenants.models import LoginLog, Tenant
from tenants.services import security, sessions
from tenon.access.models import Member
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.tenancy.context import current, outside


class PolicyInput(serializers.Serializer[Any]):
    mfa = serializers.BooleanField(required=False)
    grace_days = serializers.IntegerField(required=False, min_value=0, max_value=security.LONGEST_GRACE)
    allowed_addresses = serializers.ListField(child=serializers.CharField(max_length=60), required=False)


# What a browser says of itself, in a few words; the whole of it is in the log.
_BROWSERS = (("Edge", "Edg/"), ("Opera", "OPR/"), ("Firefox", "Firefox/"), ("Chrome", "Chrome/"), ("Safari", "Safari/"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)  # fmt: skip
_PROGRAM = re.compile(r"[A-Za-z][\w.-]{1,30}(?=/)")


def device(user_agent: str) -> str:
    """`Chrome · Windows`; the program's own name where it is no browser."""
    browser = next((name for name, mark in _BROWSERS if mark in user_agent), "")
    system = next((name for name, mark in _SYSTEMS if mark in user_agent), "")
    if browser or system:
        return " · ".join(part for part in (browser, system) if part)
    found = _PROGRAM.match(user_agent)
    return found[0] if found else ""


def session_row(row: UserSession, names: dict[int, str], current_key: str = "") -> dict[str, Any]:
    where = int(row.data.get("tenant") or 0)
    return {
        "id": row.pk,
        "device": device(row.user_agent),
        "user_agent": row.user_agent,
        "ip": row.ip,
        "place": None,  # nobody is asked where an address is
        "created_at": row.created_at,
        "last_seen_at": row.last_seen_at,
        "company": names.get(where),
        "current": row.session_key == current_key,
        "by_staff": None,
    }


def login_row(log: LoginLog) -> dict[str, Any]:
    return {
        "id": log.pk,
        "kind": log.kind,
        "at": log.at,
        "ip": log.ip,
        "host": log.host.partition(":")[0],
        "device": device(log.user_agent),
        "email": log.email,
    }


def _before(request: Request) -> int | None:
    text = request.query_params.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class MySessions(PersonView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Where I am signed in, on every host; `current` is the one I am asking with."""
        rows = sessions.sessions_of_person(self.person)
        with outside():
            ids = {int(r.data.get("tenant") or 0) for r in rows}
            names = dict(Tenant.objects.filter(pk__in=ids).values_list("pk", "name"))
        key = request._request.session.session_key or ""
        return Response({"results": [session_row(r, names, key) for r in rows]})

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def delete(self, request: Request) -> Response:
        """Signs me out everywhere else."""
        ended = sessions.sessions_end_others(self.person, request._request.session.session_key or "")
        return Response({"ended": ended})


class MySession(PersonView):
    @extend_schema(operation_id="v1_session_list_end", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Signs me out there."""
        sessions.session_end(self.person, pk)
        return Response(status=204)


class MyLogins(PersonView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """My sign-ins and who was refused in my name, the latest first; `?before=` an id for the next page."""
        rows = security.logins_of_person(self.person.pk, _before(request))
        return Response({"results": [login_row(r) for r in rows], "more": len(rows) == security.PAGE})


def _policy(request: Request) -> dict[str, Any]:
    found = security.policy(actor=actor_of(request))
    return {
        "mfa_required_from": found.mfa_required_from,
        "allowed_addresses": found.allowed_addresses,
        "your_address": client_ip(request._request),
        "members": found.members,
        "without_second_factor": found.without,
    }


class SecurityPolicy(APIView):
    @extend_schema(operation_id="v1_security_policy", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What is asked at the company's door."""
        return Response(_policy(request))

    @extend_schema(request=PolicyInput, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request) -> Response:
        """Changes it. A list of networks that shuts me out is refused."""
        data = validated(PolicyInput, request.data)
        security.policy_update(actor=actor_of(request), own_address=client_ip(request._request), **data)
        return Response(_policy(request))


class CompanySessions(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Who is signed in on the company's hosts; `?member=` one of them."""
        actor = actor_of(request)
        actor.require(security.PEOPLE)
        member = request.query_params.get("member", "")
        members = Member.objects.filter(is_active=True).order_by("name", "pk")
        if member:
            members = members.filter(pk=int(member) if member.isascii() and member.isdigit() else 0)
        company, key = current(), request._request.session.session_key or ""
        names = {company.id: company.name}
        rows: list[dict[str, Any]] = []
        with outside():
            here = set(UserSession.objects.filter(data__tenant=company.id).values_list("user_id", flat=True))
        for one in members:
            if one.person_id in here:
                who = {"id": one.pk, "label": one.name}
                found = sessions.sessions_of(company, one.person_id)
                rows += [{**session_row(r, names, key), "member": who} for r in found]
        if not member:
            staff = sessions.sessions_of_staff(company)
            rows += [{**session_row(r, names, key), "member": None, "by_staff": "support"} for r in staff]
        rows.sort(key=lambda r: r["last_seen_at"], reverse=True)
        return Response({"results": rows})


class MemberSignOut(APIView):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        """Ends a member's sessions on the company's hosts: all, or the one named by `?session=`."""
        member = security.member_for_sessions(actor=actor_of(request), member_id=pk)
        one = request.query_params.get("session", "")
        chosen = int(one) if one.isascii() and one.isdigit() and len(one) < 19 else None
        if one and chosen is None:
            raise NotFound
        return Response({"ended": sessions.sessions_end(current(), member.person_id, chosen)})


class CompanyLogins(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Members' sign-ins here, `?member=` one of them, `?before=` an id for the next page."""
        member = request.query_params.get("member", "")
        chosen = int(member) if member.isascii() and member.isdigit() and len(member) < 19 else None
        rows = security.logins_of_company(actor=actor_of(request), member=chosen, before=_before(request))
        names = {m.person_id: {"id": m.pk, "label": m.name} for m in Member.objects.all()}
        found = [{**login_row(r), "member": names.get(r.person_id or 0)} for r in rows]
        return Response({"results": found, "more": len(rows) == security.PAGE})


class SecurityChanges(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Changes to the company, its people, roles, keys and webhooks: the latest hundred."""
        return Response({"results": security.changes(actor=actor_of(request))})
