"""Makers of products, orders and stock for inventory's tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.db.models import Model

from modules.shared.contracts.posting import LedgerPosting, Posting
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.modules.inventory.stock_world import World


@pytest.fixture
def world(serving_acme: Company, actor: Actor) -> World:
    """acme with makers of products, orders and stock; everything is rolled back."""
    return World(actor)


@pytest.fixture
def postings(monkeypatch: pytest.MonkeyPatch) -> list[Posting]:
    """What the ledger is asked to post, in the order asked, instead of posting it."""
    asked: list[Posting] = []

    class Ledger:
        def post(self, *, actor: Actor, postings: Sequence[Posting]) -> list[RecordRef]:
            asked.extend(postings)
            return []

    real = ports.find
    monkeypatch.setattr(ports, "find", lambda contract: Ledger() if contract is LedgerPosting else real(contract))
    return asked


@pytest.fixture
def audited() -> Callable[[type[Model], int], list[str]]:
    """The audit trail of a record: its operations in order."""
    from tenon.records.models import AuditEntry

    def read(model: type[Model], pk: int) -> list[str]:
        rows = AuditEntry.objects.filter(table_name=model._meta.db_table, row_id=pk).order_by("at", "id")
        return list(rows.values_list("op", flat=True))

    return read


@pytest.fixture
def stranger(actor: Actor) -> Actor:
    """A member without any permission."""
    return replace(actor, permissions=frozenset(), roles=())
