"""Vouchers before they are posted: kept, posted, and posted again every so many months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.models import JournalEntry, Voucher
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor, system
from tenon.problems import Invalid, Problem, StateRefused
from tenon.records.service import service
from tenon.records.services.record import record_create, record_delete, record_update
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ENTITY = "finance.voucher"
MOST_LINES = 1000
REFS = ("account", "party", "product", "department", "sales_order")
TEXTS = {"debit": 40, "credit": 40, "currency": 3, "rate": 40, "narration": 200}


@service("finance.voucher.create")
def voucher_create(*, actor: Actor, data: dict[str, Any]) -> Voucher:
    """A draft, a template or a recurring voucher. Raises Invalid."""
    made = record_create(actor=actor, entity=registry().entities[ENTITY], data=_checked(data, None))
    assert isinstance(made, Voucher)
    return made


@service("finance.voucher.update")
def voucher_update(*, actor: Actor, voucher: Voucher, data: dict[str, Any]) -> Voucher:
    """Changes what is not posted. Raises StateRefused, Invalid."""
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    if voucher.status == Voucher.Status.POSTED:
        raise StateRefused(_("This draft is posted: reverse its entry"))
    voucher.problem = ""
    record_update(actor=actor, entity=registry().entities[ENTITY], record=voucher, data=_checked(data, voucher))
    return voucher


@service("finance.voucher.delete")
def voucher_delete(*, actor: Actor, voucher: Voucher) -> None:
    """Gone, unless it is posted: then it says where its entry came from. Raises StateRefused."""
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    if voucher.entry_id is not None:
        raise StateRefused(_("It has been posted and stays"))
    record_delete(actor=actor, entity=registry().entities[ENTITY], record=voucher)


@service("finance.journal_entry.create")
def voucher_post(*, actor: Actor, voucher: Voucher, on: date | None = None) -> Voucher:
    """A draft becomes an entry, once. A template or recurring one is posted for the day and stays. Raises StateRefused,
    Invalid, Unbalanced, PeriodClosed."""
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    if voucher.status != Voucher.Status.OPEN:
        raise StateRefused(_("This draft is posted: reverse its entry"))
    draft = voucher.kind == Voucher.Kind.DRAFT
    day = on or (voucher.entry_date if draft else None) or current().today()
    voucher.entry = _post(actor, voucher, day)
    voucher.problem = ""
    if draft:
        voucher.status, voucher.entry_date = Voucher.Status.POSTED, day
    voucher.save()
    return voucher


@service("finance.journal_entry.create")
def voucher_repeat(*, actor: Actor, voucher: Voucher, until: date) -> int:
    """Posts every turn of a recurring voucher that is due by `until`. Returns how many entries it posted. Raises what
    posting raises; nothing of this voucher is posted then."""
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    done = 0
    while (
        voucher.kind == Voucher.Kind.RECURRING and voucher.status == Voucher.Status.OPEN
        and voucher.next_on is not None and voucher.next_on <= until
    ):  # fmt: skip
        voucher.entry = _post(actor, voucher, voucher.next_on)
        done += 1
        if voucher.reverses:
            journal_entry_reverse(actor=actor, entry=voucher.entry, on=first_of_next_month(voucher.next_on))
            done += 1
        voucher.next_on = months_later(voucher.next_on, voucher.every_months)
        if voucher.ends_on is not None and voucher.next_on > voucher.ends_on:
            voucher.status = Voucher.Status.ENDED
    voucher.problem = ""
    voucher.save()
    return done


@service()
def voucher_note_problem(*, actor: Actor, voucher: Voucher, problem: str) -> None:
    """Why a recurring voucher was not posted: the closing desk shows it."""
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    if voucher.problem != problem[:400]:
        voucher.problem = problem[:400]
        voucher.save(update_fields={"problem"})


def vouchers_nightly() -> int:
    """The job: every recurring voucher that is due, each in its own transaction; one that cannot be posted keeps none
    of the others."""
    today, actor, done = current().today(), system("recurring vouchers"), 0
    due = Voucher.objects.filter(kind=Voucher.Kind.RECURRING, status=Voucher.Status.OPEN, next_on__lte=today)
    for voucher in due.order_by("next_on", "pk"):
        try:
            done += voucher_repeat(actor=actor, voucher=voucher, until=today)
        except Problem as problem:
            voucher_note_problem(actor=actor, voucher=voucher, problem=str(problem))
    return done


def first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of a month stays the last of a month."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    last = first_of_next_month(first) - timedelta(days=1)
    month_end = (day + timedelta(days=1)).day == 1
    return last if month_end else first.replace(day=min(day.day, last.day))


def _post(actor: Actor, voucher: Voucher, day: date) -> JournalEntry:
    lines = [
        {
            **{key: value for key, value in line.items() if key not in ("sales_order",)},
            "sales_order_id": key_of((line.get("sales_order") or {}).get("id")) if line.get("sales_order") else None,
            "in_currency": True,
            **{key: (line[key] or {}).get("id") for key in REFS[:4] if line.get(key)},
        }
        for line in voucher.lines
    ]
    return journal_entry_post(actor=actor, lines=lines, entry_date=day, narration=voucher.narration)


def _checked(data: dict[str, Any], voucher: Voucher | None) -> dict[str, Any]:
    """What was typed, with nothing in it that is not known here. Raises Invalid."""
    kind = data.get("kind") or (voucher.kind if voucher else Voucher.Kind.DRAFT)
    next_on = data.get("next_on", voucher.next_on if voucher else None)
    if kind == Voucher.Kind.RECURRING and not next_on:
        raise Invalid.field("next_on", _("Say when it is posted next"), "required")
    name = data.get("name", voucher.name if voucher else "")
    if kind != Voucher.Kind.DRAFT and not name:
        raise Invalid.field("name", _("Give it a name to find it by"), "required")
    return {**data, "lines": _lines(data["lines"])} if data.get("lines") is not None else data


def _lines(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_LINES:
        raise Invalid.field("lines", _("This must be a list."), "invalid")
    out = []
    for index, line in enumerate(given):
        if not isinstance(line, Mapping):
            raise Invalid.field(f"lines.{index}", _("This must be an object."), "invalid")
        kept: dict[str, Any] = {}
        for key in REFS:
            ref = line.get(key)
            if isinstance(ref, Mapping) and isinstance(ref.get("id"), int) and 0 < ref["id"] < 2**63:
                kept[key] = {"id": ref["id"], "label": str(ref.get("label") or "")[:200]}
        for key, length in TEXTS.items():
            if line.get(key) not in (None, ""):
                kept[key] = str(line[key]).replace("\x00", "")[:length]
        out.append(kept)
    return out
