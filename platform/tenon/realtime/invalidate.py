"""Turns what services touched into invalidation messages, after the commit."""

from __future__ import annotations

from collections.abc import Mapping

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from tenon.registry.registry import registry
from tenon.tenancy.context import Company


def group_of(company: Company, entity: str) -> str:
    """One group per company and entity; the consumer joins those that its member may view."""
    return f"c{company.id}.{entity}"


def invalidate(company: Company, touched: Mapping[tuple[str, str], set[int]]) -> None:
    """`touched`: (model label, op) → ids. Models that are no entity tell nobody."""
    layer = get_channel_layer()
    if layer is None:
        return
    for (model, op), ids in touched.items():
        entity = registry().entity_by_model.get(model)
        if entity is None:
            continue
        item = {"entity": entity.key, "ids": sorted(ids), "op": op}
        async_to_sync(layer.group_send)(group_of(company, entity.key), {"type": "changed", "items": [item]})
