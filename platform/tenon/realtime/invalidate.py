"""Turns what services touched into one invalidation message, after the commit."""

from __future__ import annotations

from collections.abc import Mapping

from tenon.realtime.notify import company_group, send
from tenon.registry.registry import registry
from tenon.tenancy.context import Company

MOST_IDS = 200  # beyond, clients refetch the entity as a whole


def invalidate(company: Company, touched: Mapping[tuple[str, str], set[int]]) -> None:
    """`touched`: (model label, op) → ids. Models that are no entity tell nobody."""
    known = registry().entity_by_model
    items = [
        {"entity": known[model].key, "ids": sorted(ids) if len(ids) <= MOST_IDS else [], "op": op}
        for (model, op), ids in touched.items()
        if model in known
    ]
    if items:
        send(company_group(company.id), {"type": "changed", "items": items})
