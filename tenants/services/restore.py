"""A company from its archive: a new one, or a copy beside the live one that reaches nobody outside.

The whole archive is checked first. Nothing is to be seen of the company until all of it is there; a failure leaves
neither schema nor files behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import hosts, selectors
from tenants.archive import layout, loading
from tenants.archive.folders import delete_folder
from tenants.archive.layout import FILES_FOLDER
from tenants.archive.reading import Archive, open_archive
from tenants.errors import ArchiveDamaged
from tenants.models import CompanyLog, Domain, Entitlement, Membership, Person, Tenant
from tenants.services.companies import TRIAL
from tenon.access.services.guards import OWNER
from tenon.events.models import Delivery, Outbox
from tenon.problems import Invalid
from tenon.registry.registry import registry
from tenon.tenancy import schemas
from tenon.tenancy.context import outside
from tenon.tenancy.models import Slot

log = logging.getLogger(__name__)
Tell = Callable[[float, float, str], None]
COPY_LASTS = timedelta(days=15)


def company_restore(
    *,
    archive: Path,
    slug: str,
    name: str = "",
    copy: bool = False,
    beside: Tenant | None = None,
    tell: Tell = lambda *_said: None,
) -> Tenant:
    """A ready company with the archive's content. With `copy` it is a try-out beside the live one: its mails,
    schedules and payments are off, and only its owners may enter. `beside` names the live one: the copy may what that
    one may, as long as copies are kept, and is guarded as it is. Raises ArchiveDamaged, Invalid (the address)."""
    slug = slug.strip().lower()
    with outside():
        fault = selectors.slug_fault(slug, resting=True)
        if fault is not None:
            raise Invalid.field("slug", selectors.SLUG_FAULTS[fault], fault)
        with open_archive(archive) as opened:
            loading.refuse_newer(opened)
            opened.verify()
            return _restore(opened, slug, name.strip(), copy, beside, tell)


def company_restore_from(*, path: Path, slug: str, name: str, copy: bool) -> str:
    """The same from a command line. Returns the company's address."""
    return hosts.company_url(company_restore(archive=path, slug=slug, name=name, copy=copy).slug)


def _restore(archive: Archive, slug: str, name: str, copy: bool, beside: Tenant | None, tell: Tell) -> Tenant:
    about, members = archive.json(layout.COMPANY), list(archive.lines(layout.PEOPLE))
    company_id = _next_id()
    slot: Slot | None = None
    try:
        slot = loading.slot_for(archive)
        people = _people(members)
        loading.load(archive, slot, {m: p.pk for m, p in people.items()}, f"c{company_id}", tell)
        _bring_files(archive, company_id, slot)
        with transaction.atomic():
            tenant = _found(about, archive, company_id, slot, slug, name, copy)
            if beside is not None:
                _put_beside(tenant, beside)
            _let_in(tenant, members, people, copy)
            _events(archive, slot)
    except BaseException:
        with suppress(Exception):  # what went wrong first is what is to be told
            delete_folder(f"c{company_id}")
            if slot is not None:
                schemas.drop_slot(slot)
        raise
    return tenant


