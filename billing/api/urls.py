"""Addresses of billing, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from billing.api import views, webhook

urlpatterns = [
    path("billing/status/", views.Status.as_view()),
    path("billing/catalogue/", views.CatalogueView.as_view()),
    path("billing/checkout/", views.Checkout.as_view()),
    path("billing/preview/", views.PreviewView.as_view()),
    path("billing/change/", views.Change.as_view()),
    path("billing/portal/", views.Portal.as_view()),
    path("billing/invoices/", views.Invoices.as_view()),
    path("billing/people/", views.People.as_view()),
    path("billing/pay/", views.Pay.as_view()),
    path("billing/stripe/webhook/", webhook.StripeWebhook.as_view()),
]
