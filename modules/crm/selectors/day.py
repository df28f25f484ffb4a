"""Somebody's day: what is late, what is to be done today, what comes, and what would be forgotten. And a span of days
as a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from modules.crm.models import Activity, Lead, Opportunity, PoolCustomer, Quote
from modules.crm.selectors.cards import customer_card_list
from modules.crm.selectors.worth import sees_worth, worths
from modules.shared.data.models import Party
from modules.shared.data.selectors.calendars import work_calendar
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.scope import visible
from tenon.api.metadata import Resource
from tenon.api.visibility import rows
from tenon.money.rounding import round_money
from tenon.problems import FeatureOff, Forbidden
from tenon.registry.registry import registry
from tenon.tenancy.context import current

LOOKED_AT = 500  # late ones that are put in order of worth, the latest due first
SHOWN = 50
AHEAD = 7  # days
SOON = 7  # days until a quote ends or a customer goes back to the pool
MOST = 1000  # entries of a calendar
ZERO = Decimal(0)


def day(*, actor: Actor, member: int) -> dict[str, Any]:
    """Everything the page shows, as JSON: activities of the member (and those of nobody, where it is the actor) that
    the actor sees. Late ones stand by the worth of their customer, today's by hour. A bounded number of queries.
    Raises Forbidden, FeatureOff."""
    today, mine = current().today(), _of(actor, member)
    planned = mine.filter(status=Activity.Status.PLANNED)
    late = list(planned.filter(due_on__lt=today).order_by("-due_on", "pk")[:LOOKED_AT])
    now = list(planned.filter(due_on=today).order_by("starts_at", "pk")[: SHOWN * 2])
    ahead = planned.filter(due_on__gt=today, due_on__lte=today + timedelta(days=AHEAD))
    ahead_rows = list(ahead.order_by("due_on", "starts_at", "pk")[:SHOWN])
    done = list(mine.filter(status=Activity.Status.DONE, done_at__gte=_midnight(today)).order_by("-done_at")[:SHOWN])
    worth = _worths(actor, {row.party_id for row in (*late, *now, *ahead_rows) if row.party_id})
    late.sort(key=lambda row: (-worth.get(row.party_id or 0, ZERO), row.due_on, row.pk))
    show = _Rows(actor, [*late[:SHOWN], *now, *ahead_rows, *done], worth)
    calendar = work_calendar()
    return {
        "on": today.isoformat(), "working": calendar.is_working(today), "currency": current().currency,
        "next_working": calendar.on_or_after(today + timedelta(days=1)).isoformat(),
        "worth_shown": sees_worth(actor),
        "member": member, "members": _members(actor),
        "late": {"count": planned.filter(due_on__lt=today).count(), "rows": show.of(late[:SHOWN])},
        "today": {"count": len(now), "rows": show.of(now)},
        "ahead": {"count": ahead.count(), "rows": show.of(ahead_rows)},
        "undated": planned.filter(due_on__isnull=True).count(),
        "done": {"count": len(done), "rows": show.of(done)},
        "leads": _leads(actor, member), "quotes": _quotes(actor, member, today), "cards": _cards(actor, member),
        "pool": _pool(actor, member, today),
    }  # fmt: skip


def calendar(*, actor: Actor, member: int | None, since: date, until: date) -> dict[str, Any]:
    """Days of a span with what is planned or was done on them, with expected closes and ends of quotes, and the days
    that are not worked, as JSON; of one member or of all whom the actor sees. A bounded number of queries."""
    zone = ZoneInfo(current().time_zone)
    seen = visible(actor, registry().entities["crm.activity"], Activity.objects.all())
    if member is not None:
        seen = seen.filter(owner=member)
    start, end = _midnight(since), _midnight(until + timedelta(days=1))
    here = Q(status=Activity.Status.PLANNED, due_on__range=(since, until)) | Q(
        status=Activity.Status.DONE, done_at__gte=start, done_at__lt=end
    )
    found = list(
        seen.filter(here).select_related("party", "lead", "owner").order_by("due_on", "starts_at", "pk")[: MOST + 1]
    )
    entries = [
        {
            "entity": "crm.activity", "id": row.pk, "version": row.version, "kind": row.kind, "title": row.subject,
            "sub": str(row.party or row.lead or ""), "owner": row.owner.name if row.owner is not None else "",
            "state": row.status,
            "day": (row.due_on if row.done_at is None else row.done_at.astimezone(zone).date()).isoformat(),  # type: ignore[union-attr]
            "at": row.starts_at.astimezone(zone).strftime("%H:%M") if row.starts_at else None,
            "minutes": row.minutes,
        }
        for row in found[:MOST]
    ]  # fmt: skip
    entries += _closes(actor, member, since, until)
    entries.sort(key=lambda entry: (entry["day"], entry["at"] or "", entry["entity"], entry["id"]))
    worked = work_calendar()
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return {
        "since": since.isoformat(), "until": until.isoformat(), "today": current().today().isoformat(),
        "member": member, "members": _members(actor), "entries": entries, "more": len(found) > MOST,
        "off": [one.isoformat() for one in days if not worked.is_working(one)],
    }  # fmt: skip


def _closes(actor: Actor, member: int | None, since: date, until: date) -> list[dict[str, Any]]:
    of = Q() if member is None else Q(owner=member)
    found: list[dict[str, Any]] = []
    for key, when, open_ones in (
        ("crm.opportunity", "expected_close", Q(state=Opportunity.State.OPEN)),
        ("crm.quote", "valid_until", Q(status=Quote.Status.SENT)),
    ):
        seen = _seen(actor, key)
        if seen is None:
            continue
        here = seen.filter(of, open_ones, **{f"{when}__range": (since, until)}).select_related("party", "owner")
        found += [
            {
                "entity": key, "id": row.pk, "version": row.version, "kind": when,
                "title": row.name if key == "crm.opportunity" else row.number, "sub": str(row.party),
                "owner": row.owner.name if row.owner is not None else "", "state": "open",
                "day": getattr(row, when).isoformat(), "at": None, "minutes": None,
            }
            for row in here.order_by(when, "pk")[:MOST]
        ]  # fmt: skip
    return found


def _of(actor: Actor, member: int) -> QuerySet[Activity]:
    seen = visible(actor, registry().entities["crm.activity"], Activity.objects.all())
    own = Q(owner=member) | Q(owner__isnull=True) if member == actor.member_id else Q(owner=member)
    return seen.filter(own).select_related("party", "contact", "lead", "opportunity", "quote", "rule")


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(current().time_zone))


def _seen(actor: Actor, entity: str) -> QuerySet[Any] | None:
    """Its rows as far as the actor sees them; None where nothing may be seen."""
    try:
        return rows(Resource.of(actor, entity))
    except (FeatureOff, Forbidden):
        return None


def _worths(actor: Actor, parties: set[int]) -> dict[int, Decimal]:
    return worths(parties) if sees_worth(actor) else {}


def _members(actor: Actor) -> list[dict[str, Any]]:
    """Whose days the actor may look at: their own, those of who reports to them, or everybody's."""
    found = Member.objects.filter(is_active=True).only("pk", "name").order_by("name", "pk")
    if actor.scope("crm.activity") != "all":
        found = found.filter(pk__in={*actor.subordinates, actor.member_id or 0})
    return [{"id": row.pk, "label": row.name} for row in found]


