"""Starting, cancelling and running jobs.

A job's work is a function `(*, actor, progress, **arguments) -> dict | None`, named by its dotted path in `kind`. It
may be run again after a crash, so it does its work in steps that can be found done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.selectors.actors import actor_by_ref
from tenon.jobs import gate, limits
from tenon.jobs.models import Job
from tenon.jobs.progress import JobCancelled, Progress, tell
from tenon.jobs.task import headers_for
from tenon.problems import NotFound, Problem, StateRefused
from tenon.tenancy.context import Company, current

log = logging.getLogger(__name__)
QUEUES = ("interactive", "bulk")
SILENT = timedelta(minutes=5)  # a running job that said nothing for so long lost its worker
FORGOTTEN = timedelta(minutes=2)  # a queued job of this age was lost by the broker


def bulk_limit() -> int:
    return int(settings.BULK_JOBS_PER_COMPANY)


def job_start(
    *, actor: Actor, kind: str, title: Any, arguments: Mapping[str, Any] | None = None, queue: str = "interactive"
) -> Job:
    """A job for `kind` (dotted path of its function) with JSON arguments, enqueued when the present transaction
    commits. The caller has checked that the actor may do what the job does; the job runs with the actor's rights of
    then."""
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}")
    job = Job.objects.create(
        kind=kind, title=str(title)[:200], arguments=dict(arguments or {}), queue=queue, actor=actor.ref,
        started_by_id=actor.member_id, request_id=actor.request_id,
    )  # fmt: skip
    enqueue(job, current())
    return job


def job_follow(
    *, actor: Actor, kind: str, title: Any, refused: Callable[[], Exception], arguments: Mapping[str, Any] | None = None
) -> Job:
    """Starts what a company does one at a time; who asks while it is under way follows that one. Raises `refused` when
    it is one that the actor may not see."""
    under_way = Job.objects.filter(kind=kind, state__in=(Job.State.QUEUED, Job.State.RUNNING)).order_by("-id").first()
    if under_way is None:
        return job_start(actor=actor, kind=kind, title=title, arguments=arguments)
    if not jobs_of(actor).filter(pk=under_way.pk).exists():
        raise refused()
    return under_way


def enqueue(job: Job, company: Company) -> None:
    from tenon.jobs.tasks import run_job

    headers = headers_for(company, request_id=job.request_id)
    pk, queue = job.pk, job.queue
    # Robust: with the broker away the job stays queued, and the clean-up finds it again.
    transaction.on_commit(lambda: run_job.apply_async([pk], queue=queue, headers=headers, retry=False), robust=True)


def jobs_of(actor: Actor) -> Any:
    """The jobs an actor may see: its own, or all with `access.job.follow`."""
    if actor.can("access.job.follow"):
        return Job.objects.all()
    return Job.objects.filter(Q(actor=actor.ref) | Q(started_by_id=actor.member_id, started_by_id__isnull=False))


def job_get(*, actor: Actor, job_id: int) -> Job:
    """Raises NotFound."""
    job = jobs_of(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job  # type: ignore[no-any-return]


def job_cancel(*, actor: Actor, job_id: int) -> Job:
    """Stops a job: at once while it waits, at its next step while it runs. Raises NotFound, StateRefused."""
    with transaction.atomic():
        job = jobs_of(actor).select_for_update().filter(pk=job_id).first()
        if job is None:
            raise NotFound
        if job.state == Job.State.QUEUED:
            job.state, job.done_at = Job.State.CANCELLED, timezone.now()
        elif job.state != Job.State.RUNNING:
            raise StateRefused(_("The job is over already"), state=job.state)
        job.cancel_requested = True
        job.save()
    tell(job)
    return job  # type: ignore[no-any-return]


def begin(job_id: int) -> Job | None:
    """Takes a job for this worker; None when it is over, cancelled, or another worker is at it."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or job.state not in (Job.State.QUEUED, Job.State.RUNNING):
            return None
        if job.state == Job.State.RUNNING and job.seen_at and job.seen_at > timezone.now() - SILENT:
            return None
        job.state, job.started_at, job.seen_at = Job.State.RUNNING, job.started_at or timezone.now(), timezone.now()
        job.save()
    return job


def run(job: Job) -> None:
    """Does the work, outside any transaction of ours; writes down how it ended. Never raises."""
    tell(job)
    actor = actor_by_ref(job.actor, request_id=job.request_id)
    # What is said about the end is for whoever started it, in their language.
    with translation.override(actor.language if actor is not None else current().language):
        end = _outcome(job, actor)
    for name, value in {**end, "done_at": timezone.now()}.items():
        setattr(job, name, value)
    job.save(update_fields=[*end, "done_at"])
    if job.queue == "bulk":
        limits.give_back(current().id, job.pk)
    tell(job)


def _outcome(job: Job, actor: Actor | None) -> dict[str, Any]:
    progress = Progress(job, bulk_limit=bulk_limit() if job.queue == "bulk" else None)
    try:
        if actor is None:
            raise gate.Gone
        with gate.watching(
            lambda company: gate.kind_is_on(job.kind, job.arguments, company),
            lambda: actor_by_ref(job.actor) is not None,
        ):
            progress.check()
            result = import_string(job.kind)(actor=actor, progress=progress, **job.arguments)
        return {"state": Job.State.DONE, "result": result, "progress": 1.0}
    except JobCancelled:
        return {"state": Job.State.CANCELLED, "message": ""}
    except Problem as problem:
        return {"state": Job.State.FAILED, "message": str(problem)[:500], "error": str(problem)}
    except Exception as error:  # any fault of the work ends in the job, not in a dead worker
        log.exception("job %s (%s) failed", job.pk, job.kind)
        said = _t("Something went wrong on our side")
        return {"state": Job.State.FAILED, "message": said, "error": repr(error)[:4000]}


def jobs_recover() -> int:
    """Enqueues again what the broker lost or a worker left behind. Returns how many."""
    now = timezone.now()
    lost = Q(state=Job.State.QUEUED, created_at__lt=now - FORGOTTEN) | Q(
        state=Job.State.RUNNING, seen_at__lt=now - SILENT
    )
    jobs = list(Job.objects.filter(lost).order_by("pk")[:200])
    for job in jobs:
        enqueue(job, current())
    return len(jobs)


def jobs_forget(days: int = 30) -> int:
    """Removes jobs that ended long ago. Returns how many."""
    return Job.objects.filter(done_at__lt=timezone.now() - timedelta(days=days)).delete()[0]
