"""Starting planning in the background."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.production.errors import PlanningRuns
from tenon.access.actor import Actor
from tenon.jobs.models import Job
from tenon.jobs.services import job_start, jobs_of

KIND = "modules.production.tasks.run_planning"
OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def planning_start(*, actor: Actor) -> Job:
    """Starts the job; who asks twice follows the one that is under way. Raises Forbidden, PlanningRuns when somebody
    else's is."""
    actor.require("production.planning.run")
    under_way = Job.objects.filter(kind=KIND, state__in=OPEN).order_by("-id").first()
    if under_way is None:
        return job_start(actor=actor, kind=KIND, title=_("Planning"))
    if not jobs_of(actor).filter(pk=under_way.pk).exists():
        raise PlanningRuns()
    return under_way
