"""/api/schema/ and /api/docs/: the OpenAPI document and its pages, from our own host."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

from tenon.api import openapi  # noqa: F401  (tells drf-spectacular how one signs in)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(authentication_classes=[]), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema", authentication_classes=[]), name="docs"),
    path("docs/redoc/", SpectacularRedocView.as_view(url_name="schema", authentication_classes=[]), name="redoc"),
]
