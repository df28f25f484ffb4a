"""Refusals of production."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class BomCycle(Problem):
    """`path`: product codes from the product back to itself."""

    type, status, title = "bom-cycle", 409, _("A product cannot be made of itself")


class PlanningRuns(Problem):
    type, status, title = "planning-runs", 409, _("Planning is running already; wait for it to finish")


class ScheduleChanged(Problem):
    type, status, title = "schedule-changed", 409, _("The schedule has changed meanwhile; look at it again")


class SchedulingRuns(Problem):
    type, status, title = "scheduling-runs", 409, _("Scheduling is running already; wait for it to finish")


class ScenarioConflict(Problem):
    """`conflicts`: what has changed since the what-if was calculated."""

    type, status, title = "scenario-conflict", 409, _("What was calculated no longer holds; look at the conflicts")


class QuantityExceeded(Problem):
    type, status, title = "quantity-exceeded", 409, _("More would be reported than the order is for")
