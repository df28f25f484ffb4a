"""What every record has beside its fields: history, comments, files. The record's own visibility decides about all."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from tenon.api.authentication import actor_of
from tenon.api.labels import own_label_path
from tenon.api.metadata import Resource
from tenon.api.negotiation import JsonOnly
from tenon.api.parsers import OrjsonParser
from tenon.api.viewset import entity_at, json_response
from tenon.api.visibility import rows
from tenon.problems import NotFound
from tenon.records.models import Attachment
from tenon.records.selectors.activity import attachment_row, attachments_of, comment_rows, comments_of
from tenon.records.selectors.history import history
from tenon.records.services.attachment import attachment_create, attachment_delete, own_path
from tenon.records.services.comment import comment_create
from tenon.registry.registry import registry

# What a browser may show on our own origin, in a sandbox; everything else is a download.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})


def label_of(resource: Resource, pk: int) -> str:
    """The record's title, if the actor may see the record. Raises NotFound, FeatureOff, Forbidden."""
    found = rows(resource).filter(pk=pk).values_list(own_label_path(resource.actor, resource.entity, resource.model))
    row = found.first()
    if row is None:
        raise NotFound
    return str(row[0] or f"#{pk}")


class FacetViewSet(ViewSet):
    content_negotiation_class = JsonOnly
    metadata_class = None
    parser_classes = (OrjsonParser, MultiPartParser)
    schema = None

    def resource(self) -> Resource:
        return Resource(actor_of(self.request), entity_at(self.kwargs["module"], self.kwargs["path"]))

    def history(self, request: Request, pk: int, **_kwargs: Any) -> HttpResponse:
        resource = self.resource()
        label_of(resource, pk)
        if not resource.entity.history:
            raise NotFound
        text = request.query_params.get("offset", "0")
        offset = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        found, following = history(resource, pk, offset=offset)
        return json_response({"results": found, "next": following})

    def comments(self, request: Request, pk: int, **_kwargs: Any) -> HttpResponse:
        resource = self.resource()
        label = label_of(resource, pk)
        if not resource.entity.comments:
            raise NotFound
        if request.method == "GET":
            return json_response({"results": comments_of(resource.entity, pk)})
        body = request.data.get("body") if isinstance(request.data, dict) else None
        comment = comment_create(actor=resource.actor, entity=resource.entity, record_id=pk, label=label, body=body)
        return json_response(comment_rows([comment])[0], 201)

    def attachments(self, request: Request, pk: int, **_kwargs: Any) -> HttpResponse:
        resource = self.resource()
        label_of(resource, pk)
        if not resource.entity.attachments:
            raise NotFound
        if request.method == "GET":
            return json_response({"results": attachments_of(resource.entity, pk)})
        made = attachment_create(
            actor=resource.actor, entity=resource.entity, record_id=pk, upload=request.FILES.get("file")
        )
        return json_response(attachment_row(made), 201)


class FileViewSet(ViewSet):
    """/api/v1/files/<id>/: a file is as visible as the record it is attached to."""

    content_negotiation_class = JsonOnly
    metadata_class = None
    schema = None

    def _found(self, pk: int) -> tuple[Resource, Attachment]:
        attachment = Attachment.objects.filter(pk=pk).first()
        entity = registry().entities.get(attachment.entity) if attachment else None
        if attachment is None or entity is None:
            raise NotFound
        resource = Resource(actor_of(self.request), entity)
        label_of(resource, attachment.record_id)
        return resource, attachment

    def retrieve(self, request: Request, pk: int) -> HttpResponseBase:
        _resource, attachment = self._found(pk)
        try:
            content = default_storage.open(own_path(attachment), "rb")
        except FileNotFoundError:
            raise NotFound from None
        shown = request.query_params.get("inline") == "1" and attachment.content_type in _SHOWN
        response = FileResponse(content, content_type=attachment.content_type)
        response["Content-Disposition"] = content_disposition_header(not shown, attachment.name) or "attachment"
        response["Content-Length"] = str(attachment.size)
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        response["Cache-Control"] = "private, no-store"
        response["ETag"] = f'"{attachment.sha256}"'
        return response

    def destroy(self, request: Request, pk: int) -> HttpResponse:
        resource, attachment = self._found(pk)
        attachment_delete(actor=resource.actor, entity=resource.entity, attachment=attachment)
        return HttpResponse(status=204)
