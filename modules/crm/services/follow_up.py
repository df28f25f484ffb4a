"""Activities that rules plan: when something happens, and each morning what silence asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Activity, FollowUpRule, Lead, Quote
from modules.crm.rules.follow_up import planned_day
from modules.crm.selectors.pool import Idle
from modules.crm.selectors.worth import NOT_COUNTED, worths
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor, system
from tenon.problems import Invalid
from tenon.records.service import service
from tenon.tenancy.context import current

FEATURE = "crm.activities"
CATCH_UP = timedelta(days=60)  # deliveries further back are not thought of any more
OPEN_LEADS = (Lead.Status.NEW, Lead.Status.CONTACTED, Lead.Status.QUALIFIED)
BATCH = 200
ZERO = Decimal(0)
Trigger = FollowUpRule.Trigger


@dataclass(frozen=True)
class Occasion:
    """Something that happened to somebody's record, on a day. `source` names it for ever: a rule plans for it once.
    `worth`: of a customer its orders of the year, of a lead what is expected."""

    source: str
    on: date
    owner: int
    department: int | None
    values: dict[str, Any] = field(default_factory=dict)
    worth: Decimal = ZERO


# --- writing rules


@service("crm.follow_up_rule.create")
def follow_up_rule_create(*, actor: Actor, **values: Any) -> FollowUpRule:
    """A rule; without `since`, from today on. Raises Invalid."""
    rule = FollowUpRule()
    values["since"] = values.get("since") or current().today()
    return _write(rule, values)


@service("crm.follow_up_rule.update")
def follow_up_rule_update(*, actor: Actor, rule: FollowUpRule, **values: Any) -> FollowUpRule:
    """Changes a rule; what it has planned stays. Raises Invalid."""
    if "since" in values and values["since"] is None:
        raise Invalid.field("since", _("Say from which day on"), "required")
    return _write(FollowUpRule.objects.select_for_update().get(pk=rule.pk), values)


def _write(rule: FollowUpRule, values: dict[str, Any]) -> FollowUpRule:
    for name, value in values.items():
        if name == "department":
            rule.department_id = key_of(value)
        elif name == "custom":
            rule.custom = {**rule.custom, **(value or {})}
        else:
            setattr(rule, name, value)
    if rule.trigger == Trigger.SILENCE and not rule.after_days:
        raise Invalid.field("after_days", _("After at least one day of silence"), "range")
    if rule.worth_from is not None and rule.worth_below is not None and rule.worth_below <= rule.worth_from:
        raise Invalid.field("worth_below", _("More than where it begins"), "range")
    rule.save()
    return rule


# --- planning when it happens


def follow_lead(lead: Lead) -> None:
    """In the transaction that brought the lead."""
    if current().has_feature(FEATURE) and lead.owner_id:
        _plan(Trigger.LEAD, _of_leads(Lead.objects.filter(pk=lead.pk)))


def follow_quote(quote: Quote) -> None:
    """In the transaction that sent the quote."""
    if current().has_feature(FEATURE) and quote.owner_id:
        _plan(Trigger.QUOTE, _of_quotes(Quote.objects.filter(pk=quote.pk)))


def settled(*, lead: int | None = None, quote: int | None = None) -> int:
    """What rules had planned about a lead or quote that is closed is not needed any more. Returns how much it was."""
    about = Q(lead=lead, rule__trigger=Trigger.LEAD) if lead else Q(quote=quote, rule__trigger=Trigger.QUOTE)
    return _cancel(Activity.objects.filter(about))


def _cancel(rows: QuerySet[Activity]) -> int:
    found = rows.filter(status=Activity.Status.PLANNED).select_for_update(of=("self",)).order_by("pk")
    count = 0
    for row in found:
        row.status, row.outcome = Activity.Status.CANCELLED, row.outcome or str(_("Settled meanwhile"))
        row.save()
        count += 1
    return count


# --- each morning


def follow_ups_daily() -> dict[str, int]:
    """What rules ask for and nobody has planned yet; what was settled goes. Run twice on a day, the second run finds
    nothing. Returns how many activities were planned and how many are not needed any more."""
    actor, done = system("follow_up"), {"planned": 0, "settled": 0}
    done["settled"] = _sweep(actor=actor)
    since = current().today() - CATCH_UP
    for rule in FollowUpRule.objects.filter(is_active=True).select_related("department").order_by("pk"):
        if rule.trigger == Trigger.LEAD:
            found = _of_leads(Lead.objects.filter(status__in=OPEN_LEADS, owner__is_active=True))
        elif rule.trigger == Trigger.QUOTE:
            found = _of_quotes(Quote.objects.filter(status=Quote.Status.SENT, owner__is_active=True))
        elif rule.trigger == Trigger.DELIVERED:
            found = _of_orders(max(since, rule.since))
        else:
            found = _of_silence(rule)
        fresh = _fresh(rule, found)
        for start in range(0, len(fresh), BATCH):
            done["planned"] += _planned_in(actor=actor, rule=rule, occasions=fresh[start : start + BATCH])
    return done


@service("crm.activity.update")
def _sweep(*, actor: Actor) -> int:
    leads = Q(rule__trigger=Trigger.LEAD, lead__isnull=False) & ~Q(lead__status__in=OPEN_LEADS)
    quotes = Q(rule__trigger=Trigger.QUOTE, quote__isnull=False) & ~Q(quote__status=Quote.Status.SENT)
    return _cancel(Activity.objects.filter(leads | quotes))


@service("crm.activity.create")
def _planned_in(*, actor: Actor, rule: FollowUpRule, occasions: list[Occasion]) -> int:
    calendar, today = work_calendar(), current().today()
    idle = Idle(calendar)
    return sum(_make(rule, one, today, calendar, idle) for one in occasions)


# --- what happened


def _day_of(moment: Any) -> date:
    return moment.astimezone(ZoneInfo(current().time_zone)).date()  # type: ignore[no-any-return]


def _of_leads(rows: QuerySet[Lead]) -> list[Occasion]:
    return [
        Occasion(
            f"lead:{row.pk}", _day_of(row.created_at), row.owner_id, row.department_id,
            {"lead_id": row.pk, "party_id": row.party_id}, row.expected_amount or ZERO,
        )
        for row in rows if row.owner_id
    ]  # fmt: skip


def _of_quotes(rows: QuerySet[Quote]) -> list[Occasion]:
    found = [row for row in rows if row.owner_id and row.sent_at]
    worth = worths({row.party_id for row in found})
    return [
        Occasion(
            f"quote:{row.pk}", _day_of(row.sent_at), row.owner_id or 0, row.department_id,
            {"quote_id": row.pk, "party_id": row.party_id, "contact_id": row.contact_id,
             "opportunity_id": row.opportunity_id},
            worth.get(row.party_id, ZERO),
        )
        for row in found
    ]  # fmt: skip


def _of_orders(since: date) -> list[Occasion]:
    """Orders that were delivered to the end since then; of who looks after the order, else after the customer."""
    rows = SalesOrder.objects.filter(
        status__in=(SalesOrder.Status.DELIVERED, SalesOrder.Status.CLOSED), delivered_on__gte=since, is_migrated=False
    ).select_related("customer", "owner", "customer__owner")
    found = []
    for row in rows:
        owner = next((m for m in (row.owner, row.customer.owner) if m is not None and m.is_active), None)
        if owner is not None and row.delivered_on is not None:
            found.append((row, owner.pk))
    worth = worths({row.customer_id for row, _owner in found})
    return [
        Occasion(
            f"order:{row.pk}", row.delivered_on or since, owner, row.department_id,
            {"party_id": row.customer_id, "contact_id": row.contact_id,
             "about": {"entity": "shared.sales_order", "id": row.pk, "label": row.number}},
            worth.get(row.customer_id, ZERO),
        )
        for row, owner in found
    ]  # fmt: skip


def _of_silence(rule: FollowUpRule) -> list[Occasion]:
    """Customers with nothing planned whose last talk, order or beginning is as long ago as the rule says. Nothing
    before the rule's first day counts as silence: a new rule floods nobody."""
    zone, today = ZoneInfo(current().time_zone), current().today()
    planned = Activity.objects.filter(party=OuterRef("pk"), status=Activity.Status.PLANNED)
    rows = Party.objects.filter(
        ~Exists(planned), is_customer=True, is_active=True, merged_into__isnull=True, owner__is_active=True
    ).values_list("pk", "owner", "department", "created_at")
    found = list(rows)
    keys = [row[0] for row in found]
    talked = dict(
        Activity.objects.filter(party__in=keys, status=Activity.Status.DONE)
        .values_list("party").annotate(last=Max(TruncDate("done_at", tzinfo=zone))).order_by()
    )  # fmt: skip
    bought = dict(
        SalesOrder.objects.filter(customer__in=keys).exclude(status__in=NOT_COUNTED)
        .values_list("customer").annotate(last=Max(F("ordered_on"))).order_by()
    )  # fmt: skip
    worth = worths(keys)
    occasions = []
    for pk, owner, department, created in found:
        last = max(day for day in (talked.get(pk), bought.get(pk), _day_of(created), rule.since) if day is not None)
        if last + timedelta(days=rule.after_days) <= today:
            occasions.append(
                Occasion(f"party:{pk}:{last}", last, owner, department, {"party_id": pk}, worth.get(pk, ZERO))
            )
    return occasions


