"""/api/v1/imports/"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from tenon.api.authentication import actor_of
from tenon.api.importing import services
from tenon.api.negotiation import JsonOnly
from tenon.api.parsers import OrjsonParser
from tenon.api.viewset import json_response
from tenon.problems import Invalid, NotFound

_PAGE = 200


class ImportViewSet(ViewSet):
    content_negotiation_class = JsonOnly
    metadata_class = None
    parser_classes = (OrjsonParser, MultiPartParser)
    schema = None

    def list(self, request: Request) -> HttpResponse:
        actor = actor_of(request)
        found = services.imports_of(actor).order_by("-created_at")[:50]
        return json_response({"results": [services.as_json(item, actor) for item in found]})

    def create(self, request: Request) -> HttpResponse:
        actor = actor_of(request)
        found = services.import_start(actor=actor, entity=request.POST.get("entity"), upload=request.FILES.get("file"))
        return json_response(services.as_json(found, actor), 201)

    def retrieve(self, request: Request, pk: int) -> HttpResponse:
        actor = actor_of(request)
        return json_response(services.as_json(services.import_get(actor=actor, import_id=pk), actor))

    def partial_update(self, request: Request, pk: int) -> HttpResponse:
        actor, data = actor_of(request), request.data
        if not isinstance(data, dict):
            raise Invalid(_("The body must be an object."))
        return json_response(services.as_json(services.import_change(actor=actor, import_id=pk, data=data), actor))

    def action(self, request: Request, pk: int, verb: str) -> HttpResponse:  # type: ignore[override]
        actor = actor_of(request)
        if verb in ("run", "dry-run"):
            found = services.import_run(actor=actor, import_id=pk, dry_run=verb == "dry-run")
        elif verb == "cancel":
            found = services.import_cancel(actor=actor, import_id=pk)
        else:
            raise NotFound(_("There is no such action."))
        return json_response(services.as_json(found, actor))

    def errors(self, request: Request, pk: int) -> HttpResponse:
        found = services.import_get(actor=actor_of(request), import_id=pk)
        text = request.query_params.get("offset", "0")
        offset = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
        names = ("row", "field", "column", "value", "message")
        errors: list[Any] = list(found.errors.order_by("row", "id").values(*names)[offset : offset + _PAGE])
        return json_response({"results": errors, "next": offset + _PAGE if len(errors) == _PAGE else None})