def _next_id() -> int:
    """The company's number, before there is a company: its files lie in a folder of this number."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('tenants_tenant', 'id'))")
        return int(cursor.fetchone()[0])


def _people(members: list[dict[str, Any]]) -> dict[int, Person]:
    """Member → person here, by e-mail; who is not known yet may sign in with a code sent there."""
    found = {}
    try:
        for row in members:
            email = str(row["email"]).strip().lower()
            person = Person.objects.filter(email=email).first()
            if person is None:
                person = Person.objects.create_user(
                    email, name=str(row["name"])[:120], language=str(row["language"])[:10]
                )
            found[int(row["member"])] = person
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveDamaged(_("The archive does not say who its members are")) from error
    return found


def _bring_files(archive: Archive, company_id: int, slot: Slot) -> None:
    for part in archive.files():
        key = f"c{company_id}/{part.name.removeprefix(f'{FILES_FOLDER}/')}"
        with archive.zip.open(part.name) as content:
            stored = default_storage.save(key, File(content))
        if stored != key:
            raise ArchiveDamaged(_("The archive holds two files of the same name"))
        loading.keep(slot)


def _found(
    about: dict[str, Any], archive: Archive, company_id: int, slot: Slot, slug: str, name: str, copy: bool
) -> Tenant:
    """The public side, as of a company that signs up today: what was paid for is not in an archive."""
    now, features = timezone.now(), list(registry().features)
    on = set(about.get("switched_on") or ()) & set(features)
    zones, languages = selectors.time_zones(), ("en", "zh-hans")
    tenant = Tenant.objects.create(
        id=company_id, name=(name or str(about.get("name") or slug))[:160], slug=slug, slot=slot,
        schema_name=slot.schema, state=Tenant.State.READY, is_copy=copy,
        industry=_one_of(about.get("industry"), selectors.INDUSTRIES, "general"),
        language=_one_of(about.get("language"), languages, "en"),
        currency=_one_of(about.get("currency"), selectors.CURRENCIES, "CNY"),
        time_zone=_one_of(about.get("time_zone"), zones, "UTC"),
        entitled=features, switched_on=[f for f in features if f in on], trial_until=now + TRIAL,
    )  # fmt: skip
    slot.state = Slot.State.CLAIMED
    slot.save(update_fields=["state", "changed_at"])
    Domain.objects.create(tenant=tenant, domain=hosts.company_host(slug))
    Entitlement.objects.bulk_create(
        Entitlement(tenant=tenant, feature=f, source=Entitlement.Source.TRIAL, since=now, until=now + TRIAL)
        for f in features
    )
    CompanyLog.objects.create(
        tenant=tenant, actor="system:restore", what="restored",
        detail={"from": archive.manifest.company, "made_at": archive.manifest.made_at,
                "content": archive.manifest.content, "copy": copy},
    )  # fmt: skip
    return tenant


def _put_beside(tenant: Tenant, live: Tenant) -> None:
    """What the archive's company pays for holds for its copy, and who may come near it."""
    taken = ("entitled", "read_only_features", "limits", "mfa_required_from", "allowed_addresses")
    for name in taken:
        setattr(tenant, name, getattr(live, name))
    tenant.switched_on = [f for f in tenant.switched_on if f in set(live.entitled)]
    tenant.copy_of, tenant.copy_until, tenant.trial_until = live, timezone.now() + COPY_LASTS, None
    tenant.save()
    tenant.entitlements.exclude(feature__in=live.entitled).delete()
    tenant.entitlements.update(until=tenant.copy_until)


def _one_of(value: Any, allowed: Any, otherwise: str) -> str:
    return str(value) if value in allowed else otherwise


def _let_in(tenant: Tenant, members: list[dict[str, Any]], people: dict[int, Person], copy: bool) -> None:
    """Who could enter may enter; a copy only the owners: others would see a second company of the same name."""
    Membership.objects.bulk_create(
        Membership(tenant=tenant, person=people[int(row["member"])])
        for row in members
        if row.get("active") and (not copy or OWNER in (row.get("roles") or ()))
    )


def _events(archive: Archive, slot: Slot) -> None:
    """What was still to be told is told here: under new numbers, for the company it came from may tell it too."""
    for row in archive.lines(layout.EVENTS):
        if row.get("name") not in registry().events:
            continue
        spread = bool(row.get("spread"))
        event = Outbox.objects.create(
            event_id=uuid4(), role=slot.role, name=row["name"], payload=row["payload"], actor=row["actor"],
            spread_at=timezone.now() if spread else None,
        )  # fmt: skip
        Delivery.objects.bulk_create(
            Delivery(event=event, role=slot.role, handler=d["handler"], state=d["state"], error=d["error"])
            for d in (row.get("deliveries") or () if spread else ())
        )
