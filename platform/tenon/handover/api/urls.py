"""Addresses of handovers, below /api/v1/."""

from __future__ import annotations

from django.urls import path, re_path

from tenon.handover.api import views

urlpatterns = [
    path("handovers/", views.Handovers.as_view()),
    path("handovers/preview/", views.Preview.as_view()),
    path("handovers/records/", views.Records.as_view()),
    path("handovers/<int:pk>/", views.HandoverDetail.as_view()),
    path("handovers/<int:pk>/items/", views.HandoverItems.as_view()),
    path("handovers/<int:pk>/report.csv", views.HandoverCsv.as_view()),
    re_path(r"^handovers/(?P<pk>[0-9]{1,18})/actions/(?P<verb>cancel|resume)/$", views.HandoverAction.as_view()),
]
