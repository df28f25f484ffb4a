"""The only place that sees everything: settings, urls, ASGI, Celery."""

from tenon_site.celery_app import app as celery_app

__all__ = ["celery_app"]
