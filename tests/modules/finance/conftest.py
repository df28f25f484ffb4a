"""Fixtures of finance's tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db.models import Model

from modules.finance.models import Period
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company
from tests.modules.finance.books import Books


@pytest.fixture
def books(serving_acme: Company, actor: Actor) -> Books:
    """acme with makers of documents; everything is rolled back."""
    return Books(actor)


@pytest.fixture
def audited() -> Callable[[Model], list[str]]:
    """The audit trail of a record: its operations in order."""
    from tenon.records.models import AuditEntry

    def read(record: Model) -> list[str]:
        rows = AuditEntry.objects.filter(table_name=record._meta.db_table, row_id=record.pk).order_by("at", "id")
        return list(rows.values_list("op", flat=True))

    return read


@pytest.fixture
def stranger(actor: Actor) -> Actor:
    """A member without any permission."""
    return replace(actor, permissions=frozenset(), roles=())


@pytest.fixture
def closed(books: Books, actor: Actor) -> Callable[[str], Period]:
    """Closes a period by name as if its check list were done."""

    def close(name: str, status: str = "closed") -> Period:
        with acting(actor):
            period = Period.objects.get(name=name)
            period.status = status
            period.save()
        return period

    return close
