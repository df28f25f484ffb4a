"""The dispatcher: spreads due events to handlers, delivers them inside the company, retries, buries the dead.

At least once: a crash between a handler's commit and ours delivers again, so a handler's effect is tied to the
delivery (`events_handled` in the company's schema, written in the handler's own transaction)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from tenon.access.actor import system
from tenon.events.codec import decode
from tenon.events.happening import Happening
from tenon.events.models import Delivery, Outbox
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.registry.types import Handler, Listener, ModuleManifest
from tenon.tenancy.context import Company, outside, serving

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
CompanyByRole = Callable[[str], Company | None]


@cache
def company_by_role() -> CompanyByRole:
    from django.conf import settings

    return import_string(settings.COMPANY_BY_ROLE)  # type: ignore[no-any-return]


@cache
def _function(path: str) -> Callable[..., Any]:
    return import_string(path)  # type: ignore[no-any-return]


def backoff(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … at most an hour."""
    return timedelta(seconds=min(3600, 2**attempts))


def spread(limit: int = 200) -> int:
    """Turns new outbox rows into one delivery per handler, and per listener that wants the event. Returns how many rows
    were spread."""
    new = dict(Outbox.objects.filter(spread_at=None).order_by("id").values_list("id", "role")[:limit])
    # Asked after the rows were seen: who subscribed before an event happened is among those who want it.
    wanted = _wanted(set(new.values()))
    with transaction.atomic():
        waiting = Outbox.objects.select_for_update(skip_locked=True).filter(pk__in=new, spread_at=None)
        rows = list(waiting.order_by("id"))
        deliveries = [
            Delivery(event=row, role=row.role, handler=key)
            for row in rows
            for key in (
                *(handler.key for _manifest, handler in registry().handlers.get(row.name, ())),
                *(key for key, names in wanted[row.role].items() if row.name in names),
            )
        ]
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        Outbox.objects.filter(pk__in=[r.pk for r in rows]).update(spread_at=timezone.now())
    return len(rows)


def _wanted(roles: set[str]) -> dict[str, dict[str, Collection[str]]]:
    """Of each company, by listener, the names of the events it is to hear of."""
    found: dict[str, dict[str, Collection[str]]] = {}
    for role in roles:
        found[role] = {}
        company = company_by_role()(role) if registry().listeners else None
        if company is None:
            continue
        with serving(company):
            for key, (_manifest, listener) in registry().listeners.items():
                try:
                    found[role][key] = _function(listener.wanted)()
                except DatabaseError:  # a company that is just being made or taken away
                    log.warning("%s could not be asked in %s", key, company.slug, exc_info=True)
    return found


def _find(event: str, key: str) -> tuple[ModuleManifest, Handler | Listener] | None:
    if key in registry().listeners:
        return registry().listeners[key]
    return next(((m, h) for m, h in registry().handlers.get(event, ()) if h.key == key), None)


def handle_once(company: Company, handler: Handler | Listener, row: Outbox) -> None:
    """Runs the handler in the company; a second delivery of the same event finds its mark and does nothing."""
    event = (
        decode(handler.event, row.payload)
        if isinstance(handler, Handler)
        else Happening(row.event_id, row.name, row.payload, row.created_at, row.actor)
    )
    with serving(company), acting(system(handler.key), unlocked=True):
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into events_handled (event_id, handler, at) values (%s, %s, now()) on conflict do nothing",
                [row.event_id, handler.key],
            )
            if cursor.rowcount == 0:
                return
        _function(handler.function)(event)


def take(limit: int) -> list[Delivery]:
    """Leases due deliveries: should this process die, they are due again when the lease ends."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(state=Delivery.State.DUE, due_at__lte=now)
            .order_by("due_at", "id")[:limit]
        )
        Delivery.objects.filter(pk__in=[d.pk for d in due]).update(due_at=now + LEASE)
    return due


def deliver_due(limit: int = 20) -> int:
    """Delivers what is due; each handler runs in a transaction of its own. Returns how many were tried."""
    due = take(limit)
    for delivery in due:
        _deliver(delivery)
        delivery.save()
        if delivery.state == Delivery.State.SKIPPED:
            _look_again(delivery)
    return len(due)


def _look_again(delivery: Delivery) -> None:
    """Between our look at the module and our writing it down as skipped, somebody may have switched it on and caught
    up: with everything but this one."""
    found, company = _find(delivery.event.name, delivery.handler), company_by_role()(delivery.role)
    if found is not None and company is not None and company.working.has_module(found[0].key):
        Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SKIPPED).update(
            state=Delivery.State.DUE, due_at=timezone.now()
        )


def _deliver(delivery: Delivery) -> None:
    found = _find(delivery.event.name, delivery.handler)
    company = company_by_role()(delivery.role)
    if found is None or company is None:
        delivery.state, delivery.error = Delivery.State.DEAD, "no such handler or company"
        return
    manifest, handler = found
    if not company.working.has_module(manifest.key):
        delivery.state = Delivery.State.SKIPPED
        return
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state, delivery.error = Delivery.State.DEAD, "whoever delivered it died each time"
        return
    # Before the attempt: a handler that kills its process is counted, too, and buried one day.
    delivery.attempts += 1
    Delivery.objects.filter(pk=delivery.pk).update(attempts=delivery.attempts)
    try:
        handle_once(company, handler, delivery.event)
    except Exception as error:  # whatever a handler raises ends in its delivery, not in a dead dispatcher
        log.warning("event %s to %s failed", delivery.event.name, delivery.handler, exc_info=True)
        delivery.error = f"{type(error).__name__}: {error}"[:4000]
        dead = delivery.attempts >= MAX_ATTEMPTS
        delivery.state = Delivery.State.DEAD if dead else Delivery.State.DUE
        delivery.due_at = timezone.now() + backoff(delivery.attempts)
    else:
        delivery.state, delivery.done_at, delivery.error = Delivery.State.DONE, timezone.now(), ""


def replay(company: Company, delivery_ids: list[int]) -> int:
    """Makes dead or skipped deliveries of the company due again. Returns how many."""
    with outside():
        return (
            Delivery.objects.filter(role=company.role, pk__in=delivery_ids)
            .exclude(state=Delivery.State.DONE)
            .update(state=Delivery.State.DUE, attempts=0, due_at=timezone.now())
        )


def catch_up(company: Company, module: str) -> int:
    """A module was switched on again: what it missed becomes due. Returns how many deliveries."""
    keys = [h.key for entries in registry().handlers.values() for m, h in entries if m.key == module]
    with outside():
        return Delivery.objects.filter(role=company.role, handler__in=keys, state=Delivery.State.SKIPPED).update(
            state=Delivery.State.DUE, due_at=timezone.now()
        )


def lag() -> float:
    """Seconds that the oldest undelivered event has waited: the one number to watch."""
    oldest = Outbox.objects.filter(spread_at=None).order_by("created_at").values_list("created_at", flat=True).first()
    due = Delivery.objects.filter(state="due").order_by("due_at").values_list("due_at", flat=True).first()
    waiting = [t for t in (oldest, due) if t is not None]
    return max(0.0, (timezone.now() - min(waiting)).total_seconds()) if waiting else 0.0
