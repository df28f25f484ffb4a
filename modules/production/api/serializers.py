"""Shapes of requests."""

from __future__ import annotations

from rest_framework import serializers


class FirmRequest(serializers.Serializer):
    """Ids of planned orders to firm together."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=1000)


class PeggingQuery(serializers.Serializer):
    """The document line whose chain is asked for."""

    entity = serializers.CharField(max_length=80, default="shared.sales_order_line")
    id = serializers.IntegerField(min_value=1)
