"""Addresses below /api/v1/crm/."""

from __future__ import annotations

from django.urls import path

from modules.crm.api.capture import CaptureView, FormView
from modules.crm.api.insight import InsightView
from modules.crm.api.preview import QuotePreviewView
from modules.crm.api.views import LeadDuplicatesView, PipelineView

urlpatterns = [
    path("insight/", InsightView.as_view(), name="crm-insight"),
    path("leads/duplicates/", LeadDuplicatesView.as_view(), name="crm-lead-duplicates"),
    path("quotes/preview/", QuotePreviewView.as_view(), name="crm-quote-preview"),
    path("portal/capture/<str:token>/", CaptureView.as_view(), name="crm-capture"),
    path("portal/forms/<str:token>/", FormView.as_view(), name="crm-form"),
    path("pipeline/", PipelineView.as_view(), name="crm-pipeline"),
]
