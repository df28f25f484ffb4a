"""Background work of production."""

from __future__ import annotations

from typing import Any

from modules.production.services.planning import planning_run_in_steps
from modules.production.services.planning_update import planning_update
from modules.production.services.scenario_run import scenario_calculate
from modules.production.services.scheduling import schedule_in_steps
from tenon.access.actor import Actor
from tenon.jobs.aside import aside
from tenon.jobs.progress import Progress


def run_planning(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """The job behind “Run planning”. Run again after a crash it finds the same input and writes the same."""
    run = planning_run_in_steps(actor=actor, tell=lambda share, words: progress(share, None, words))
    return {"run": run.pk, "proposals": run.proposals, "messages": run.messages}


def update_planning(*, actor: Actor, progress: Progress) -> dict[str, Any]:
    """Plans again what has changed since the last run. Run again after a crash it finds the same marks."""
    run = planning_update(actor=actor)
    return {} if run is None else {"run": run.pk, "proposals": run.proposals, "messages": run.messages}


def run_scheduling(
    *, actor: Actor, progress: Progress, direction: str, seconds: int, frozen_hours: int
) -> dict[str, Any]:
    """The job behind “Schedule”. Run again after a crash it places what is there then."""
    found = schedule_in_steps(
        actor=actor, direction=direction, seconds=seconds, frozen_hours=frozen_hours,
        tell=lambda share, words: progress(share, None, words),
    )  # fmt: skip
    return {
        "moved": len(found.changed),
        "late": sum(s.late for s in found.slips),
        "unplaced": len(found.schedule.unplaced),
    }


def run_scenario(*, actor: Actor, progress: Progress, scenario: int) -> dict[str, Any]:
    """The job behind “Calculate” of a what-if. It works inside one snapshot, which sees neither progress nor that it is
    to stop: those are on a connection of their own. Run again after a crash it calculates anew."""
    with aside() as beside:
        found = scenario_calculate(
            actor=actor, scenario=scenario, tell=lambda share, words: beside(progress, share, None, words)
        )
    return {"scenario": found.pk, "earlier": found.earlier, "later": found.later}
