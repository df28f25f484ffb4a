"""Addresses below /api/v1/crm/."""

from __future__ import annotations

from django.urls import path

from modules.crm.api import offer
from modules.crm.api.capture import CaptureView, FormView
from modules.crm.api.day import CalendarView, DayView
from modules.crm.api.forecast import (
    ForecastSnapshotsView,
    ForecastView,
    FunnelView,
    WinPredictionView,
    WinTrustView,
)
from modules.crm.api.insight import InsightView
from modules.crm.api.preview import QuotePreviewView
from modules.crm.api.views import LeadDuplicatesView, PipelineView

urlpatterns = [
    path("day/", DayView.as_view(), name="crm-day"),
    path("calendar/", CalendarView.as_view(), name="crm-calendar"),
    path("forecast/", ForecastView.as_view(), name="crm-forecast"),
    path("forecast/snapshots/", ForecastSnapshotsView.as_view(), name="crm-forecast-snapshots"),
    path("funnel/", FunnelView.as_view(), name="crm-funnel"),
    path("win/", WinTrustView.as_view(), name="crm-win-trust"),
    path("win/<int:opportunity>/", WinPredictionView.as_view(), name="crm-win"),
    path("insight/", InsightView.as_view(), name="crm-insight"),
    path("leads/duplicates/", LeadDuplicatesView.as_view(), name="crm-lead-duplicates"),
    path("quotes/preview/", QuotePreviewView.as_view(), name="crm-quote-preview"),
    path("portal/capture/<str:token>/", CaptureView.as_view(), name="crm-capture"),
    path("portal/forms/<str:token>/", FormView.as_view(), name="crm-form"),
    path("quotes/<int:quote_id>/paper/", offer.QuotePaperView.as_view(), name="crm-quote-paper"),
    path("quotes/<int:quote_id>/desk/", offer.QuoteDeskView.as_view(), name="crm-quote-desk"),
    path("quotes/<int:quote_id>/links/", offer.QuoteLinkView.as_view(), name="crm-quote-links"),
    path("quotes/<int:quote_id>/links/<int:link_id>/revoke/", offer.QuoteLinkRevokeView.as_view()),
    path("portal/offer/", offer.OfferHomeView.as_view()),
    path("portal/offer/total/", offer.OfferTotalView.as_view()),
    path("portal/offer/paper/", offer.OfferPaperView.as_view()),
    path("portal/offer/accept/", offer.OfferAcceptView.as_view()),
    path("portal/offer/decline/", offer.OfferDeclineView.as_view()),
    path("portal/offer/comment/", offer.OfferCommentView.as_view()),
    path("pipeline/", PipelineView.as_view(), name="crm-pipeline"),
]
