"""The Celery tasks there are: running a job, running a module's schedule, and looking after the platform itself."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task

from tenon.jobs import limits, schedules, services
from tenon.jobs.task import CompanyTask, PublicTask
from tenon.tenancy.context import current

log = logging.getLogger(__name__)
WAIT_FOR_PLACE = 2  # seconds


@shared_task(bind=True, base=CompanyTask, name="tenon.run_job", max_retries=None)
def run_job(self: Any, job_id: int) -> None:
    """Runs one job; a bulk job waits while its company already has its share of the workers."""
    from tenon.jobs.models import Job

    queue = Job.objects.filter(pk=job_id).values_list("queue", flat=True).first()
    if queue == "bulk" and not limits.take(current().id, job_id, services.bulk_limit()):
        raise self.retry(countdown=WAIT_FOR_PLACE)
    job = services.begin(job_id)
    if job is not None:
        services.run(job)
    elif queue == "bulk" and not Job.objects.filter(pk=job_id, state=Job.State.RUNNING).exists():
        limits.give_back(current().id, job_id)  # not while it runs elsewhere: this was a second message about it


@shared_task(bind=True, base=CompanyTask, name="tenon.run_schedule")
def run_schedule(self: Any, key: str) -> None:
    """One module's recurring work in one company, if its feature is still on."""
    schedules.run(key)


@shared_task(base=PublicTask, name="tenon.schedules_tick", ignore_result=True)
def schedules_tick() -> int:
    """Every minute: enqueues what is due in each company by its own clock."""
    return schedules.tick()


@shared_task(base=PublicTask, name="tenon.pool_refill")
def pool_refill() -> int:
    """Keeps ready schemas in the pool."""
    from tenon.tenancy.schemas import refill

    return refill()


@shared_task(base=PublicTask, name="tenon.public_cleanup")
def public_cleanup() -> None:
    """Removes what the public schema need not keep: delivered events, old sessions."""
    from django.contrib.sessions.backends.db import SessionStore

    from tenon.events.retention import forget_delivered

    SessionStore.clear_expired()
    forget_delivered()
