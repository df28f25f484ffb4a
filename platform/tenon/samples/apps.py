"""The samples app (every company)."""

from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "tenon.samples"
    default_auto_field = "django.db.models.BigAutoField"
