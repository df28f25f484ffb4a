"""Many schemas brought to the code's state side by side.

In threads: what is worked out for one schema (steps.py) serves the others, and the rest of the time is PostgreSQL's. No
other process is started, so a deploy that has nothing to do is over at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from tenon.tenancy import schemas
from tenon.tenancy.models import Slot


def migrate_all(slots: list[int], parallel: int) -> Iterator[tuple[str, str]]:
    """Yields each schema's name with its error, empty when it went well; one failure does not stop the others."""
    if not slots:
        return
    with ThreadPoolExecutor(min(parallel, len(slots)), thread_name_prefix="migrating") as pool:
        yield from pool.map(_migrate_one, slots)


def _migrate_one(pk: int) -> tuple[str, str]:
    try:
        slot = Slot.objects.get(pk=pk)
        try:
            schemas.migrate_slot(slot)
        except Exception as error:  # the others go on; the command fails at the end
            return slot.schema, f"{type(error).__name__}: {error}"
        return slot.schema, ""
    finally:
        connections.close_all()
