"""The shape of a list that comes whole, without pages: `{"results": [row, …]}`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


def results_of(row: type[serializers.Serializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """`name` is what the shape is called in the API's description."""
    return type(name, (serializers.Serializer,), {"results": row(many=True), "__module__": row.__module__})
