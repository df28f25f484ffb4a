"""Addresses of webhooks, below /api/v1/."""

from __future__ import annotations

from django.urls import path, re_path

from tenon.webhooks.api import views

_VERBS = r"(?P<verb>rotate|ping|replay|take-over)"

urlpatterns = [
    path("webhooks/events/", views.Events.as_view()),
    path("webhooks/endpoints/", views.Endpoints.as_view()),
    path("webhooks/endpoints/<int:pk>/", views.EndpointDetail.as_view()),
    re_path(rf"^webhooks/endpoints/(?P<pk>[0-9]{{1,18}})/actions/{_VERBS}/$", views.EndpointAction.as_view()),
    path("webhooks/endpoints/<int:pk>/messages/", views.Messages.as_view()),
    path("webhooks/messages/<int:pk>/", views.Message.as_view()),
    path("webhooks/messages/<int:pk>/replay/", views.MessageReplay.as_view()),
]
