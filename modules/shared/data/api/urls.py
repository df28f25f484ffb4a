"""Addresses below /api/v1/shared/."""

from __future__ import annotations

from django.urls import path

from modules.shared.data.api.customer import CustomerView
from modules.shared.data.api.merging import PartyMergePreviewView, PartyMergeView
from modules.shared.data.api.preview import (
    SalesOrderChangePreviewView,
    SalesOrderClosePreviewView,
    SalesOrderEndPreviewView,
    SalesOrderPreviewView,
    SalesOrderPromisesView,
)
from modules.shared.data.api.views import DuplicateGroupsView, PartyDuplicatesView, ProductDuplicatesView

urlpatterns = [
    path("parties/duplicates/", PartyDuplicatesView.as_view(), name="shared-party-duplicates"),
    path("parties/merge-preview/", PartyMergePreviewView.as_view(), name="shared-party-merge-preview"),
    path("parties/merge/", PartyMergeView.as_view(), name="shared-party-merge"),
    path("parties/<key:party_id>/customer/", CustomerView.as_view(), name="shared-customer"),
    path("products/duplicates/", ProductDuplicatesView.as_view(), name="shared-product-duplicates"),
    path("parties/duplicate-groups/", DuplicateGroupsView.as_view(), name="shared-party-duplicate-groups"),
    path("sales-orders/<int:pk>/change-preview/", SalesOrderChangePreviewView.as_view()),
    path("sales-orders/<int:pk>/cancel-preview/", SalesOrderEndPreviewView.as_view()),
    path("sales-orders/<int:pk>/close-preview/", SalesOrderClosePreviewView.as_view()),
    path("sales-orders/<int:pk>/promises/", SalesOrderPromisesView.as_view()),
    path("sales-orders/preview/", SalesOrderPreviewView.as_view(), name="shared-sales-order-preview"),
]
