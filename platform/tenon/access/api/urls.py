"""Addresses of access, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from tenon.access.api.api_keys import ApiKeys
from tenon.access.api.dead_letters import DeadLetterReplay, DeadLetters
from tenon.access.api.menu import Menu, MenuDraft, MenuPreview, MenuRestore, MenuVersions, MyMenu
from tenon.access.api.permissions import Permissions
from tenon.access.api.rights import Duties, Explain, ShippedRoles

urlpatterns = [
    path("access/menu/", Menu.as_view()),
    path("access/menu/preview/", MenuPreview.as_view()),
    path("access/menu/draft/", MenuDraft.as_view()),
    path("access/menu/versions/", MenuVersions.as_view()),
    path("access/menu/versions/<int:number>/actions/restore/", MenuRestore.as_view()),
    path("access/menu/mine/", MyMenu.as_view()),
    path("access/duties/", Duties.as_view()),
    path("access/explain/", Explain.as_view()),
    path("access/roles/shipped/", ShippedRoles.as_view()),
    path("access/permissions/", Permissions.as_view()),
    path("events/dead-letters/", DeadLetters.as_view()),
    path("events/dead-letters/<int:pk>/actions/replay/", DeadLetterReplay.as_view()),
    path(
        "access/api-keys/",
        ApiKeys.as_view({"get": "list", "post": "create"}),
        {"module": "access", "path": "api-keys"},
    ),
]
