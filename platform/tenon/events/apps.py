"""The events app (public): the outbox and the deliveries."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "tenon.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
