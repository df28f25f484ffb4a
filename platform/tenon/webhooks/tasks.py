"""The Celery task of webhooks."""

from __future__ import annotations

from celery import shared_task

from tenon.jobs.task import CompanyTask


@shared_task(base=CompanyTask, name="tenon.webhooks_send", ignore_result=True)
def send() -> None:
    """Sends what is due in one company."""
    from tenon.webhooks.services.sending import send_all_due

    send_all_due()
