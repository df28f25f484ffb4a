"""Ending somebody's access: now, or by itself at a moment to come."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Member
from tenon.access.services.members import member_deactivate
from tenon.handover.models import Handover
from tenon.handover.selectors.overview import open_jobs
from tenon.jobs.models import Job
from tenon.tenancy.context import current


def access_until(member: Member, until: datetime | None) -> None:
    """The door itself shuts at `until`, whether or not a worker is there; None: it stays open."""
    company, person_id = current(), member.person_id
    tell = import_string(settings.ON_MEMBER_UNTIL)
    transaction.on_commit(lambda: tell(company, person_id, until))


def end_access(actor: Actor, handover: Handover) -> None:
    """No way in any more: sessions of the company's hosts over and their sockets closed, API keys dead, jobs stopped.
    What there was is written into the handover. Raises what `member_deactivate` raises."""
    member = handover.member
    sessions = import_string(settings.SESSIONS_OF)(current(), member.person_id)
    figures = {
        "sessions": len(sessions),
        "keys": ApiKey.objects.filter(owner=member, is_active=True).count(),
        "jobs": stop_jobs(member.pk),
    }
    if member.is_active:
        member_deactivate(actor=actor, member=member)
    handover.figures = {**handover.figures, **figures}
    handover.ended_at = timezone.now()
    handover.save()


def stop_jobs(member_id: int) -> int:
    jobs = open_jobs(member_id).select_for_update().order_by("pk")
    ids = [job.pk for job in jobs]
    Job.objects.filter(pk__in=ids).update(cancel_requested=True)
    Job.objects.filter(pk__in=ids, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, done_at=timezone.now())
    return len(ids)
