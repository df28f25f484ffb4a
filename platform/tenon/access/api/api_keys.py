"""Issuing API keys: the one answer that holds the token."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from tenon.access.services.api_keys import api_key_create
from tenon.api import validation, writing
from tenon.api.authentication import actor_of
from tenon.api.metadata import Resource
from tenon.api.viewset import EntityViewSet
from tenon.records.service import require_writable


class ApiKeys(EntityViewSet):
    """The generic resource, but for the answer to POST: it shows the token, once. No idempotency key is taken, since a
    kept answer would be a kept token."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        actor = actor_of(request)
        resource = Resource.of(actor, "access.api_key")
        actor.require("access.api_key.create")
        require_writable()  # before the input is looked at, as everywhere
        key = api_key_create(actor=actor, data=validation.for_create(resource, request.data))
        return Response({**writing.row_of(resource, key.pk), "token": key.token}, status=201)
