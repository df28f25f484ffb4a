"""What a running job says about itself, and how it learns that it is to stop."""

from __future__ import annotations

import time

from django.db import connection
from django.utils import timezone

from tenon.jobs import gate, limits
from tenon.jobs.models import Job
from tenon.realtime.notify import company_group, send
from tenon.tenancy.context import current


class JobCancelled(Exception):
    """Somebody asked the job to stop. Raised from `progress(...)`; the work's transaction rolls back."""


def tell(job: Job) -> None:
    """Tells whoever follows the job; sockets let it through to its starter and to those who see all jobs."""
    send(
        company_group(current().id),
        {
            "type": "job",
            "id": job.pk,
            "state": job.state,
            "progress": round(job.progress, 4),
            "message": job.message,
            "member": job.started_by_id,
        },
    )


class Progress:
    """`progress(done, total, message)`, as often as one likes: it writes at most twice a second.

    Called inside a transaction it cannot write (nobody would see it before the commit); followers are told all the
    same. Raises JobCancelled when somebody asked for it."""

    EVERY = 0.5

    def __init__(self, job: Job, *, bulk_limit: int | None = None) -> None:
        self.job, self.bulk_limit, self._last = job, bulk_limit, 0.0

    def __call__(self, done: float, total: float | None = None, message: str = "") -> None:
        now = time.monotonic()
        if now - self._last < self.EVERY and not (total and done >= total):
            return
        self._last = now
        job = self.job
        job.progress = min(1.0, max(0.0, done / total if total else done))
        job.message = message[:500] or job.message
        if self.bulk_limit is not None:
            limits.take(current().id, job.pk, self.bulk_limit)
        if not connection.in_atomic_block:
            Job.objects.filter(pk=job.pk).update(progress=job.progress, message=job.message, seen_at=timezone.now())
        tell(job)
        self.check()

    def check(self) -> None:
        """Raises JobCancelled when somebody asked the job to stop, FeatureOff when its function was switched off."""
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise JobCancelled
        gate.look()
