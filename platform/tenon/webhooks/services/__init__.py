"""Endpoints, their queue, sending."""
