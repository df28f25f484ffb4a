"""Schemas brought to the code's state side by side, while this process holds connections of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from tenon.tenancy import schemas
from tenon.tenancy.context import owning
from tenon.tenancy.migrating import migrate_all
from tenon.tenancy.models import Slot


@pytest.fixture
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        for each in connections.all(initialized_only=True):
            each.close()


def test_the_others_are_migrated_though_one_fails_and_nothing_waits_for_the_parents_connections(
    unblocked: None,
) -> None:
    slots = [schemas.build_slot() for _ in range(3)]
    pks = [slot.pk for slot in slots]
    with owning(slots[1].schema), connections["owner"].cursor() as cursor:
        cursor.execute("drop table django_migrations")  # its first migration will find the tables there already
    Slot.objects.filter(pk__in=pks).update(migrated_to="before")
    with connection.cursor() as cursor:  # the pool of this process, with its threads, is in use meanwhile
        cursor.execute("select 1")
        # In a thread of its own, so that a worker that hangs fails this test instead of stopping the run.
        with ThreadPoolExecutor(1) as outside:
            said = outside.submit(lambda: dict(migrate_all(pks, parallel=2))).result(timeout=120)
    assert [bool(said[slot.schema]) for slot in slots] == [False, True, False]
    for slot in slots:
        slot.refresh_from_db()
    assert [slot.migrated_to == schemas.fingerprint() for slot in slots] == [True, False, True]
    assert slots[1].error
    for slot in slots:
        schemas.drop_slot(slot)
