"""Recurring work about companies as such."""

from __future__ import annotations

from celery import shared_task

from tenon.jobs.task import PublicTask


@shared_task(base=PublicTask, name="tenants.clear_failed")
def clear_failed() -> int:
    """Clears away companies whose sign-up never ended."""
    from tenants.services.provisioning import clear_failed as clear

    return clear()
