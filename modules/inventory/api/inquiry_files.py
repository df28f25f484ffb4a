"""Files of inquiries over HTTP: for us by the inquiry's page, for suppliers through their door."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.inventory.api.inquiries import inquiry_found
from modules.inventory.api.portal import KEY, PortalView
from modules.inventory.api.portal_door import link_from
from modules.inventory.models import InquiryFile
from modules.inventory.selectors.inquiry_files import file_for, for_suppliers, opened_file
from modules.inventory.selectors.supplier_portal import inquiry_of, inquiry_shown
from modules.inventory.services.inquiry_files import (
    file_content,
    inquiry_file_share,
    supplier_file_add,
    supplier_file_delete,
)
from modules.inventory.services.supplier_links import actor_of_link
from tenon.api.authentication import actor_of


class Sharing(serializers.Serializer):  # type: ignore[type-arg]
    """`attachment`: one of the inquiry's; `shared`: whether the suppliers asked may download it."""

    attachment = serializers.IntegerField(**KEY)
    shared = serializers.BooleanField()


class InquiryFilesView(APIView):
    """Which attachments of an inquiry its suppliers may download."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, inquiry_id: int) -> Response:
        inquiry = inquiry_found(actor_of(request), inquiry_id)
        return Response({"shared": [file.attachment_id for file in for_suppliers(inquiry)]})

    @extend_schema(request=Sharing, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, inquiry_id: int) -> Response:
        actor = actor_of(request)
        inquiry = inquiry_found(actor, inquiry_id)
        given = Sharing(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        inquiry_file_share(actor=actor, inquiry=inquiry, attachment_id=asked["attachment"], shared=asked["shared"])
        return Response({"shared": [file.attachment_id for file in for_suppliers(inquiry)]})


class AnswerFileView(APIView):
    """A file that a supplier attached to its answer, once the round is opened."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, inquiry_id: int, file_id: int) -> HttpResponse:
        return _download(opened_file(inquiry_found(actor_of(request), inquiry_id), file_id))


class PortalFilesView(PortalView):
    """A supplier attaches a file to its answer."""

    @extend_schema(request=OpenApiTypes.BINARY, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, inquiry_id: int) -> Response:
        link = link_from(request)
        supplier_file_add(actor=actor_of_link(link), link=link, inquiry_id=inquiry_id, upload=request.FILES.get("file"))
        return Response(inquiry_shown(inquiry_of(link, inquiry_id)), status=201)


class PortalFileView(PortalView):
    """One file: ours that is meant for suppliers, or the supplier's own."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, inquiry_id: int, file_id: int) -> HttpResponse:
        return _download(file_for(inquiry_of(link_from(request), inquiry_id), file_id))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, inquiry_id: int, file_id: int) -> Response:
        link = link_from(request)
        supplier_file_delete(actor=actor_of_link(link), link=link, inquiry_id=inquiry_id, file_id=file_id)
        return Response(inquiry_shown(inquiry_of(link, inquiry_id)))


def _download(file: InquiryFile) -> HttpResponse:
    answer = HttpResponse(file_content(file), content_type=file.attachment.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, file.attachment.name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
