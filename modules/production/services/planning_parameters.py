"""Planning rules and forecasts by hand: a change of them asks for planning again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.production.models import ForecastEntry, PlanningRule
from modules.production.services.planning_update import planning_changed
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service


@service("production.planning_rule.create")
def planning_rule_create(*, actor: Actor, **values: Any) -> PlanningRule:
    """The rule of a product, or of all others. Raises IntegrityError where there is one, or a lot rule lacks its
    size."""
    return _kept(PlanningRule(**values))


@service("production.planning_rule.update")
def planning_rule_update(*, actor: Actor, record: PlanningRule, **values: Any) -> PlanningRule:
    """Raises IntegrityError."""
    for name, value in values.items():
        setattr(record, name, value)
    return _kept(record)


@service("production.planning_rule.delete")
def planning_rule_delete(*, actor: Actor, record: PlanningRule) -> None:
    """From then on the company's rule holds for the product."""
    record.delete()
    _changed(record)


def _kept(rule: PlanningRule) -> PlanningRule:
    rule.save()
    _changed(rule)
    return rule


def _changed(rule: PlanningRule) -> None:
    """A rule for all others is seen by the next full run."""
    if rule.product_id is not None:
        planning_changed([rule.product_id])


@service("production.forecast.create")
def forecast_create(*, actor: Actor, starts_on: date, ends_on: date, **values: Any) -> ForecastEntry:
    """Raises Invalid where a period of the product covers one of these days already."""
    return _kept_forecast(ForecastEntry(starts_on=starts_on, ends_on=ends_on, **values))


@service("production.forecast.update")
def forecast_update(*, actor: Actor, record: ForecastEntry, **values: Any) -> ForecastEntry:
    """Raises Invalid as creating does."""
    before = record.product_id
    for name, value in values.items():
        setattr(record, name, value)
    planning_changed([before])
    return _kept_forecast(record)


@service("production.forecast.delete")
def forecast_delete(*, actor: Actor, record: ForecastEntry) -> None:
    """What was computed counts again, where the product's rule says so."""
    record.delete()
    planning_changed([record.product_id])


def _kept_forecast(entry: ForecastEntry) -> ForecastEntry:
    if entry.ends_on < entry.starts_on:
        raise Invalid.field("ends_on", _("It would end before it begins"), "range")
    same_days = Q(starts_on__lte=entry.ends_on, ends_on__gte=entry.starts_on)
    if ForecastEntry.objects.filter(same_days, product=entry.product).exclude(pk=entry.pk).exists():
        raise Invalid.field("starts_on", _("There is a forecast for some of these days already"), "unique")
    entry.save()
    planning_changed([entry.product_id])
    return entry
