"""Addresses of all entities. One pattern for each verb, not for each entity: the registry says what exists, so the
list stays short and a request is found at once."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tenon.api import converters  # noqa: F401  (registers `word` and `key`)
from tenon.api.facets import FacetViewSet, FileViewSet
from tenon.api.viewset import EntityViewSet


def entity_urls() -> list[Any]:
    """Below /api/v1/."""
    view, facet = EntityViewSet.as_view, FacetViewSet.as_view
    base, one = "<word:module>/<word:path>/", "<word:module>/<word:path>/<key:pk>/"
    return [
        path(base, view({"get": "list", "post": "create"}), name="entity-list"),
        path(f"{base}summary/", view({"get": "summary"}), name="entity-summary"),
        path(f"{base}export/", view({"get": "export"}), name="entity-export"),
        path(f"{base}bulk/", view({"post": "bulk"}), name="entity-bulk"),
        path(one, view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}), name="entity-detail"),
        path(f"{one}actions/<word:verb>/", view({"post": "action"}), name="entity-action"),
        path(f"{one}history/", facet({"get": "history"}), name="entity-history"),
        path(f"{one}comments/", facet({"get": "comments", "post": "comments"}), name="entity-comments"),
        path(f"{one}attachments/", facet({"get": "attachments", "post": "attachments"}), name="entity-attachments"),
        path("files/<key:pk>/", FileViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="file"),
    ]
