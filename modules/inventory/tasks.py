"""Background work of inventory."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.services.forecasts import forecasts_run
from modules.inventory.services.replenishment import policies_compute, policies_propose, replenishment_check
from tenon.access.actor import Actor
from tenon.jobs.progress import Progress


def work_out_replenishment(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """The job behind “Work out anew”: forecasts, missing policies, reorder points, alerts. Run again after a crash it
    finds what is done and writes the rest."""
    run = forecasts_run(actor=actor, tell=lambda share, words: progress(share * 0.8, None, words))
    progress(0.82, None, _("Reorder points"))
    made = policies_propose(actor=actor)
    changed = policies_compute(actor=actor)
    progress(0.95, None, _("Projected stock"))
    return {"forecasts": run.written, "policies": made, "changed": changed, "alerts": replenishment_check(actor=actor)}
