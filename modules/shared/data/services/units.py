"""Units of measure: how finely they count stays once something is counted in them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product, Unit
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.records.services.record import record_update
from tenon.registry.registry import registry


@service("shared.unit.update")
def unit_update(*, actor: Actor, unit: Unit, data: dict[str, Any]) -> Unit:
    """Changes a unit. It may count more finely at any time, more coarsely only while no product is kept in it: the
    grams that are there would have nowhere to go. Raises StateRefused, Invalid."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    coarser = data.get("decimals", unit.decimals) < unit.decimals
    if coarser and Product.objects.filter(unit=unit).exists():
        raise StateRefused(_("Products are kept in this unit: it cannot count more coarsely"))
    record_update(actor=actor, entity=registry().entities["shared.unit"], record=unit, data=data)
    return unit
