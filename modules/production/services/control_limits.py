"""The limits of a control chart, fixed from a stated base period and then kept until somebody fixes them anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from modules.production.models import Characteristic
from modules.production.selectors.quality_charts import base_of
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service

LEAST = 10  # samples: of fewer, limits say more about chance than about the process


@service("production.inspection_plan.update")
def control_limits_fix(*, actor: Actor, characteristic: Characteristic, since: date, until: date) -> Characteristic:
    """From the samples between two days on, whatever comes later: the centre and the spread of the base period. Raises
    Invalid with fewer than ten samples of one size."""
    characteristic = Characteristic.objects.select_for_update().get(pk=characteristic.pk)
    base = base_of(characteristic, since, until)
    if base is None or base["samples"] < LEAST:
        raise Invalid.field("since", _("A base period takes at least %(least)s samples") % {"least": LEAST}, "few")
    characteristic.kept_limits = base
    characteristic.save()
    return characteristic


@service("production.inspection_plan.update")
def control_limits_free(*, actor: Actor, characteristic: Characteristic) -> Characteristic:
    """Limits follow what is shown again."""
    characteristic = Characteristic.objects.select_for_update().get(pk=characteristic.pk)
    none: dict[str, Any] | None = None
    characteristic.kept_limits = none
    characteristic.save()
    return characteristic
