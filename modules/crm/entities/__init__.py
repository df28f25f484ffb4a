"""Entities of CRM."""

from __future__ import annotations

from modules.crm.entities import capture, follow_up, leads, opportunities, pool, quote_approvals, quotes
from tenon.registry.types import Entity

ALL: tuple[Entity, ...] = (
    *leads.ALL, *follow_up.ALL, *capture.ALL, *opportunities.ALL, *quotes.ALL, *quote_approvals.ALL, *pool.ALL,
)  # fmt: skip
