"""Webhooks over HTTP. Secrets are in the answers that make them and in no other."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tenon.webhooks.selectors.sight import offered
from tenon.webhooks.services import endpoints, log

VIEW = "webhooks.endpoint.view"
PAGE = 50


class EndpointInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    url = serializers.CharField(max_length=500)
    events = serializers.ListField(child=serializers.CharField(max_length=120), allow_empty=False)
    is_active = serializers.BooleanField(required=False)


def _rows(actor: Actor) -> QuerySet[WebhookEndpoint]:
    actor.require(VIEW)
    waiting = Count("messages", filter=Q(messages__state="due"))
    failed = Count("messages", filter=Q(messages__state__in=("failed", "held")))
    return WebhookEndpoint.objects.select_related("owner").annotate(waiting=waiting, failed=failed).order_by("pk")


def _one(actor: Actor, pk: int) -> WebhookEndpoint:
    found = _rows(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def endpoint_row(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.pk,
        "name": endpoint.name,
        "url": endpoint.url,
        "events": endpoint.events,
        "owner": {"id": endpoint.owner_id, "label": endpoint.owner.name, "is_active": endpoint.owner.is_active},
        "is_active": endpoint.is_active,
        "failing_since": endpoint.failing_since,
        "stopped_why": endpoint.stopped_why,
        "old_until": endpoint.old_until,
        "waiting": getattr(endpoint, "waiting", 0),
        "failed": getattr(endpoint, "failed", 0),
        "created_at": endpoint.created_at,
    }


def message_row(message: WebhookMessage, *, whole: bool = False) -> dict[str, Any]:
    row = {
        "id": message.pk,
        "message_id": str(message.message_id),
        "event": message.event,
        "state": message.state,
        "attempts": message.attempts,
        "status": message.status,
        "created_at": message.created_at,
        "sent_at": message.sent_at,
        "due_at": message.due_at if message.state == WebhookMessage.State.DUE else None,
        "duration_ms": message.duration_ms,
    }
    return {**row, "body": message.body, "answer": message.answer} if whole else row


class Events(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Events that I can subscribe to: of functions that are on, about records I may see."""
        actor = actor_of(request)
        actor.require(VIEW)
        entities = registry().entities
        found = [
            {"name": t.name, "module": str(registry().modules[t.module].title), "about": str(entities[t.entity].label)}
            for t in offered(actor, current())
        ]
        return Response({"results": found})


class Endpoints(APIView):
    @extend_schema(operation_id="v1_webhooks_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response({"results": [endpoint_row(e) for e in _rows(actor_of(request))]})

    @extend_schema(request=EndpointInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Makes one; `secret` is in this answer and nowhere else, ever."""
        data = EndpointInput(data=request.data)
        data.is_valid(raise_exception=True)
        made, secret = endpoints.endpoint_create(actor=actor_of(request), data=data.validated_data)
        return Response({**endpoint_row(made), "secret": secret}, status=201)


class EndpointDetail(APIView):
    @extend_schema(operation_id="v1_webhooks_retrieve", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        return Response(endpoint_row(_one(actor_of(request), pk)))

    @extend_schema(request=EndpointInput, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, pk: int) -> Response:
        data = EndpointInput(data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        actor = actor_of(request)
        endpoints.endpoint_update(actor=actor, endpoint=_one(actor, pk), data=data.validated_data)
        return Response(endpoint_row(_one(actor, pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        endpoints.endpoint_delete(actor=actor, endpoint=_one(actor, pk))
        return Response(status=204)


class EndpointAction(APIView):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int, verb: str) -> Response:
        """rotate: a new secret; ping: a test message; replay: all that failed again; take-over: it becomes mine."""
        actor = actor_of(request)
        endpoint = _one(actor, pk)
        if verb == "rotate":
            changed, secret = endpoints.endpoint_rotate(actor=actor, endpoint=endpoint)
            return Response({**endpoint_row(changed), "secret": secret})
        if verb == "ping":
            return Response(message_row(endpoints.endpoint_ping(actor=actor, endpoint=endpoint)), status=202)
        if verb == "replay":
            return Response({"replayed": log.messages_replay(actor=actor, endpoint=endpoint)}, status=202)
        endpoints.endpoint_take_over(actor=actor, endpoint=endpoint)
        return Response(endpoint_row(_one(actor, pk)))


class Messages(APIView):
    @extend_schema(operation_id="v1_webhooks_messages_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """The log, the latest first; `?state=`, `?before=` an id for the next page."""
        rows = _one(actor_of(request), pk).messages.order_by("-pk")
        state, before = request.query_params.get("state", ""), request.query_params.get("before", "")
        if state in WebhookMessage.State.values:
            rows = rows.filter(state=state)
        if before.isascii() and before.isdigit() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        found = list(rows[: PAGE + 1])
        return Response({"results": [message_row(m) for m in found[:PAGE]], "more": len(found) > PAGE})


class Message(APIView):
    @extend_schema(operation_id="v1_webhooks_messages_retrieve", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """What was sent, and the beginning of the answer."""
        actor_of(request).require(VIEW)
        message = WebhookMessage.objects.filter(pk=pk).first()
        if message is None:
            raise NotFound
        return Response(message_row(message, whole=True))


class MessageReplay(APIView):
    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    def post(self, request: Request, pk: int) -> Response:
        return Response(message_row(log.message_replay(actor=actor_of(request), message_id=pk)), status=202)
