"""Addresses below /api/v1/production/."""

from django.urls import path

from modules.production.api import views

urlpatterns = [
    path("planning/", views.PlanningView.as_view()),
    path("planning/firm/", views.FirmView.as_view()),
    path("planning/pegging/", views.PeggingView.as_view()),
    path("bom-tree/<int:product_id>/", views.BomTreeView.as_view()),
]
