"""The site as an app: it brings commands that look at all modules, no tables."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tenon_site"
    label = "tenon_site"
