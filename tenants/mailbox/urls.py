"""Addresses of the development mailbox."""

from __future__ import annotations

from django.urls import path

from tenants.mailbox import views

urlpatterns = [path("", views.mailbox), path("<str:name>/", views.mail_body, name="dev-mail")]
