"""Resources of inventory for the generic API and pages."""

from __future__ import annotations

from modules.inventory.entities import adjustment, documents, places, requisitions, stock, value

ALL = (*places.ENTITIES, *stock.ENTITIES, *documents.ENTITIES, *adjustment.ENTITIES, *value.ENTITIES, *requisitions.ALL)
