"""The webhooks app (every company)."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "tenon.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"
