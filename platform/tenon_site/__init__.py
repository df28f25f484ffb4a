"""The only place that sees everything: settings, urls, ASGI, Celery."""
