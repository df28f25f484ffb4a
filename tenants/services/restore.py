"""A company from its archive: a new one, or a copy beside the live one that reaches nobody outside.

The whole archive is checked first. Nothing is to be seen of the company until all of it is there; a failure leaves
neither schema nor files behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import hosts, selectors
from tenants.archive import layout, loading
from tenants.archive.comparing import Comparison, compare_file
from tenants.archive.folders import delete_folder
from tenants.archive.layout import FILES_FOLDER
from tenants.archive.reading import Archive, damaged, open_archive
from tenants.errors import ArchiveDamaged
from tenants.models import CompanyLog, Domain, Entitlement, Membership, Person, Tenant
from tenants.services.companies import CONTROL, TRIAL
from tenon.access.actor import system
from tenon.access.models import Member
from tenon.access.services.guards import OWNER
from tenon.events.models import Delivery, Outbox
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy import schemas
from tenon.tenancy.context import outside, serving
from tenon.tenancy.models import Slot

log = logging.getLogger(__name__)
Tell = Callable[[float, float, str], None]
COPY_LASTS = timedelta(days=15)
MOST_EVENTS = 50_000


@dataclass(frozen=True)
class Upload:
    """Who brought the archive over the web, and what is to happen as things come about: `begun(company_id, slot_id)`
    before anything is made, `made(tenant, archive, comparison)` in the very transaction that makes the company."""

    person: Person
    begun: Callable[[int, int], None]
    made: Callable[[Tenant, Archive, Comparison], None]


def company_restore(
    *,
    archive: Path,
    slug: str,
    name: str = "",
    copy: bool = False,
    beside: Tenant | None = None,
    tell: Tell = lambda *_said: None,
    upload: Upload | None = None,
) -> Tenant:
    """A ready company with the archive's content. With `copy` it is a try-out beside the live one: its mails,
    schedules and payments are off, and only its owners may enter. `beside` names the live one: the copy may what that
    one may, as long as copies are kept, and is guarded as it is. With `upload` nobody vouches for what the archive says
    of people: only whoever brought it comes in, as its owner; and nothing goes out before they say so. Raises
    ArchiveDamaged, Invalid (the address)."""
    slug = slug.strip().lower()
    with outside():
        fault = selectors.slug_fault(slug, resting=upload is None or selectors.rested_by(slug, upload.person.pk))
        if fault is not None:
            raise Invalid.field("slug", selectors.SLUG_FAULTS[fault], fault)
        with open_archive(archive) as opened:
            loading.refuse_newer(opened)
            opened.verify(tell)
            return _restore(opened, slug, name.strip(), copy, beside, tell, upload)


def company_restore_from(*, path: Path, slug: str, name: str, copy: bool) -> str:
    """The same from a command line. Returns the company's address."""
    return hosts.company_url(company_restore(archive=path, slug=slug, name=name, copy=copy).slug)


def _restore(
    archive: Archive, slug: str, name: str, copy: bool, beside: Tenant | None, tell: Tell, upload: Upload | None
) -> Tenant:
    about, members = archive.json(layout.COMPANY), list(archive.lines(layout.PEOPLE))
    if not isinstance(about, dict):
        raise ArchiveDamaged
    company_id = _next_id()
    slot: Slot | None = None
    try:
        slot = loading.slot_for(archive)
        if upload is not None:
            upload.begun(company_id, slot.pk)
        people = _people(members) if upload is None else _known(members, upload.person, beside)
        found = loading.load(archive, slot, {m: p.pk for m, p in people.items()}, f"c{company_id}", tell)
        _bring_files(archive, company_id, slot, found, tell)
        with transaction.atomic():
            tenant = _found(about, archive, company_id, slot, slug, name, copy, upload)
            if beside is not None:
                _put_beside(tenant, beside)
            _let_in(tenant, members, people, copy)
            if upload is not None:
                _hand_to(upload.person, tenant)
            _events(archive, slot)
            if upload is not None:
                upload.made(tenant, archive, found)
    except BaseException as error:
        clear_away(company_id, slot)
        if isinstance(error, IntegrityError) and (fault := selectors.slug_fault(slug)) is not None:
            raise Invalid.field("slug", selectors.SLUG_FAULTS[fault], fault) from None  # somebody was faster
        raise
    return tenant


def clear_away(company_id: int, slot: Slot | None) -> None:
    """What there is of a company that did not come about: its files and its schema."""
    with suppress(Exception):  # what went wrong first is what is to be told
        delete_folder(f"c{company_id}")
        if slot is not None:
            schemas.drop_slot(slot)


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


def _known(members: list[dict[str, Any]], person: Person, beside: Tenant | None) -> dict[int, Person]:
    """The same for an archive that nobody vouches for: it makes no person and lets nobody in but who brought it, and,
    into a copy, those who are in the live company anyway."""
    emails = {str(row.get("email", "")).strip().lower() for row in members}
    known = {person.email.lower(): person}
    if beside is not None:
        here = Person.objects.filter(email__in=emails, memberships__tenant=beside, memberships__is_active=True)
        known |= {p.email.lower(): p for p in here}
    found: dict[int, Person] = {}
    taken: set[int] = set()
    try:
        for row in members:
            who = known.get(str(row["email"]).strip().lower())
            if who is not None and who.pk not in taken:
                found[int(row["member"])] = who
                taken.add(who.pk)
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveDamaged(_("The archive does not say who its members are")) from error
    return found


