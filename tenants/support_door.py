"""What a support session may ask at all, whatever it could otherwise do, and writing down what it asked.

Stands behind the door (`CompanyMiddleware`), inside the company."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from tenants.middleware import CLOSED, refuse
from tenants.services import support
from tenon.problems import Forbidden, ReadOnly

READING = ("GET", "HEAD", "OPTIONS")
# Own accounts, companies and tickets are a person's, and the person is not here as such.
PERSONAL = re.compile(r"/(?:_allauth/|api/v1/(?:companies|signup|invitations|me|billing|company)(?:/|\Z))")
OWN = re.compile(r"/api/v1/(?:session/|support/leave/)\Z")
TAKES_OUT = re.compile(r"/export/\Z")


class SupportMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        visit = request.session.get(support.SESSION) if request.user.is_authenticated else None
        path = request.path_info
        if visit is None or request.tenant is None or not (CLOSED.match(path) or path.startswith("/_allauth/")):
            return self.get_response(request)
        if OWN.match(path):
            return self.get_response(request)
        response = self._admitted(request, path)
        support.visit_note(visit, request.method or "", request.get_full_path(), response.status_code)
        return response

    def _admitted(self, request: Any, path: str) -> HttpResponseBase:
        if PERSONAL.match(path) or TAKES_OUT.search(path):
            return refuse(Forbidden(_("Support access does not cover this")), request)
        actor = request.actor
        if not isinstance(actor, support.SupportActor):
            return refuse(Forbidden(_("Support access does not cover this")), request)
        if actor.read_only and request.method not in READING:
            return refuse(ReadOnly(_("This support access is for looking only")), request)
        return self.get_response(request)
