"""Many schemas brought to the code's state side by side, each in a process of its own.

The processes are spawned, not forked: the parent has a connection pool with threads, which a fork would copy half
(its locks, its sockets, not its threads), and the child would wait for them for ever. Spawning imports this file before
Django is set up, so it imports no model."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def migrate_all(slots: list[int], parallel: int) -> Iterator[tuple[str, str]]:
    """Yields each schema's name with its error, empty when it went well; one failure does not stop the others."""
    if not slots:
        return
    workers = min(parallel, len(slots))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker) as pool:
        yield from pool.map(_migrate_one, slots)


def _start_worker() -> None:
    import django

    django.setup()


def _migrate_one(pk: int) -> tuple[str, str]:
    from django.db import connections

    from tenon.tenancy import schemas
    from tenon.tenancy.models import Slot

    slot = Slot.objects.get(pk=pk)
    try:
        schemas.migrate_slot(slot)
    except Exception as error:  # the others go on; the command fails at the end
        return slot.schema, f"{type(error).__name__}: {error}"
    finally:
        connections.close_all()
    return slot.schema, ""
