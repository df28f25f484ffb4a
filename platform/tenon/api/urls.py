"""Addresses of the kit itself, below /api/v1/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tenon.api import converters  # noqa: F401  (registers `word` and `key`)
from tenon.api.importing.views import ImportViewSet
from tenon.api.search import SearchView

_import = ImportViewSet.as_view

urlpatterns: list[Any] = [
    path("search/", SearchView.as_view(), name="search"),
    path("imports/", _import({"get": "list", "post": "create"}), name="imports"),
    path("imports/<key:pk>/", _import({"get": "retrieve", "patch": "partial_update"}), name="import"),
    path("imports/<key:pk>/actions/<word:verb>/", _import({"post": "action"}), name="import-action"),
    path("imports/<key:pk>/errors/", _import({"get": "errors"}), name="import-errors"),
]
