"""The frame of every service: permission, transaction, actor for the audit trail, events, invalidations.

    @service("inventory.receipt.post")
    def receipt_post(*, actor: Actor, receipt: Receipt, …) -> Receipt: ...

The outermost service opens the transaction, names the actor to PostgreSQL (the audit trigger refuses writes without
one), writes collected events to the outbox just before the commit, sends invalidations after it, and runs again when
PostgreSQL reports a deadlock or a serialization failure. Services called by services join in.

It is also the one gate of a company that is read-only: no frame opens there, so nothing is written, by whatever way
(REST, import, job, schedule, flow). Where only a module can no longer be written (it was dropped from the
subscription), frames open and its records refuse. `unlocked=True` is for what is never locked: one's own account,
export, and the consequences of what was written before."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, cast

import psycopg
from django.apps import apps
from django.db import OperationalError, connection, models, transaction

from tenon.access.actor import Actor
from tenon.problems import FeatureReadOnly, ReadOnly
from tenon.registry.registry import registry
from tenon.registry.types import Entity
from tenon.tenancy.context import Company, current, current_or_none

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 5


@dataclass
class Frame:
    actor: Actor
    company_id: int | None = None
    unlocked: bool = False
    events: list[Any] = field(default_factory=list)
    touched: dict[tuple[str, str], set[int]] = field(default_factory=dict)


_frame: ContextVar[Frame | None] = ContextVar("tenon_service_frame", default=None)
# Asked before each frame of work that lasts (a job, a schedule): it may have begun under other circumstances.
look_again: ContextVar[Callable[[], None] | None] = ContextVar("tenon_look_again", default=None)


def frame() -> Frame:
    """The running service's frame. Raises RuntimeError outside a service: nothing is written without an actor."""
    found = _frame.get()
    if found is None:
        raise RuntimeError("business records are written inside a service (tenon.records.service) only")
    return found


def touch(record: models.Model, op: str) -> int | None:
    """Remembers that a record changed, for the invalidation after commit. Returns the acting member's id."""
    running = frame()
    label = record._meta.label_lower
    _require_kept(running, label)
    running.touched.setdefault((label, op), set())
    if record.pk is not None:
        running.touched[(label, op)].add(record.pk)
    return running.actor.member_id


def touch_ids(model: type[models.Model], op: str, ids: set[int]) -> None:
    """The same for rows written in bulk."""
    running, label = frame(), model._meta.label_lower
    _require_kept(running, label)
    running.touched.setdefault((label, op), set()).update(ids)


def _require_kept(running: Frame, label: str) -> None:
    """What a company no longer subscribes to is not written, whoever tries. Raises FeatureReadOnly."""
    company = current_or_none()
    if company is not None and company.read_only_features and not running.unlocked and _only_read(company, label):
        raise FeatureReadOnly


def _only_read(company: Company, label: str) -> bool:
    from tenon.registry.menus import entity_is_on

    entity = registry().entity_by_model.get(label)
    if entity is not None:
        return entity_is_on(entity, company) and not entity_is_on(entity, company.working)
    module = apps.get_app_config(label.partition(".")[0]).name.rpartition(".")[2]
    return company.has_module(module) and not company.working.has_module(module)


def require_entity_writable(entity: Entity) -> None:
    """For what is said about records of an entity (comments, files) and is no record of it. Raises FeatureReadOnly."""
    from tenon.registry.menus import entity_is_on

    if not entity_is_on(entity, current().working):
        raise FeatureReadOnly


def publish(event: Any) -> None:
    """Adds an event to the outbox of this transaction; delivered after commit, at least once."""
    frame().events.append(event)


def require_writable() -> None:
    """The check of every frame; for work that could only end there, before it begins. Raises ReadOnly."""
    company = current_or_none()
    if company is not None and company.read_only:
        raise ReadOnly


@contextmanager
def acting(actor: Actor, *, unlocked: bool = False) -> Iterator[Frame]:
    """A service frame without a permission: for import rows, handlers, seeds, tests. Raises RuntimeError inside the
    frame of another company: its writes would be told under the other's name. Raises ReadOnly, and FeatureOff in a job
    or schedule whose function was switched off since it began."""
    outer, company = _frame.get(), current_or_none()
    if outer is not None:
        if company is not None and outer.company_id not in (None, company.id):
            raise RuntimeError("a service of one company was called inside a service of another one")
        yield outer
        return
    if (look := look_again.get()) is not None:
        look()
        company = current_or_none()
    if not unlocked:
        require_writable()
    running = Frame(actor, company.id if company is not None else None, unlocked)
    token = _frame.set(running)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # A literal SET LOCAL, not set_config: it also reaches other nodes (docs/scale.md).
                parts = (part.replace("|", "/") for part in (actor.ref, actor.label, actor.request_id))
                value = "|".join(parts).replace("'", "''").replace("\\", "/")
                cursor.execute(f"set local tenon.actor = '{value}'".replace("%", "%%"), [])
            yield running
            if running.events:
                from tenon.events.outbox import write_outbox

                write_outbox(running.events)
            if running.touched:
                from tenon.realtime.invalidate import invalidate

                company, touched = current(), running.touched
                transaction.on_commit(lambda: invalidate(company, touched), robust=True)
    finally:
        _frame.reset(token)


def service(permission: str | None = None, *, unlocked: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorates a keyword-only service whose first argument is `actor`. `permission` None: the service checks itself
    (its docstring says how). Raises FeatureOff, Forbidden or ReadOnly before anything is read."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = cast(Actor, kwargs["actor"])
            if permission is not None:
                actor.require(permission)
            if _frame.get() is not None:
                with acting(actor, unlocked=unlocked):
                    return function(*args, **kwargs)
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    with acting(actor, unlocked=unlocked):
                        return function(*args, **kwargs)
                except OperationalError as error:
                    again = isinstance(
                        error.__cause__, (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
                    )
                    if not again or attempt == ATTEMPTS or connection.in_atomic_block:
                        raise
                    time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
            raise AssertionError("unreachable")

        run.is_service = True  # type: ignore[attr-defined]
        run.permission = permission  # type: ignore[attr-defined]
        return run

    return wrap
