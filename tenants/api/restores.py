"""An archive as a company: sent in parts, started, followed. About a person, but for the copy beside a company."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import hosts
from tenants.api.base import PersonView, validated
from tenants.models import CompanyRestore, Person
from tenants.services import uploads
from tenants.services.deletion import owner_in_person
from tenants.services.export import PERMISSION
from tenants.services.outgoing import outgoing_allow
from tenon.access.models import Member
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current, outside


class RestoreInput(serializers.Serializer[Any]):
    slug = serializers.CharField(max_length=63, help_text="The new company's address")
    name = serializers.CharField(
        max_length=160, required=False, allow_blank=True, default="", help_text="Else the archive's"
    )
    file_name = serializers.CharField(max_length=255)
    size = serializers.IntegerField(min_value=0, help_text="Bytes of the whole file")


class RestoreReport(serializers.Serializer[Any]):
    equal = serializers.BooleanField(help_text="Every table's hash and every file's is the archive's")
    tables = serializers.IntegerField()
    rows = serializers.IntegerField()
    rows_archive = serializers.IntegerField()
    files = serializers.IntegerField()
    files_size = serializers.IntegerField()
    missing_files = serializers.IntegerField(help_text="That the archive itself lacked")
    differing = serializers.ListField(child=serializers.CharField())
    archive = serializers.CharField(help_text="One hash for all tables, as the archive says")
    restored = serializers.CharField(help_text="The same, of what is in the database")
    made_at = serializers.CharField()


class RestoreOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=CompanyRestore.State.choices)
    stage = serializers.CharField(help_text="checking, loading, comparing, files; empty before and after")
    progress = serializers.FloatField(help_text="0 to 1, of the stage")
    message = serializers.CharField()
    slug = serializers.CharField()
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    part_size = serializers.IntegerField(help_text="Every part but the last has this many bytes")
    parts = serializers.IntegerField()
    received = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of the parts that have arrived"
    )
    beside = serializers.CharField(allow_null=True, help_text="The company beside which it is a copy")
    url = serializers.CharField(allow_null=True, help_text="Of the company, once there is one")
    report = RestoreReport(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RestoresOutput(serializers.Serializer[Any]):
    results = RestoreOutput(many=True)


def restore_row(restore: CompanyRestore) -> dict[str, Any]:
    names = (
        "id", "state", "stage", "progress", "message", "slug", "file_name", "size", "received", "created_at",
        "finished_at",
    )  # fmt: skip
    return {
        **{name: getattr(restore, name) for name in names},
        "part_size": uploads.PART,
        "parts": uploads.parts_of(restore),
        "beside": restore.beside.slug if restore.beside else None,
        "url": hosts.company_url(restore.tenant.slug) if restore.tenant else None,
        "report": restore.report or None,
    }


class Restores(PersonView):
    @extend_schema(operation_id="v1_companies_restores_list", responses=RestoresOutput)
    def get(self, request: Request) -> Response:
        """The archives I have brought."""
        return Response({"results": [restore_row(r) for r in uploads.restores_of(self.person)]})

    @extend_schema(request=RestoreInput, responses={201: RestoreOutput})
    def post(self, request: Request) -> Response:
        """Asks for room for an archive that is to become a new company of mine."""
        made = uploads.restore_ask(person=self.person, **validated(RestoreInput, request.data))
        return Response(restore_row(made), status=201)


class Restore(PersonView):
    @extend_schema(operation_id="v1_companies_restores_retrieve", responses=RestoreOutput)
    def get(self, request: Request, pk: int) -> Response:
        return Response(restore_row(uploads.restore_get(person=self.person, restore_id=pk)))


class RestorePart(PersonView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]
            }
        },
        responses=RestoreOutput,
    )  # fmt: skip
    def put(self, request: Request, pk: int, number: int) -> Response:
        """One part of the file, in any order, again if need be."""
        upload = request.FILES.get("file")
        sent = uploads.restore_part(person=self.person, restore_id=pk, number=number, upload=upload)
        return Response(restore_row(uploads.restore_get(person=self.person, restore_id=sent.pk)))


class RestoreAction(PersonView):
    @extend_schema(request=None, responses={202: RestoreOutput})
    def post(self, request: Request, pk: int, verb: str) -> Response:
        """start: all parts are there; cancel: at once, or at the next step."""
        service = uploads.restore_start if verb == "start" else uploads.restore_cancel
        service(person=self.person, restore_id=pk)
        return Response(restore_row(uploads.restore_get(person=self.person, restore_id=pk)), status=202)


class RestoresBeside(APIView):
    @extend_schema(operation_id="v1_company_restores_list", responses=RestoresOutput)
    def get(self, request: Request) -> Response:
        """The archives I have brought to have copies of beside this company."""
        member = owner_in_person(actor_of(request), PERMISSION)
        return Response(
            {"results": [restore_row(r) for r in uploads.restores_of(_person_of(member), beside=current().id)]}
        )

    @extend_schema(operation_id="v1_company_restores_ask", request=RestoreInput, responses={201: RestoreOutput})
    def post(self, request: Request) -> Response:
        """Asks for room for an archive that is to become a quiet copy beside this company; its parts are sent to
        /companies/restores/."""
        made = uploads.restore_beside_ask(actor=actor_of(request), **validated(RestoreInput, request.data))
        return Response(restore_row(made), status=201)


def _person_of(member: Member) -> Person:
    with outside():
        return Person.objects.get(pk=member.person_id)


class Outgoing(APIView):
    @extend_schema(operation_id="v1_company_outgoing_allow", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Lets a restored company speak: mails, webhooks, schedules and payments work from now on."""
        outgoing_allow(actor=actor_of(request))
        return Response(status=204)
