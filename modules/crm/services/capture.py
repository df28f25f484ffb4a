"""Leads that come by themselves: who may send them, what becomes of them, and who gets them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Lead, LeadAssignee, LeadSource, LeadTouch, PoolPause
from modules.crm.rules.assignment import Place, next_place, words_of
from modules.crm.rules.lead_formats import NAMES, Captured, Unreadable, read, storable
from modules.crm.services.leads import OPEN, lead_create
from modules.shared.data.models import Party
from modules.shared.data.rules.naming import phone_key
from modules.shared.data.selectors.duplicates import party_duplicates
from tenon.access.actor import Actor, system
from tenon.access.models import Member
from tenon.notifications.services import notify
from tenon.problems import Invalid, Unauthenticated
from tenon.records.service import service
from tenon.sealing import seal, unseal
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock
from tenon.webhooks.rules.signing import signature

Outcome = LeadTouch.Outcome
LONGEST_KEY = 400
NOT_BEFORE = 300  # seconds: how old a signature may be


@service("crm.lead_source.create")
def lead_source_create(*, actor: Actor, **values: Any) -> LeadSource:
    """A source and its address. Raises Invalid."""
    source = LeadSource(token=secrets.token_urlsafe(32), **values)
    _check(source)
    source.save()
    return source


@service("crm.lead_source.update")
def lead_source_update(*, actor: Actor, source: LeadSource, **values: Any) -> LeadSource:
    """Raises Invalid."""
    source = LeadSource.objects.select_for_update().get(pk=source.pk)
    for name, value in values.items():
        setattr(source, name, {**source.custom, **(value or {})} if name == "custom" else value)
    _check(source)
    source.save()
    return source


@service("crm.lead_source.update")
def lead_source_sign(*, actor: Actor, source: LeadSource, key: str) -> LeadSource:
    """The key that the sender signs with, or sends along (Google: the key of the form; Meta: the app's secret). Kept
    sealed and never shown again. Raises Invalid."""
    source = LeadSource.objects.select_for_update().get(pk=source.pk)
    if source.kind not in LeadSource.SIGNED:
        raise Invalid.field("key", _("This kind of source is let in by its address alone."), "kind")
    if not 16 <= len(key.strip()) <= LONGEST_KEY:
        raise Invalid.field("key", _("A key has at least 16 characters."), "length")
    source.signing_key = seal(key.strip())
    source.save()
    return source


@service("crm.lead_source.update")
def lead_source_readdress(*, actor: Actor, source: LeadSource) -> LeadSource:
    """A new address; at the old one nobody is in any more."""
    source = LeadSource.objects.select_for_update().get(pk=source.pk)
    source.token = secrets.token_urlsafe(32)
    source.save()
    return source


def _check(source: LeadSource) -> None:
    if not isinstance(source.mapping, dict) or any(
        key not in NAMES or not isinstance(name, str) or not name.strip() for key, name in source.mapping.items()
    ):
        message = _("Names of fields: one of %(ours)s, and the sender's name for it.") % {"ours": ", ".join(NAMES)}
        raise Invalid.field("mapping", message, "mapping")
    for line in source.origins.split():
        if not line.startswith(("https://", "http://")) or any(c in line for c in ";,'\"") or line.count("/") > 2:
            raise Invalid.field("origins", _("A web site is written as https://www.example.com"), "origin")


def signed(source: LeadSource, body: bytes, headers: Mapping[str, str], payload: Any, now: float) -> None:
    """Whether the sender has proved itself as its kind does. Raises Unauthenticated."""
    if source.kind not in LeadSource.SIGNED:
        return
    key = unseal(source.signing_key) if source.signing_key else ""
    if not key:
        raise Unauthenticated(_("This source has no key yet: an administrator sets it."))
    if source.kind == LeadSource.Kind.GOOGLE:
        given = payload.get("google_key") if isinstance(payload, Mapping) else ""
        good = hmac.compare_digest(str(given or "").encode(), key.encode())
    elif source.kind == LeadSource.Kind.META:
        expected = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(headers.get("X-Hub-Signature-256", "").encode(), expected.encode())
    else:
        good = _standard(key, body, headers, now)
    if not good:
        raise Unauthenticated(_("The signature does not fit."))


def _standard(key: str, body: bytes, headers: Mapping[str, str], now: float) -> bool:
    """As our own webhooks are signed (standardwebhooks.com), or the key itself in a header of its own."""
    if sent := headers.get("Tenon-Key", ""):
        return hmac.compare_digest(sent.encode(), key.encode())
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp)) > NOT_BEFORE:
        return False
    try:
        expected = signature(key, name, int(stamp), body)
    except ValueError:  # a key that is not written in base64 cannot sign this way
        return False
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in given)


def capture(
    *, source: LeadSource, payload: Any, trail: Mapping[str, str] | None = None, external_id: str = "", spam: str = ""
) -> list[LeadTouch]:
    """What became of one delivery: a touch for each lead in it, or for what could not be read. Nothing that was sent is
    lost: it stays with its touch."""
    return captured(
        actor=system("lead capture"), source=source, payload=payload, trail=dict(trail or {}), external_id=external_id,
        spam=spam,
    )  # fmt: skip


@service("crm.lead.create")
def captured(
    *, actor: Actor, source: LeadSource, payload: Any, trail: dict[str, str], external_id: str, spam: str
) -> list[LeadTouch]:
    """Under the lock of its source: two deliveries of one lead are one after the other, and so are turns."""
    source = LeadSource.objects.select_for_update().get(pk=source.pk)
    kept: dict[str, Any] = {}
    try:
        payload = storable(payload)
        kept = payload if isinstance(payload, dict) else {"sent": payload}
        kept = {name: part for name, part in kept.items() if name != "google_key"}
        found = read(source.kind, payload, source.mapping)
    except Unreadable as problem:
        return [_touch(source, None, Outcome.SPAM if spam else Outcome.UNREADABLE, kept, why=spam or str(problem))]
    if spam:
        return [_touch(source, None, Outcome.SPAM, kept, why=spam)]
    touches = []
    for one in found:
        one.external_id = one.external_id or external_id[:200]
        one.trail = {**trail, **one.trail}
        if one.test:
            touches.append(_touch(source, None, Outcome.TEST, kept, one))
            continue
        touches.append(_one(actor, source, one, kept))
    return touches


def _one(actor: Actor, source: LeadSource, one: Captured, kept: dict[str, Any]) -> LeadTouch:
    values = _tidied(one)
    # The same person by two sources at once is one lead, too: one after the other, by phone and by mail.
    digits, email = phone_key(values.get("phone", "")), values.get("email", "").casefold()
    for key in sorted(filter(None, (digits, email))):
        company_lock(f"crm lead {key}")
    lead = _known(source, one.external_id, digits, email)
    if lead is not None:
        touch = _touch(source, lead, Outcome.AGAIN, kept, one)
        _tell(lead, source, lead.owner)
        return touch
    owner = _customers_owner(actor, digits, email) or _turn(source, one.about) or source.owner
    values["note"] = "\n".join(
        filter(None, [values.get("note", ""), *(f"{name}: {text}" for name, text in one.more.items())])
    )
    lead = lead_create(
        actor=actor, name=values.pop("name", "") or values.get("contact_name") or values.get("phone") or email,
        source=Lead.Source.WEB if source.kind in (source.Kind.FORM, source.Kind.JSON) else Lead.Source.AD,
        campaign=(one.campaign or source.campaign)[:120], owner=owner.pk if owner is not None else None,
        department=owner.department_id if owner is not None else None, **values,
    )  # fmt: skip
    touch = _touch(source, lead, Outcome.NEW, kept, one)
    _tell(lead, source, owner)
    return touch


def _tidied(one: Captured) -> dict[str, str]:
    """What no field takes goes with what has no field."""
    values = dict(one.values)
    try:
        validate_email(values.get("email", ""))
    except ValidationError:
        if text := values.pop("email", ""):
            one.more["email"] = text
    site = values.get("website", "")
    if site and not site.startswith(("http://", "https://")):
        values["website"] = f"https://{site}"[:200]
    return values


def _known(source: LeadSource, external_id: str, digits: str, email: str) -> Lead | None:
    """By the sender's own number, whatever has become of the lead; else an open one by phone or e-mail."""
    if external_id:
        before = source.touches.filter(external_id=external_id, lead__isnull=False).select_related("lead__owner")
        if (touch := before.order_by("pk").first()) is not None:
            return touch.lead
    same = Q(pk__in=[])
    if digits:
        same |= Q(phone_key=digits)
    if email:
        same |= Q(email__iexact=email)
    return Lead.objects.filter(same, status__in=OPEN).select_related("owner").order_by("pk").first()


def _customers_owner(actor: Actor, digits: str, email: str) -> Member | None:
    """Who looks after them already, where a customer with this phone or e-mail is looked after."""
    if not digits and not email:
        return None
    hits = party_duplicates(actor=actor, email=email, phone=digits)
    same = [hit.id for hit in hits if hit.id is not None and hit.reason in ("email", "phone")]
    party = Party.objects.filter(pk__in=same, is_active=True, owner__is_active=True).select_related("owner")
    found = party.order_by("pk").first()
    return found.owner if found is not None else None


def _turn(source: LeadSource, about: str) -> Member | None:
    """Whose turn it is: neither gone, nor away, nor with their hands full."""
    today = current().today()
    rows = list(source.rota.filter(member__is_active=True).select_related("member__department").order_by("pk"))
    members = [row.member_id for row in rows]
    away = set(
        PoolPause.objects.filter(member__in=members, since__lte=today, until__gte=today).values_list(
            "member", flat=True
        )
    )
    held = dict(
        Lead.objects.filter(owner__in=members, status__in=OPEN).values_list("owner").annotate(n=Count("pk")).order_by()
    )
    free = {
        row.pk: row
        for row in rows
        if row.member_id not in away and (row.ceiling is None or held.get(row.member_id, 0) < row.ceiling)
    }
    places = [Place(row.pk, row.weight, row.credit, words_of(row.words)) for row in free.values()]
    chosen = next_place(places, about)
    for place in places:
        if place.credit != free[place.key].credit:
            LeadAssignee.objects.filter(pk=place.key).update(credit=place.credit)
    return free[chosen.key].member if chosen is not None else None


def _touch(
    source: LeadSource,
    lead: Lead | None,
    outcome: str,
    kept: dict[str, Any],
    one: Captured | None = None,
    why: str = "",
) -> LeadTouch:
    touch = LeadTouch(source=source, lead=lead, outcome=outcome, payload=kept, why=why[:300])
    if one is not None:
        touch.external_id, touch.ad, touch.trail = one.external_id, one.ad, one.trail
        touch.campaign = one.campaign or source.campaign
    touch.save()
    return touch


def _tell(lead: Lead, source: LeadSource, owner: Member | None) -> None:
    if owner is not None and owner.is_active:
        notify(
            member=owner, kind="assigned", entity="crm.lead", record_id=lead.pk, label=lead.name, author=source.name,
            excerpt=lead.phone or lead.email,
        )  # fmt: skip
