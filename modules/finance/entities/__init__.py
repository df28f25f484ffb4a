"""Entities of finance: what the generic pages, the importer and reports know."""

from __future__ import annotations

from modules.finance.entities import (
    assets,
    bank,
    budgets,
    collections,
    credit,
    documents,
    ledger,
    overhead,
    payment_runs,
    revaluation,
    vouchers,
)
from tenon.registry.types import Entity

ALL: tuple[Entity, ...] = (
    *ledger.ALL,
    *documents.ALL,
    *credit.ALL,
    *vouchers.ALL,
    *revaluation.ALL,
    *assets.ALL,
    *bank.ALL,
    *payment_runs.ALL,
    *budgets.ALL,
    *collections.ALL,
    *overhead.ALL,
)