def _money(amount: Decimal) -> str:
    return f"{round_money(amount, current().currency):f}"


class _Rows:
    """Activities as JSON, with the phone to call: the contact's, else the lead's, else the customer's, as far as the
    actor sees these."""

    def __init__(self, actor: Actor, found: list[Activity], worth: dict[int, Decimal]) -> None:
        self.worth, self.worth_shown = worth, sees_worth(actor)
        self.zone = ZoneInfo(current().time_zone)
        self.contacts = self._phones(actor, "shared.contact", {r.contact_id for r in found if r.contact_id})
        self.leads = self._phones(actor, "crm.lead", {r.lead_id for r in found if r.lead_id})
        self.parties = self._phones(actor, "shared.party", {r.party_id for r in found if r.party_id})

    @staticmethod
    def _phones(actor: Actor, entity: str, keys: set[int]) -> dict[int, str]:
        """Record → its phone, of those the actor sees; no phone where it is hidden from them."""
        if not keys:
            return {}
        try:
            resource = Resource.of(actor, entity)
            found = rows(resource).filter(pk__in=keys)
        except (FeatureOff, Forbidden):
            return {}
        if "phone" in resource.fields:
            return dict(found.values_list("pk", "phone"))
        return dict.fromkeys(found.values_list("pk", flat=True), "")

    def of(self, found: Iterable[Activity]) -> list[dict[str, Any]]:
        return [self._row(row) for row in found]

    def _row(self, row: Activity) -> dict[str, Any]:
        about = [
            {"entity": entity, "id": record.pk, "label": str(record)}
            for entity, record in (
                ("crm.lead", row.lead), ("crm.opportunity", row.opportunity), ("crm.quote", row.quote)
            )
            if record is not None
        ]  # fmt: skip
        phone = (
            self.contacts.get(row.contact_id or 0) or self.leads.get(row.lead_id or 0)
            or self.parties.get(row.party_id or 0) or ""
        )  # fmt: skip
        shown = self.worth_shown and row.party_id is not None
        return {
            "id": row.pk, "version": row.version, "kind": row.kind, "subject": row.subject, "note": row.note,
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "at": row.starts_at.astimezone(self.zone).strftime("%H:%M") if row.starts_at else None,
            "minutes": row.minutes, "moved": row.moved, "outcome": row.outcome,
            "party": {"id": row.party_id, "label": str(row.party)} if row.party_id in self.parties else None,
            "contact": row.contact.name if row.contact is not None and row.contact_id in self.contacts else "",
            "phone": phone, "about": [*about, *([row.about] if row.about else [])],
            "rule": row.rule.name if row.rule is not None else "",
            "checked_in_at": row.checked_in_at.astimezone(self.zone).strftime("%H:%M") if row.checked_in_at else None,
            "worth": _money(self.worth.get(row.party_id or 0, ZERO)) if shown else None,
        }  # fmt: skip


