"""Addresses below /api/v1/shared/."""

from __future__ import annotations

from django.urls import path

from modules.shared.data.api.views import DuplicateGroupsView, PartyDuplicatesView

urlpatterns = [
    path("parties/duplicates/", PartyDuplicatesView.as_view(), name="shared-party-duplicates"),
    path("parties/duplicate-groups/", DuplicateGroupsView.as_view(), name="shared-party-duplicate-groups"),
]
