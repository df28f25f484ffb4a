"""Resources of inventory for the generic API and pages."""

from __future__ import annotations

from modules.inventory.entities import (
    adjustment,
    blankets,
    counting,
    documents,
    inquiries,
    logistics,
    lots,
    places,
    replenishment,
    requisitions,
    stock,
    transfers,
    value,
    warehouse_work,
)

ALL = (
    *places.ENTITIES,
    *stock.ENTITIES,
    *documents.ENTITIES,
    *adjustment.ENTITIES,
    *counting.ALL,
    *value.ENTITIES,
    *requisitions.ALL,
    *warehouse_work.ENTITIES,
    *transfers.ENTITIES,
    *logistics.ENTITIES,
    *replenishment.ALL,
    *inquiries.ALL,
    *blankets.ALL,
    *lots.ENTITIES,
)
