"""The work instruction of an operation, as a terminal reads it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.models import ProductionOrderOperation
from modules.production.selectors.instructions import instruction_told, instructions_for
from tenon.api.authentication import actor_of
from tenon.problems import NotFound


class InstructionView(APIView):
    """What holds for an operation of an order today."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, operation_id: int) -> Response:
        actor_of(request).require("production.instruction.view")
        operation = get_object_or_404(
            ProductionOrderOperation.objects.select_related("order"), pk=operation_id
        )  # fmt: skip
        found = instructions_for([operation]).get(operation.pk)
        if found is None:
            raise NotFound
        return Response(instruction_told(found))
