"""Filling a claimed schema: roles, the owner, every module's seed. Also trying again, and clearing away."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tenants.models import Person, Tenant
from tenon.access.actor import system
from tenon.access.models import Member
from tenon.access.services.guards import OWNER
from tenon.records.service import acting
from tenon.registry import hooks
from tenon.registry.registry import registry
from tenon.samples.services.loading import samples_load
from tenon.tenancy import schemas
from tenon.tenancy.context import Company, outside, serving
from tenon.tenancy.models import Slot
from tenon.tenancy.refill import refill_soon

log = logging.getLogger(__name__)
ABANDONED = timedelta(seconds=60)  # a seeding this old belongs to a process that died
UNFINISHED = (Tenant.State.ALLOCATED, Tenant.State.SEEDING, Tenant.State.FAILED)


def _take(tenant: Tenant) -> int | None:
    """Makes this caller the one who seeds: the number of its attempt. None when another one is at it or it is done."""
    now = timezone.now()
    waiting = Q(state__in=[Tenant.State.ALLOCATED, Tenant.State.FAILED])
    abandoned = Q(state=Tenant.State.SEEDING, state_at__lt=now - ABANDONED)
    with transaction.atomic():
        found = Tenant.objects.select_for_update().filter(waiting | abandoned, pk=tenant.pk).first()
        if found is None:
            return None
        attempt = found.attempts + 1
        Tenant.objects.filter(pk=tenant.pk).update(state=Tenant.State.SEEDING, state_at=now, attempts=attempt, error="")
    return attempt


def _end(tenant: Tenant, attempt: int, state: Tenant.State, error: str = "") -> None:
    """Writes down how an attempt ended. One that another has overtaken says nothing: its word could shut, and later
    clear away, a company that is open by now."""
    mine = Tenant.objects.filter(pk=tenant.pk, state=Tenant.State.SEEDING, attempts=attempt)
    mine.update(state=state, state_at=timezone.now(), error=error[:2000])


def provision(tenant: Tenant, *, sample_data: bool = False) -> bool:
    """Seeds the company in one transaction of its own role, then opens it. Returns False when another caller is doing
    it. A failure leaves the schema empty and the company `failed`, to be tried again."""
    with outside():
        attempt = _take(tenant)
        if attempt is None:
            return False
        company = tenant.company()
        try:
            seed_company(company, tenant.created_by, pack=tenant.industry, sample_data=sample_data)
        except Exception as error:  # whatever a seed raises must not leave a half-made company behind
            log.exception("company %s could not be seeded", tenant.slug)
            _end(tenant, attempt, Tenant.State.FAILED, f"{type(error).__name__}: {error}")
            return True
        _end(tenant, attempt, Tenant.State.READY)
        refill_soon()
        return True


def seed_company(company: Company, owner: Person | None, *, pack: str, sample_data: bool = False) -> None:
    """What every new company has: the seeds of all modules, whatever is switched on, and its owner. Idempotent."""
    seeder = system("signup")
    with serving(company), acting(seeder):
        for key in hooks.in_order(registry().modules):
            hooks.seed(key, actor=seeder, company=company, pack=pack)
        if owner is not None and not Member.objects.filter(person_id=owner.pk).exists():
            Member.objects.create(
                person_id=owner.pk, name=owner.name or owner.email.partition("@")[0], email=owner.email, roles=[OWNER],
                language=owner.language,
            )  # fmt: skip
    if sample_data:
        with serving(company):
            try:
                samples_load()
            except Exception:  # a company without samples is better than none; all of them came or nothing did
                log.exception("company %s has no sample data", company.slug)


def discard(tenant: Tenant) -> bool:
    """Clears a company away that never became ready: its address is free again, its schema is dropped. Returns False,
    having done nothing, when it has become ready meanwhile."""
    with outside():
        with transaction.atomic():
            # Locked, so that nobody seeds it while it goes; read anew, so that nobody's books go with it.
            found = Tenant.objects.select_for_update().filter(pk=tenant.pk, state__in=UNFINISHED).first()
            if found is None:
                return False
            slot = Slot.objects.get(pk=found.slot_id)
            Tenant.objects.filter(pk=found.pk).delete()
        schemas.drop_slot(slot)
        return True


def clear_failed(older_than: timedelta = timedelta(hours=1)) -> int:
    """Companies that failed and were not tried again, or whose sign-up died. Returns how many went."""
    with outside():
        rows = list(Tenant.objects.filter(state__in=UNFINISHED, state_at__lt=timezone.now() - older_than))
        return sum(discard(tenant) for tenant in rows)
