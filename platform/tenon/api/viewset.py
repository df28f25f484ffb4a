"""One viewset for all entities: /api/v1/<module>/<path>/…"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from tenon.access.actor import Actor
from tenon.api import bulk, query, writing
from tenon.api.authentication import actor_of
from tenon.api.exporting import export
from tenon.api.idempotency import fingerprint, key_of, once
from tenon.api.metadata import Resource
from tenon.api.negotiation import JsonOnly
from tenon.api.parsers import OrjsonParser
from tenon.api.renderers import dumps
from tenon.api.request_id import request_id_of
from tenon.api.visibility import rows, survivors
from tenon.problems import Invalid, NotFound
from tenon.registry.registry import registry
from tenon.registry.types import Entity


def entity_at(module: str, path: str) -> Entity:
    entity = registry().entity_by_path.get((module, path))
    if entity is None:
        raise NotFound(_("There is nothing at this address."))
    return entity


def version_in(request: Request) -> int | None:
    """The version in If-Match; None when there is none. `*` stands for any."""
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not text:
        return None
    if text == "*":
        return writing.ANY_VERSION
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise Invalid.field("If-Match", _("This is not a version."))
    return int(text)


def json_response(data: Any, status: int = 200, version: Any = None, again: bool = False) -> HttpResponse:
    """Straight to bytes: rows need no second look by a renderer."""
    response = HttpResponse(dumps(data), status=status, content_type="application/json")
    if version is not None:
        response["ETag"] = f'"{version}"'
    if again:
        response["Idempotent-Replayed"] = "true"
    return response


class EntityViewSet(ViewSet):
    """Features, permissions and data scope are asked through tenon.access; see docs/api.md for the shapes."""

    content_negotiation_class = JsonOnly
    parser_classes = (OrjsonParser,)
    metadata_class = None
    schema = None  # described by tenon.api.openapi, entity by entity

    def handle_exception(self, exc: Exception) -> Response:
        """A record that went up in another one is found at that one's address, by whatever verb (308)."""
        heir = self._heir() if isinstance(exc, NotFound) and "pk" in self.kwargs else None
        if heir is None:
            return super().handle_exception(exc)
        module, path, pk = (self.kwargs[name] for name in ("module", "path", "pk"))
        old, new = f"/{module}/{path}/{pk}/", f"/{module}/{path}/{heir}/"
        return Response(status=308, headers={"Location": self.request.get_full_path().replace(old, new, 1)})

    def _heir(self) -> int | None:
        resource = self.resource()
        heir = survivors(resource.entity, resource.model, "pk", [self.kwargs["pk"]]).get(self.kwargs["pk"])
        return heir if heir is not None and rows(resource).filter(pk=heir).exists() else None

    def resource(self) -> Resource:
        return Resource(actor_of(self.request), entity_at(self.kwargs["module"], self.kwargs["path"]))

    def _write(self, actor: Actor, work: Callable[[], tuple[int, Any]], idempotent: bool = False) -> HttpResponse:
        """Runs a write in one frame; the answer carries the version of its row."""
        request = self.request
        key = key_of(request.headers) if idempotent else ""
        print_ = fingerprint(request.method or "", request.path, request.data) if key else ""
        status, body, again = writing.in_frame(actor=actor, work=lambda: once(actor, key, print_, work))
        row = body.get("record", body) if isinstance(body, dict) else None
        return json_response(body, status, row.get("version") if isinstance(row, dict) else None, again)

    # --- reads

    def list(self, request: Request, **_kwargs: Any) -> HttpResponse:
        return json_response(query.page(self.resource(), request.query_params))

    def retrieve(self, request: Request, pk: int, **_kwargs: Any) -> HttpResponse:
        resource = self.resource()
        row = query.one(resource, pk)
        if row is None:
            raise NotFound
        if resource.lines is not None:
            row[resource.entity.lines_field] = query.lines_of(resource, pk)
        return json_response(row, version=row.get("version"))

    def summary(self, request: Request, **_kwargs: Any) -> HttpResponse:
        return json_response(query.summary(self.resource(), request.query_params))

    def export(self, request: Request, **_kwargs: Any) -> HttpResponseBase:
        return export(self.resource(), request._request)

    # --- writes

    def create(self, request: Request, **_kwargs: Any) -> HttpResponse:
        resource = self.resource()
        body = request.data

        def work() -> tuple[int, Any]:
            return 201, writing.row_of(resource, writing.create(resource, body))

        return self._write(resource.actor, work, idempotent=True)

    def partial_update(self, request: Request, pk: int, **_kwargs: Any) -> HttpResponse:
        resource, version, body = self.resource(), version_in(request), request.data

        def work() -> tuple[int, Any]:
            writing.update(resource, pk, version, body)
            return 200, writing.row_of(resource, pk)

        return self._write(resource.actor, work)

    def destroy(self, request: Request, pk: int, **_kwargs: Any) -> HttpResponseBase:
        resource, version = self.resource(), version_in(request)
        writing.in_frame(actor=resource.actor, work=lambda: writing.delete(resource, pk, version))
        return HttpResponse(status=204)

    def action(self, request: Request, pk: int, verb: str, **_kwargs: Any) -> HttpResponse:  # type: ignore[override]
        resource, version, body = self.resource(), version_in(request), request.data

        def work() -> tuple[int, Any]:
            result = writing.act(resource, pk, verb, version, body)
            return 200, {"record": writing.row_or_none(resource, pk), "result": result}

        return self._write(resource.actor, work, idempotent=True)

    def bulk(self, request: Request, **_kwargs: Any) -> Response | HttpResponse:
        key, request_id = key_of(request.headers), request_id_of(request._request)
        return json_response({"results": bulk.run(self.resource(), request.data, key=key, request_id=request_id)})
