"""The demo app: a management command and data, no tables."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
