"""Carrying a handover out: in steps that can be found done, so that it goes on where a crash left it.

Each step is a transaction of some hundred rows; all of them carry the handover's name in the audit trail, and the
same note of who asked. What is moved no longer belongs to the leaver, so nothing needs to be remembered to go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.handover.events import MemberHandedOver
from tenon.handover.models import Handover, HandoverItem
from tenon.handover.selectors.owned import Kind, kinds, labelled, matching
from tenon.handover.services.leaving import end_access
from tenon.jobs.progress import Progress
from tenon.records.service import acting, publish, touch_ids

STEP = 500


@dataclass(frozen=True)
class Share:
    """Rows of one kind that go to one heir. `closed_too`: also what is over already."""

    kind: Kind
    heir_id: int
    closed_too: bool
    match: Callable[[QuerySet[Any]], QuerySet[Any]]


def shares(actor: Actor, handover: Handover) -> list[Share]:
    """Who takes what, the most particular first: named records, then rules, then whole kinds, then the rest. Rows of an
    earlier share have changed hands when a later one looks."""
    found: list[Share] = []
    for kind in kinds():
        rules = [r for r in handover.plan if r["entity"] == kind.key]
        rules.sort(key=lambda r: 0 if r.get("ids") is not None else 1 if r.get("filters") else 2)
        for rule in [*rules, {"to": handover.heir_id}]:
            # Records that somebody picked one by one go, open or not.
            closed = "move" if rule.get("ids") is not None else rule.get("closed") or handover.closed
            found.append(Share(kind, rule["to"], closed == "move", _match(actor, kind, rule)))
    return found


def _match(actor: Actor, kind: Kind, rule: dict[str, Any]) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    def match(rows: QuerySet[Any]) -> QuerySet[Any]:
        if rule.get("ids") is not None:
            return rows.filter(pk__in=rule["ids"])
        if rule.get("filters"):
            chosen = matching(actor, kind, kind.model._default_manager.all(), rule["filters"])
            return rows.filter(pk__in=chosen.order_by().values("pk"))
        return rows

    return match


def handover_run(*, actor: Actor, progress: Progress, handover_id: int) -> dict[str, Any]:
    """The job. Ends access when its moment has come, moves what is to be moved, and writes the sums down."""
    handover = Handover.objects.select_related("member", "heir").get(pk=handover_id)
    if handover.state in (Handover.State.DONE, Handover.State.CANCELLED):
        if handover.state == Handover.State.CANCELLED or not handover.items.exclude(failed="").exists():
            return {"handover": handover.pk}
        handover.items.exclude(failed="").delete()  # another try
    actor = replace(actor, request_id=handover.request_id)
    if handover.ends_at is not None and handover.ended_at is None and handover.ends_at <= timezone.now():
        with acting(actor, unlocked=True):
            handover = Handover.objects.select_for_update().select_related("member", "heir").get(pk=handover_id)
            if handover.ended_at is None:
                end_access(actor, handover)
    if handover.move_now or handover.ended_at is not None or handover.ends_at is None:
        _move_all(actor, handover, progress)
        if handover.ended_at is not None or handover.ends_at is None:
            _finish(actor, handover)
    progress(1, 1)
    return {"handover": handover.pk}


def _move_all(actor: Actor, handover: Handover, progress: Progress) -> None:
    todo = shares(actor, handover)
    total = max(1, sum(k.of(handover.member_id).count() for k in kinds()))
    done = 0
    for share in todo:
        while moved := _step(actor, handover, share):
            done += moved
            progress(min(done, total - 1), total, share.kind.label)


def _failed(handover: Handover, kind: Kind) -> Exists:
    mine = HandoverItem.objects.filter(handover=handover, entity=kind.key, record_id=OuterRef("pk"))
    return Exists(mine.exclude(failed=""))


def _step(actor: Actor, handover: Handover, share: Share) -> int:
    """Moves some hundred rows. Returns how many were dealt with."""
    kind = share.kind
    with acting(actor, unlocked=True):
        rows = share.match(kind.of(handover.member_id)).exclude(_failed(handover, kind))
        if not share.closed_too:
            rows = rows.filter(kind.still_open)
        # Not as a subquery: where the database knows nothing of a fresh table yet, it would look for these once for
        # every row.
        ids = list(dict.fromkeys(rows.values_list("pk", flat=True)[:STEP]))
        if not ids:
            return 0
        locked = kind.model._default_manager.select_for_update().filter(pk__in=ids, **{f"{kind.owner}_id": handover.member_id})  # noqa: E501  # fmt: skip
        ids = list(locked.order_by("pk").values_list("pk", flat=True))
        try:
            with transaction.atomic():
                _move(actor, handover, share, ids)
        except DatabaseError:
            for pk in ids:  # something among them refuses: each by itself, and that one is named in the report
                try:
                    with transaction.atomic():
                        _move(actor, handover, share, [pk])
                except DatabaseError as error:
                    _note(handover, share, [pk], failed=str(error).partition("\n")[0][:300])
    return len(ids)


def _move(actor: Actor, handover: Handover, share: Share, ids: list[int]) -> None:
    kind = share.kind
    _note(handover, share, ids)
    rows = kind.model._default_manager.filter(pk__in=ids)
    changes: dict[str, Any] = {f"{kind.owner}_id": share.heir_id}
    names = {f.attname for f in kind.model._meta.concrete_fields}
    if "version" in names:
        changes |= {"version": F("version") + 1, "changed_at": timezone.now(), "changed_by_id": actor.member_id}
    heir_department = Member.objects.filter(pk=share.heir_id).values_list("department_id", flat=True).first()
    if kind.department and heir_department is not None and handover.member.department_id is not None:
        # What stood in the leaver's department follows the heir into theirs; what was put elsewhere stays there.
        moving = rows.filter(**{f"{kind.department}_id": handover.member.department_id})
        moving.update(**changes, **{f"{kind.department}_id": heir_department})
        rows = rows.filter(**{f"{kind.owner}_id": handover.member_id})
    rows.update(**changes)
    touch_ids(kind.model, "update", set(ids))


def _note(handover: Handover, share: Share, ids: list[int], failed: str = "") -> None:
    kind = share.kind
    rows = kind.model._default_manager.filter(pk__in=ids)
    still = set(rows.filter(kind.still_open).values_list("pk", flat=True))
    HandoverItem.objects.bulk_create(
        [
            HandoverItem(
                handover=handover, entity=kind.key, record_id=pk, label=label, was_open=pk in still,
                heir_id=None if failed else share.heir_id, failed=failed,
            )
            for pk, label in labelled(kind, rows.order_by("pk"))
        ]
    )  # fmt: skip


def _finish(actor: Actor, handover: Handover) -> None:
    """The people who reported to the leaver, the sums, the event."""
    with acting(actor, unlocked=True):
        handover = Handover.objects.select_for_update().select_related("member", "heir").get(pk=handover.pk)
        reports = Member.objects.select_for_update().filter(manager_id=handover.member_id).order_by("pk")
        moved = 0
        for report in reports if handover.ends_at is not None else ():
            # Whoever takes over cannot report to itself: then to whom the leaver reported.
            report.manager_id = handover.heir_id if report.pk != handover.heir_id else handover.member.manager_id
            report.save()
            moved += 1
        kept = {
            kind.key: n
            for kind in kinds()
            if (n := kind.of(handover.member_id).exclude(_failed(handover, kind)).count())
        }
        handover.figures = {
            **handover.figures,
            "reports": handover.figures.get("reports", 0) + moved,
            "moved": handover.items.filter(failed="").count(),
            "failed": handover.items.exclude(failed="").count(),
            "kept": kept,
        }
        handover.state, handover.done_at = Handover.State.DONE, timezone.now()
        handover.save()
        publish(MemberHandedOver(handover.pk, handover.member_id, handover.heir_id, int(handover.figures["moved"])))