# --- rules meet what happened


def _plan(trigger: str, occasions: list[Occasion]) -> None:
    rules = list(FollowUpRule.objects.filter(trigger=trigger, is_active=True).select_related("department"))
    if not rules:
        return
    calendar, today = work_calendar(), current().today()
    idle = Idle(calendar)
    for rule in rules:
        for one in _fresh(rule, occasions):
            _make(rule, one, today, calendar, idle)


def _fresh(rule: FollowUpRule, occasions: Iterable[Occasion]) -> list[Occasion]:
    """Those the rule is for and has not planned for yet."""
    team = _team_of(rule)
    fit = [
        one for one in occasions
        if one.on >= rule.since
        and (team is None or one.department in team)
        and (rule.worth_from is None or one.worth >= rule.worth_from)
        and (rule.worth_below is None or one.worth < rule.worth_below)
    ]  # fmt: skip
    known = set(
        Activity.objects.filter(rule=rule, source__in=[one.source for one in fit]).values_list("source", flat=True)
    )
    return [one for one in fit if one.source not in known]


def _team_of(rule: FollowUpRule) -> set[int] | None:
    if rule.department is None:
        return None
    below = type(rule.department).objects.filter(path__startswith=rule.department.path)
    return set(below.values_list("pk", flat=True))


def _make(rule: FollowUpRule, one: Occasion, today: date, calendar: Any, idle: Idle) -> int:
    row = Activity(
        rule=rule, source=one.source, kind=rule.kind, subject=rule.subject, note=rule.note, owner_id=one.owner,
        department_id=one.department, **one.values,
        due_on=planned_day(one.on, rule.after_days, today=today, calendar=calendar, away=idle.of(one.owner)),
    )  # fmt: skip
    try:
        with transaction.atomic():  # somebody else may have planned it in the same moment
            row.save()
    except IntegrityError:
        return 0
    return 1
