"""Addresses of the kit itself, below /api/v1/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tenon.api.search import SearchView

urlpatterns: list[Any] = [
    path("search/", SearchView.as_view(), name="search"),
]
