"""Asking for a handover, and calling it off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.services.guards import OWNER, keep_an_owner, may_hand_out
from tenon.handover.models import Handover
from tenon.handover.selectors.overview import HAND_OVER, handover_members, member_for
from tenon.handover.selectors.owned import kind_of, matching
from tenon.handover.services.leaving import access_until, end_access
from tenon.jobs.services import job_start
from tenon.problems import Conflict, FieldError, Forbidden, Invalid, NotFound, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

RUN = "tenon.handover.services.run.handover_run"
MOST_RULES, MOST_IDS = 200, 5000


@service(HAND_OVER)
def handover_create(
    *,
    actor: Actor,
    member: int,
    heir: int | None = None,
    ends: bool = True,
    last_day: date | None = None,
    move_now: bool = False,
    closed: str = "keep",
    rules: list[dict[str, Any]] | None = None,
    exports_held: bool = True,
    note: str = "",
) -> Handover:
    """Hands over what `member` looks after (离职交接). With `ends` their access ends: at once, or after `last_day` by
    itself. The records follow in the background: at once, or with the end of access unless `move_now`. Raises
    NotFound, Forbidden (oneself, those who hold more, other people's people), Conflict (last owner, another handover
    of theirs), Invalid."""
    leaver = Member.objects.select_for_update().get(pk=member_for(actor, member).pk)
    taker = _heir(leaver, heir)
    later = ends and last_day is not None and last_day >= current().today()
    if ends:
        _may_end(actor, leaver)
    if Handover.objects.filter(member=leaver, state__in=("scheduled", "running")).exists():
        raise Conflict(_("A handover of this member is under way already"))
    if closed not in Handover.Closed.values:
        raise Invalid.field("closed", _("Say keep or move"), "invalid_choice")
    plan = _checked(actor, leaver, rules or [])
    assert last_day is not None or not later
    ends_at = _after(last_day) if later and last_day is not None else timezone.now() if ends else None
    handover = Handover(
        member=leaver, heir=taker, closed=closed, plan=plan, note=note.strip()[:500],
        exports_held=ends and exports_held, last_day=last_day or (current().today() if ends else None), ends_at=ends_at,
        move_now=move_now or not later,
        state=Handover.State.SCHEDULED if later else Handover.State.RUNNING,
    )  # fmt: skip
    handover.save()
    if later and ends_at is not None:
        access_until(leaver, ends_at)
    elif ends:
        end_access(actor, handover)
    if handover.move_now:
        start(actor, handover)
    return handover


@service(HAND_OVER)
def handover_cancel(*, actor: Actor, handover: Handover) -> Handover:
    """Calls off what has not happened yet: the end of access and what would be moved then. Records that were moved
    stay moved. Raises StateRefused, Forbidden."""
    member_for(actor, handover.member_id)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if handover.state != Handover.State.SCHEDULED:
        raise StateRefused(_("Only what is scheduled can be called off"), state=handover.state)
    handover.state, handover.done_at = Handover.State.CANCELLED, timezone.now()
    handover.save()
    access_until(handover.member, None)
    return handover


@service(HAND_OVER)
def handover_resume(*, actor: Actor, handover: Handover) -> Handover:
    """Goes on with one whose worker stopped half-way or that could not move everything. Raises StateRefused,
    Forbidden."""
    member_for(actor, handover.member_id)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    stuck = handover.state == Handover.State.RUNNING
    if not stuck and not handover.items.exclude(failed="").exists():
        raise StateRefused(_("There is nothing left to hand over"), state=handover.state)
    start(actor, handover)
    return handover


def start(actor: Actor, handover: Handover) -> None:
    """Hands the moving to a worker."""
    title = _("Handover of %(name)s") % {"name": handover.member.name}
    job = job_start(actor=actor, kind=RUN, title=title, arguments={"handover_id": handover.pk})
    Handover.objects.filter(pk=handover.pk).update(job_id=job.pk)
    handover.job_id = job.pk


def _heir(leaver: Member, heir: int | None) -> Member:
    found = Member.objects.filter(pk=heir).first() if heir is not None else leaver.manager
    if found is None or found.pk == leaver.pk or not found.is_active:
        raise Invalid.field("heir", _("Choose an active member who takes over"), "required")
    return found


def _may_end(actor: Actor, leaver: Member) -> None:
    """What deactivating checks, also for an end that is still to come."""
    actor.require("access.member.deactivate")
    if actor.member_id == leaver.pk:
        raise Forbidden(_("You cannot deactivate yourself"))
    may_hand_out(actor, list(Role.objects.filter(key__in=leaver.roles)))
    if OWNER in leaver.roles and leaver.is_active:
        keep_an_owner(leaver)


def _after(last_day: date) -> datetime:
    """The moment the last day is over on the company's clocks."""
    midnight = datetime.combine(last_day + timedelta(days=1), datetime.min.time())
    return midnight.replace(tzinfo=ZoneInfo(current().time_zone))


def _checked(actor: Actor, leaver: Member, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules as they are kept. Raises Invalid that names every rule that is wrong."""
    errors: list[FieldError] = []
    kept: list[dict[str, Any]] = []
    if len(rules) > MOST_RULES:
        raise Invalid.field("rules", _("At most %(n)s rules") % {"n": MOST_RULES}, "too_many")
    heirs = set(Member.objects.filter(is_active=True).exclude(pk=leaver.pk).values_list("pk", flat=True))
    for index, rule in enumerate(rules):
        where = f"rules.{index}"
        kind = kind_of(str(rule.get("entity", "")))
        ids, filters, to = rule.get("ids"), rule.get("filters"), rule.get("to")
        if kind is None:
            errors.append(FieldError(f"{where}.entity", "does_not_exist", _("Nobody looks after such records")))
            continue
        if to not in heirs:
            errors.append(FieldError(f"{where}.to", "required", _("Choose an active member who takes over")))
        if rule.get("closed") not in (None, *Handover.Closed.values):
            errors.append(FieldError(f"{where}.closed", "invalid_choice", _("Say keep or move")))
        if ids is not None and len(ids) > MOST_IDS:
            errors.append(FieldError(f"{where}.ids", "too_many", _("At most %(n)s values.") % {"n": MOST_IDS}))
        if filters:
            try:
                str(matching(actor, kind, kind.of(leaver.pk), filters).query)
            except Invalid as invalid:
                errors += [FieldError(f"{where}.filters.{e.field}", e.code, e.message) for e in invalid.errors]
        kept.append({k: rule[k] for k in ("entity", "to", "closed", "ids", "filters") if rule.get(k) is not None})
    if errors:
        raise Invalid(errors=errors)
    return kept


def handovers(actor: Actor) -> Any:
    """Those an actor may follow, the latest first."""
    rows = Handover.objects.select_related("member__department", "heir__department", "created_by").order_by("-id")
    return rows.filter(member__in=handover_members(actor).values("pk"))


def handover_get(*, actor: Actor, handover_id: int) -> Handover:
    """Raises NotFound, Forbidden."""
    found = handovers(actor).filter(pk=handover_id).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]
