"""What CRM's own addresses take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class LeadLike(serializers.Serializer[Any]):
    """Whom to look for; `exclude` is the lead being written."""

    name = serializers.CharField(required=False)
    email = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    exclude = serializers.IntegerField(required=False)


class PipelineQuery(serializers.Serializer[Any]):
    """`on`: a day; none: now."""

    on = serializers.DateField(required=False)


class PipelineStage(serializers.Serializer[Any]):
    """What stood in the stage: amounts in the company's currency, `weighted` by each deal's probability."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    probability = serializers.DecimalField(max_digits=5, decimal_places=2)
    count = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=20, decimal_places=2)
    weighted = serializers.DecimalField(max_digits=20, decimal_places=2)


class Pipeline(serializers.Serializer[Any]):
    on = serializers.DateField()
    currency = serializers.CharField()
    stages = PipelineStage(many=True)
