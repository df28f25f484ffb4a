"""The company's data as a whole: taking it along, and leaving. Open to suspended and closed companies too."""

from __future__ import annotations

from typing import Any

from django.http.response import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import hosts
from tenants.api.base import validated
from tenants.models import CompanyDeletion, CompanyExport, Tenant
from tenants.services import copies, deletion, export
from tenon.access.services.guards import OWNER
from tenon.api.authentication import actor_of
from tenon.jobs.models import Job
from tenon.problems import Forbidden
from tenon.tenancy.context import current


class DeletionInput(serializers.Serializer[Any]):
    confirm = serializers.CharField(max_length=63, help_text="The company's address, typed")
    reason = serializers.CharField(max_length=500)


class DeletionOutput(serializers.Serializer[Any]):
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    purge_at = serializers.DateTimeField()
    reason = serializers.CharField()


class CopyInput(serializers.Serializer[Any]):
    slug = serializers.CharField(max_length=63, help_text="The copy's address")
    name = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")


class CopyStarted(serializers.Serializer[Any]):
    job_id = serializers.IntegerField(help_text="Follow or cancel it under /jobs/; its result names the copy's address")


class CopyOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    copy_until = serializers.DateTimeField(allow_null=True)


class CompanyDataOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    is_copy = serializers.BooleanField()
    outgoing_off = serializers.BooleanField(help_text="Restored: mails, webhooks, schedules and payments are held back")
    may_let_out = serializers.BooleanField()
    may_export = serializers.BooleanField()
    may_delete = serializers.BooleanField()
    may_copy = serializers.BooleanField()
    copy_until = serializers.DateTimeField(allow_null=True)
    copies = CopyOutput(many=True)
    days_to_undo = serializers.IntegerField()
    deletion = DeletionOutput(allow_null=True)


class ExportOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["queued", "running", "ready", "failed", "cancelled", "expired"])
    job_id = serializers.IntegerField(allow_null=True)
    progress = serializers.FloatField()
    message = serializers.CharField()
    started_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    size = serializers.IntegerField()
    rows = serializers.IntegerField()
    files = serializers.IntegerField()
    sha256 = serializers.CharField()


class ExportsOutput(serializers.Serializer[Any]):
    results = ExportOutput(many=True)


class LinkOutput(serializers.Serializer[Any]):
    url = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")


def deletion_row(asked: CompanyDeletion | None) -> dict[str, Any] | None:
    return None if asked is None else {n: getattr(asked, n) for n in ("asked_by", "asked_at", "purge_at", "reason")}


def copy_row(made: Tenant) -> dict[str, Any]:
    return {
        **{n: getattr(made, n) for n in ("slug", "name", "created_at", "copy_until")},
        "url": hosts.company_url(made.slug),
    }


def export_row(made: CompanyExport, job: Job | None) -> dict[str, Any]:
    if made.finished_at is not None:
        state = "ready" if made.path else "expired"
    else:
        # A job that ended without a file has failed, whatever it said itself.
        state = job.state if job is not None and job.state != Job.State.DONE else "failed"
    names = ("id", "job_id", "created_at", "finished_at", "expires_at", "size", "rows", "files", "sha256")
    return {
        **{name: getattr(made, name) for name in names},
        "state": state,
        "progress": 1.0 if made.finished_at else job.progress if job else 0.0,
        "message": job.message if job else "",
        "started_by": made.actor_label,
    }


class CompanyData(APIView):
    @extend_schema(operation_id="v1_company_data", responses=CompanyDataOutput)
    def get(self, request: Request) -> Response:
        """The company's state, and what I may do with its data."""
        actor = actor_of(request)
        if not (actor.can(export.PERMISSION) or actor.can(deletion.PERMISSION)):
            raise Forbidden(permission=export.PERMISSION)
        tenant = request._request.tenant  # type: ignore[attr-defined]
        owner = actor.kind == "member" and OWNER in actor.roles
        return Response(
            {
                "slug": tenant.slug,
                "name": tenant.name,
                "state": tenant.state,
                "is_copy": tenant.is_copy,
                "outgoing_off": tenant.outgoing_off,
                "may_let_out": tenant.outgoing_off and owner and actor.can(export.PERMISSION),
                "may_export": actor.can(export.PERMISSION),
                "may_delete": actor.can(deletion.PERMISSION) and owner,
                "may_copy": actor.can(export.PERMISSION) and owner and not (tenant.is_copy or current().read_only),
                "copy_until": tenant.copy_until,
                "copies": [copy_row(made) for made in copies.copies_of(tenant.pk)] if owner else [],
                "days_to_undo": deletion.TIME_TO_UNDO.days,
                "deletion": deletion_row(deletion.deletion_of(current().id)),
            }
        )


class Exports(APIView):
    @extend_schema(operation_id="v1_company_exports_list", responses=ExportsOutput)
    def get(self, request: Request) -> Response:
        """The latest exports of all data."""
        return Response({"results": [export_row(*found) for found in export.exports_of(actor=actor_of(request))]})

    @extend_schema(operation_id="v1_company_exports_start", request=None, responses={201: ExportOutput})
    def post(self, request: Request) -> Response:
        """Begins an export of everything, in the background; follow or cancel its job under /jobs/."""
        made = export.export_start(actor=actor_of(request))
        return Response(export_row(made, Job.objects.filter(pk=made.job_id or 0).first()), status=201)


class ExportLink(APIView):
    @extend_schema(request=None, responses=LinkOutput)
    def post(self, request: Request, pk: int) -> Response:
        """A link to the archive, good for an hour."""
        signature = export.export_link(actor=actor_of(request), export_id=pk)
        url = f"/api/v1/company/exports/{pk}/file/?signature={signature}"
        return Response({"url": url, "expires_in": int(export.LINK.total_seconds())})


class ExportFile(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("signature", str, required=True)],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The archive. The link opens it only for who may export, and not for long."""
        signature = request.query_params.get("signature", "")
        made, content = export.export_open(actor=actor_of(request), export_id=pk, signature=signature)
        name = f"{current().slug}-{made.created_at:%Y-%m-%d}.zip"
        response = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
        response["Content-Length"] = str(made.size)
        response["Cache-Control"] = "private, no-store"
        response["ETag"] = f'"{made.sha256}"'
        return response


class ExportCopy(APIView):
    @extend_schema(operation_id="v1_company_exports_copy", request=CopyInput, responses={202: CopyStarted})
    def post(self, request: Request, pk: int) -> Response:
        """Begins a copy of the company beside it, from this export: for trying things out, without mail, schedules and
        payments, for fifteen days."""
        data = validated(CopyInput, request.data)
        job = copies.copy_start(actor=actor_of(request), export_id=pk, **data)
        return Response({"job_id": job.pk}, status=202)


class Deletion(APIView):
    @extend_schema(operation_id="v1_company_deletion", request=DeletionInput, responses={201: DeletionOutput})
    def post(self, request: Request) -> Response:
        """Closes the company at once and removes it in thirty days, unless an owner takes it back before."""
        data = validated(DeletionInput, request.data)
        return Response(deletion_row(deletion.deletion_ask(actor=actor_of(request), **data)), status=201)


class DeletionUndo(APIView):
    @extend_schema(operation_id="v1_company_deletion_undo", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Takes the deletion back: the company is open as it was."""
        deletion.deletion_undo(actor=actor_of(request))
        return Response(status=204)
