"""Resources of inventory for the generic API and pages."""

from __future__ import annotations

from modules.inventory.entities import adjustment, counting, documents, places, requisitions, stock, value

ALL = (
    *places.ENTITIES,
    *stock.ENTITIES,
    *documents.ENTITIES,
    *adjustment.ENTITIES,
    *counting.ALL,
    *value.ENTITIES,
    *requisitions.ALL,
)
