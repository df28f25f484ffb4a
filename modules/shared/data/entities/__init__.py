"""Entities of the shared data layer, for the generic API, pages, importer and custom fields."""

from __future__ import annotations

from modules.shared.data.entities import (
    calendars,
    cancellations,
    catalogue,
    money,
    parties,
    purchases,
    sales,
    sales_changes,
)
from tenon.registry.types import Entity

ALL: tuple[Entity, ...] = (
    *catalogue.ALL,
    *parties.ALL,
    *money.ALL,
    *calendars.ALL,
    *sales.ALL,
    *sales_changes.ALL,
    *purchases.ALL,
    *cancellations.ALL,
)
