"""Addresses of notifications, below /api/v1/."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.notifications.models import Notification
from tenon.notifications.selectors import PAGE, notifications_of
from tenon.notifications.services import notifications_read
from tenon.problems import Forbidden

MOST = 2**63 - 1


class NotificationOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Notification.Kind.choices)
    entity = serializers.CharField()
    record_id = serializers.IntegerField()
    author = serializers.CharField()
    excerpt = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    read = serializers.BooleanField()

    # Named through the mapping: `label` is an attribute of every serializer field.
    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "label": serializers.CharField()}


class NotificationsOutput(serializers.Serializer[Any]):
    results = NotificationOutput(many=True)
    unread = serializers.IntegerField()


class BeforeInput(serializers.Serializer[Any]):
    before = serializers.IntegerField(required=False, min_value=1, max_value=MOST)


class ReadInput(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST), required=False, max_length=PAGE * 10
    )


class ReadOutput(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


def notification_row(row: Notification) -> dict[str, Any]:
    names = ("id", "kind", "entity", "record_id", "label", "author", "excerpt", "created_at")
    return {**{name: getattr(row, name) for name in names}, "read": row.read_at is not None}


def member_of(request: Request) -> Actor:
    """Notifications are a person's: a key has none. Raises Unauthenticated, Forbidden."""
    actor = actor_of(request)
    if actor.kind != "member":
        raise Forbidden
    return actor


class Notifications(APIView):
    @extend_schema(
        operation_id="v1_notifications_list",
        parameters=[OpenApiParameter("before", int, description="Older than this one")],
        responses=NotificationsOutput,
    )
    def get(self, request: Request) -> Response:
        """What I was told, the latest first, and how many of it I have not read."""
        actor = member_of(request)
        given = BeforeInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        told = notifications_of(actor, before=given.validated_data.get("before"))
        return Response({"results": [notification_row(row) for row in told.rows], "unread": told.unread})


class NotificationsRead(APIView):
    @extend_schema(operation_id="v1_notifications_read", request=ReadInput, responses=ReadOutput)
    def post(self, request: Request) -> Response:
        """Marks mine as read: those named, or all."""
        actor = member_of(request)
        given = ReadInput(data=request.data)
        given.is_valid(raise_exception=True)
        notifications_read(actor=actor, ids=given.validated_data.get("ids"))
        return Response({"unread": notifications_of(actor).unread})


urlpatterns = [
    path("notifications/", Notifications.as_view()),
    path("notifications/read/", NotificationsRead.as_view()),
]
