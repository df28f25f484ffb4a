"""Addresses of jobs, below /api/v1/."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.api.authentication import actor_of
from tenon.jobs.gate import kind_is_on
from tenon.jobs.models import Job
from tenon.jobs.services import job_cancel, job_get, jobs_of
from tenon.tenancy.context import current


class JobOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.CharField()
    progress = serializers.FloatField()
    message = serializers.CharField()
    result = serializers.DictField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class JobsOutput(serializers.Serializer[Any]):
    results = JobOutput(many=True)


def job_row(job: Job) -> dict[str, Any]:
    """What it came to is not told while the function it belongs to is off."""
    told = job.result is None or kind_is_on(job.kind, job.arguments, current())
    return {
        "id": job.pk,
        "title": job.title,
        "state": job.state,
        "progress": job.progress,
        "message": job.message,
        "result": job.result if told else None,
        "created_at": job.created_at,
        "done_at": job.done_at,
    }


class Jobs(APIView):
    @extend_schema(operation_id="v1_jobs_list", responses=JobsOutput)
    def get(self, request: Request) -> Response:
        """My latest jobs; everybody's for those who may see them."""
        return Response({"results": [job_row(j) for j in jobs_of(actor_of(request)).order_by("-id")[:50]]})


class JobDetail(APIView):
    @extend_schema(responses=JobOutput)
    def get(self, request: Request, pk: int) -> Response:
        return Response(job_row(job_get(actor=actor_of(request), job_id=pk)))


class JobCancel(APIView):
    @extend_schema(request=None, responses=JobOutput)
    def post(self, request: Request, pk: int) -> Response:
        """Stops it: at once while it waits, at its next step while it runs."""
        return Response(job_row(job_cancel(actor=actor_of(request), job_id=pk)))


urlpatterns = [
    path("jobs/", Jobs.as_view()),
    path("jobs/<int:pk>/", JobDetail.as_view()),
    path("jobs/<int:pk>/cancel/", JobCancel.as_view()),
]
