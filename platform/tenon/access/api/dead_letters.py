"""Events of this company that could not be delivered: seeing them, delivering them again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.api.authentication import actor_of
from tenon.api.results import results_of
from tenon.events.dispatcher import replay
from tenon.events.models import Delivery
from tenon.problems import NotFound
from tenon.tenancy.context import current, outside


class DeadLetterOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event = serializers.CharField()
    event_id = serializers.UUIDField()
    handler = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    payload = serializers.DictField()


DeadLettersOutput = results_of(DeadLetterOutput, "DeadLettersOutput")


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "event": delivery.event.name,
        "event_id": delivery.event.event_id,
        "handler": delivery.handler,
        "attempts": delivery.attempts,
        "error": delivery.error.partition("\n")[0],
        "created_at": delivery.event.created_at,
        "payload": delivery.event.payload,
    }


class DeadLetters(APIView):
    @extend_schema(responses=DeadLettersOutput)
    def get(self, request: Request) -> Response:
        """The latest first."""
        actor_of(request).require("access.dead_letter.view")
        role = current().role
        with outside():
            dead = Delivery.objects.select_related("event").filter(role=role, state=Delivery.State.DEAD)
            return Response({"results": [_row(d) for d in dead.order_by("-id")[:200]]})


class DeadLetterReplay(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Makes it due again, with all its attempts."""
        actor_of(request).require("access.dead_letter.replay")
        if not replay(current(), [pk]):
            raise NotFound
        return Response(status=204)
