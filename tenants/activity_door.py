"""Notes that a company is worked in. Stands behind the door, so that only who was let in counts; support does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tenants.services.activity import activity_note
from tenants.services.support import SupportActor


class ActivityMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        response = self.get_response(request)
        if request.actor is not None and not isinstance(request.actor, SupportActor):
            activity_note(request.tenant.pk)
        return response
