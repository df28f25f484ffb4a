"""/api/schema/ and /api/docs/: the OpenAPI document and its page, from our own host (no Redoc: it fetches fonts from
elsewhere; the split page: no inline script)."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from tenon.api import openapi  # noqa: F401  (tells drf-spectacular how one signs in)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(authentication_classes=[]), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema", authentication_classes=[]), name="docs"),
]
