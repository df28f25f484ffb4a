"""Addresses of all entities. One pattern for each verb, not for each entity: the registry says what exists, so the
list stays short and a request is found at once."""

from __future__ import annotations

from typing import Any

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tenon.api.facets import FacetViewSet, FileViewSet
from tenon.api.viewset import EntityViewSet


class WordConverter(StringConverter):
    regex = "[a-z][a-z0-9_-]*"


class KeyConverter:
    """A primary key that fits PostgreSQL's bigint."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(WordConverter, "word")
register_converter(KeyConverter, "key")


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
