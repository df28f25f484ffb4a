"""Where leads are sent to: no account, an address that cannot be guessed, and a signature where the sender has one."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.models import LeadSource, LeadTouch
from modules.crm.rules.lead_formats import NAMES, TRAIL
from modules.crm.selectors.capture import source_at
from modules.crm.services.capture import capture, signed
from tenon.api.throttling import refuse_guest
from tenon.problems import FieldError, Invalid, NotFound
from tenon.records.service import require_writable
from tenon.sealing import unseal
from tenon.tenancy.context import current

LARGEST = 64 * 1024
PER_ADDRESS, MISSES = 120, 20  # a minute
SOONEST, LATEST = 2, 24 * 3600  # seconds between showing a form and sending it
TRAP = "homepage_2"  # people do not see it, programs fill it in
FORM_FIELDS = ("contact_name", "phone", "email", "name", "note")
Outcome = LeadTouch.Outcome


def _door(request: Request, token: str) -> LeadSource:
    address = getattr(request._request, "guest_address", "")
    misses = {f"capture-miss:{address}": MISSES}
    refuse_guest({f"capture:{address}": PER_ADDRESS})
    refuse_guest(misses, add=False)
    try:
        source = source_at(token)
    except NotFound:
        refuse_guest(misses)
        raise
    return source


def _body(request: Request) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST or len(request._request.body) > LARGEST:
        raise Invalid(_("This is larger than a lead can be."))
    return request._request.body


def _payload(request: Request, body: bytes) -> Any:
    """JSON, or fields of a form. Raises Invalid."""
    if (request.content_type or "").startswith("application/x-www-form-urlencoded"):
        return QueryDict(body, encoding="utf-8").dict()
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as problem:
        raise Invalid(_("The body is no JSON.")) from problem


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


class CaptureView(APIView):
    """POST one delivery of a source; GET is Meta's question whether somebody is there."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("hub.mode", "hub.verify_token", "hub.challenge")],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, token: str) -> HttpResponse:
        source, asked = _door(request, token), request.query_params
        key = unseal(source.signing_key) if source.signing_key else ""
        if source.kind != LeadSource.Kind.META or not key or asked.get("hub.verify_token") not in (key, source.token):
            raise NotFound
        return HttpResponse(asked.get("hub.challenge", "")[:200], content_type="text/plain; charset=utf-8")

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, token: str) -> Response:
        source = _door(request, token)
        if source.kind == LeadSource.Kind.FORM:
            raise NotFound
        require_writable()
        refuse_guest({f"source:{source.pk}": source.per_minute})
        body = _body(request)
        payload = _payload(request, body)
        signed(source, body, request.headers, payload, time.time())
        trail = {name: text[:500] for name in TRAIL if (text := request.query_params.get(name))}
        touches = capture(
            source=source, payload=payload, trail=trail, external_id=request.headers.get("webhook-id", "")
        )
        if [t.outcome for t in touches] == [Outcome.UNREADABLE]:
            raise Invalid(_("There is no lead in this."), errors=[FieldError("", "unreadable", touches[0].why)])
        return Response({"received": [{"touch": t.pk, "outcome": t.outcome} for t in touches]})


class FormView(APIView):
    """A form to put on a web site (in an iframe): works without scripts and cookies."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(responses={(200, "text/html"): OpenApiTypes.STR})
    def get(self, request: Request, token: str) -> HttpResponse:
        return _form(request._request, _form_source(request, token))

    @extend_schema(
        request={"application/x-www-form-urlencoded": OpenApiTypes.OBJECT},
        responses={(200, "text/html"): OpenApiTypes.STR},
    )
    def post(self, request: Request, token: str) -> HttpResponse:
        source = _form_source(request, token)
        require_writable()
        refuse_guest({f"source:{source.pk}": source.per_minute})
        given = QueryDict(_body(request), encoding="utf-8").dict()
        values = {name: given[name] for name in given if name in NAMES or name in TRAIL}
        if not any(values.get(name, "").strip() for name in ("phone", "email")):
            return _form(request._request, source, given, _("Say how to reach you: a phone number or an e-mail."), 400)
        late = _too_late(given.get("began", ""), source)
        if late:
            return _form(request._request, source, given, late, 400)
        capture(source=source, payload=values, spam=_spam(given, source))
        # Whoever was taken for spam reads the same words: it learns nothing.
        return _page(request._request, source, {"sent": True}, 200)


def _form_source(request: Request, token: str) -> LeadSource:
    source = _door(request, token)
    if source.kind != LeadSource.Kind.FORM:
        raise NotFound
    return source


def _signer(source: LeadSource) -> TimestampSigner:
    return TimestampSigner(salt=f"crm form {current().slug} {source.token}")


def _too_late(began: str, source: LeadSource) -> str:
    try:
        _signer(source).unsign(began, max_age=LATEST)
    except BadSignature:
        return _("The form was open for too long: please send it again.")
    return ""


def _spam(given: dict[str, str], source: LeadSource) -> str:
    """Why it is taken for a program's, in words for who looks through what was refused."""
    if given.get(TRAP):
        return "filled in what people do not see"
    try:
        _signer(source).unsign(given.get("began", ""), max_age=SOONEST)
    except BadSignature:
        return ""  # older than that: somebody typed it
    return f"sent within {SOONEST} seconds"


def _form(
    request: HttpRequest, source: LeadSource, given: dict[str, str] | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    given = given or {}
    labels = {
        "contact_name": _("Your name"),
        "phone": pgettext("web form", "Phone"),
        "email": pgettext("web form", "E-mail"),
        "name": pgettext("web form", "Company"),
        "note": _("What is it about?"),
    }
    kinds = {"phone": "tel", "email": "email"}
    complete = {"contact_name": "name", "phone": "tel", "email": "email", "name": "organization"}
    fields = [
        {"name": name, "label": labels[name], "value": given.get(name, ""), "type": kinds.get(name, "text"),
         "complete": complete.get(name, "off")}
        for name in FORM_FIELDS
    ]  # fmt: skip
    trail = {name: (given.get(name) or request.GET.get(name, ""))[:500] for name in TRAIL}
    began = _signer(source).sign("form")
    words = {
        "fields": fields, "trail": {k: v for k, v in trail.items() if v}, "began": began, "trap": TRAP,
        "problem": problem,
    }  # fmt: skip
    return _page(request, source, words, status)


def _page(request: HttpRequest, source: LeadSource, words: dict[str, Any], status: int) -> HttpResponse:
    told = {
        "language": get_language(), "source": source, "company": current().name, "send": pgettext("web form", "Send"),
        "thanks": source.thanks or _("Thank you. We will be in touch soon."), **words,
    }  # fmt: skip
    response = render(request, "crm/capture_form.html", told, status=status)
    sites = " ".join(source.origins.split()) or "'self'"
    # Framed by the sites that are named, and by nobody else; no script at all.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors {sites}"
    )
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