# --- what would be forgotten


def _leads(actor: Actor, member: int) -> dict[str, Any] | None:
    """New leads that nobody has spoken with, the oldest first."""
    seen = _seen(actor, "crm.lead")
    if seen is None:
        return None
    new = seen.filter(owner=member, status=Lead.Status.NEW)
    return {
        "count": new.count(),
        "rows": [
            {"id": row.pk, "label": row.name, "since": row.created_at.isoformat()}
            for row in new.order_by("created_at", "pk")[:5]
        ],
    }


def _quotes(actor: Actor, member: int, today: date) -> dict[str, Any] | None:
    """Quotes that end soon without an answer."""
    seen = _seen(actor, "crm.quote")
    if seen is None:
        return None
    ending = seen.filter(
        owner=member, status=Quote.Status.SENT, valid_until__range=(today, today + timedelta(days=SOON))
    )
    return {
        "count": ending.count(),
        "rows": [
            {"id": row.pk, "label": row.number, "party": str(row.party), "until": row.valid_until.isoformat()}
            for row in ending.select_related("party").order_by("valid_until", "pk")[:5]
        ],
    }


def _cards(actor: Actor, member: int) -> dict[str, Any] | None:
    """Cards without a next step, those of the best customers first."""
    if _seen(actor, "crm.customer_card") is None:
        return None
    entity = registry().entities["crm.customer_card"]
    seen: QuerySet[Any] = visible(actor, entity, customer_card_list(actor=actor))
    loose = seen.filter(
        party__owner=member, next_on__isnull=True
    ).exclude(step="resting")  # fmt: skip
    best = loose.select_related("party").order_by("-worth", "pk")[:5]
    return {
        "count": loose.count(),
        "rows": [{"id": row.pk, "party": {"id": row.party_id, "label": str(row.party)}} for row in best],
    }


def _pool(actor: Actor, member: int, today: date) -> dict[str, Any] | None:
    """Customers that go back to the pool soon."""
    if _seen(actor, "crm.pool_customer") is None:
        return None
    seen = visible(actor, registry().entities["shared.party"], Party.objects.all())
    leaving = PoolCustomer.objects.filter(
        party__in=seen.filter(owner=member).order_by().values("pk"), recycle_on__lte=today + timedelta(days=SOON)
    )
    return {
        "count": leaving.count(),
        "rows": [
            {"party": {"id": row.party_id, "label": str(row.party)}, "on": row.recycle_on.isoformat()}
            for row in leaving.select_related("party").order_by("recycle_on", "pk")[:5]
            if row.recycle_on is not None
        ],
    }
