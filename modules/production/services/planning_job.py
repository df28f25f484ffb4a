"""Starting planning in the background."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.production.errors import PlanningRuns
from tenon.access.actor import Actor
from tenon.jobs.models import Job
from tenon.jobs.services import job_follow

KIND = "modules.production.tasks.run_planning"


def planning_start(*, actor: Actor) -> Job:
    """Starts the job; who asks twice follows the one that is under way. Raises Forbidden, PlanningRuns when somebody
    else's is."""
    actor.require("production.planning.run")
    return job_follow(actor=actor, kind=KIND, title=_("Planning"), refused=PlanningRuns)