def _hand_to(person: Person, tenant: Tenant) -> None:
    """Whoever brought the archive is its owner. The others come in when they are invited, in a company of its own
    right: until then they are members who left."""
    keeper = system("restore")
    with serving(tenant.company()), acting(keeper, unlocked=True):
        me = Member.objects.select_for_update().filter(person_id=person.pk).first()
        if me is None:
            me = Member(person_id=person.pk, name=person.name or person.email.partition("@")[0], email=person.email)
        if OWNER not in me.roles or not me.is_active or me.pk is None:
            me.roles, me.is_active, me.signed_out_before = sorted({*me.roles, OWNER}), True, None
            me.save()
        if not tenant.is_copy:
            others = Member.objects.filter(is_active=True, person_id__lt=0).order_by("pk")
            for other in others.select_for_update():
                other.is_active = False
                other.save()
    Membership.objects.get_or_create(tenant=tenant, person=person, defaults={"is_active": True})


def _bring_files(archive: Archive, company_id: int, slot: Slot, found: Comparison, tell: Tell) -> None:
    total = float(archive.manifest.files_size) or 1.0
    for part in archive.files():
        key = f"c{company_id}/{part.name.removeprefix(f'{FILES_FOLDER}/')}"
        with archive.zip.open(part.name) as content:
            stored = default_storage.save(key, File(content))
        if stored != key:
            raise ArchiveDamaged(_("The archive holds two files of the same name"))
        compare_file(found, part, stored)
        tell(min(float(found.files_size), total), total, "files")
        loading.keep(slot)


def _found(
    about: dict[str, Any],
    archive: Archive,
    company_id: int,
    slot: Slot,
    slug: str,
    name: str,
    copy: bool,
    upload: Upload | None,
) -> Tenant:
    """The public side, as of a company that signs up today: what was paid for is not in an archive."""
    now, features = timezone.now(), list(registry().features)
    said = about.get("switched_on")
    on = {f for f in said if isinstance(f, str)} & set(features) if isinstance(said, list) else set()
    zones, languages = selectors.time_zones(), ("en", "zh-hans")
    tenant = Tenant.objects.create(
        id=company_id, name=_line(name) or _line(about.get("name")) or slug, slug=slug, slot=slot,
        schema_name=slot.schema, state=Tenant.State.READY, is_copy=copy,
        industry=_one_of(about.get("industry"), selectors.INDUSTRIES, "general"),
        language=_one_of(about.get("language"), languages, "en"),
        currency=_one_of(about.get("currency"), selectors.CURRENCIES, "CNY"),
        time_zone=_one_of(about.get("time_zone"), zones, "UTC"),
        entitled=features, switched_on=[f for f in features if f in on], trial_until=now + TRIAL,
        outgoing_off=upload is not None and not copy, created_by=upload.person if upload is not None else None,
    )  # fmt: skip
    slot.state = Slot.State.CLAIMED
    slot.save(update_fields=["state", "changed_at"])
    Domain.objects.create(tenant=tenant, domain=hosts.company_host(slug))
    Entitlement.objects.bulk_create(
        Entitlement(tenant=tenant, feature=f, source=Entitlement.Source.TRIAL, since=now, until=now + TRIAL)
        for f in features
    )
    CompanyLog.objects.create(
        tenant=tenant, what="restored",
        actor=f"person:{upload.person.pk}" if upload is not None else "system:restore",
        actor_label=str(upload.person)[:160] if upload is not None else "",
        detail={"from": from_company(archive), "made_at": str(archive.manifest.made_at)[:40],
                "content": archive.manifest.content, "copy": copy},
    )  # fmt: skip
    return tenant


def from_company(archive: Archive) -> dict[str, str]:
    """Which company the archive says it is of."""
    said = archive.manifest.company if isinstance(archive.manifest.company, dict) else {}
    return {name: _line(said.get(name)) for name in ("slug", "name")}


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
    return value if isinstance(value, str) and value in allowed else otherwise


def _line(text: Any) -> str:
    """A name as sign-up would take it: one line, as long as names are."""
    return CONTROL.sub(" ", str(text or "")).strip()[:160]


def _let_in(tenant: Tenant, members: list[dict[str, Any]], people: dict[int, Person], copy: bool) -> None:
    """Who could enter may enter; a copy only the owners: others would see a second company of the same name."""
    Membership.objects.bulk_create(
        Membership(tenant=tenant, person=people[member])
        for row in members
        if row.get("active") and (not copy or OWNER in (row.get("roles") or ()))
        if (member := int(row["member"])) in people
    )


def _events(archive: Archive, slot: Slot) -> None:
    """What was still to be told is told here: under new numbers, for the company it came from may tell it too."""
    states = set(Delivery.State.values)
    for number, row in enumerate(archive.lines(layout.EVENTS)):
        if number >= MOST_EVENTS:  # one company's are delivered among everybody's
            raise ArchiveDamaged(_("The archive holds more undelivered events than any company has"))
        if row.get("name") not in registry().events:
            continue
        spread = bool(row.get("spread"))
        try:
            event = Outbox.objects.create(
                event_id=uuid4(), role=slot.role, name=row["name"], payload=row["payload"],
                actor=str(row["actor"])[:80], spread_at=timezone.now() if spread else None,
            )  # fmt: skip
            Delivery.objects.bulk_create(
                Delivery(
                    event=event, role=slot.role, handler=str(d["handler"])[:160], state=d["state"],
                    error=str(d["error"])[:4000],
                )
                for d in (row.get("deliveries") or () if spread else ())
                if d["state"] in states
            )  # fmt: skip
        except (KeyError, TypeError, AttributeError) as error:
            raise damaged(layout.EVENTS) from error
