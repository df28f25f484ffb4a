"""The jobs app (in every company)."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tenon.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
