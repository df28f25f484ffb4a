"""The records app (in every company)."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tenon.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
