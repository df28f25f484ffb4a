"""The course of an inquiry: sending it, giving more time, opening the answers, asking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Inquiry, InquiryEvent, InquirySupplier
from modules.inventory.services.entered import entered_key
from modules.inventory.services.inquiries import costs_set, event_record, inquiry_locked, supplier_ask
from modules.inventory.services.inquiry_answers import answers_open
from modules.inventory.services.lines import rows_of
from modules.inventory.services.supplier_mails import mail_later
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

Status, Kind = Inquiry.Status, InquiryEvent.Kind


@service("inventory.inquiry.update")
def inquiry_send(*, actor: Actor, inquiry: Inquiry, closes_at: datetime | None = None) -> Inquiry:
    """Asks every supplier of the draft, by mail with a link where it has an address. Raises StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status != Status.DRAFT:
        raise StateRefused(_("It was sent already"))
    if not row.lines.exists():
        raise Invalid.field("lines", _("An inquiry needs at least one line"), "required")
    asked = list(row.suppliers.select_for_update().order_by("pk"))
    if not asked:
        raise Invalid.field("suppliers", _("Choose whom to ask"), "required")
    row.closes_at = _later_than_now(closes_at or row.closes_at)
    row.status, row.sent_at = Status.SENT, timezone.now()
    row.save()
    event_record(actor, row, Kind.SENT)
    _ask_now(actor, row, asked, "inquiry")
    return row


@service("inventory.inquiry.update")
def inquiry_invite(*, actor: Actor, inquiry: Inquiry, supplier: Any, email: str = "") -> Inquiry:
    """One more supplier, also while answers come in. Raises StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status not in (Status.DRAFT, Status.SENT):
        raise StateRefused(_("Suppliers are invited before an inquiry is opened"))
    asked = supplier_ask(row, {"supplier": supplier, "email": email}, "suppliers.0")
    if row.status == Status.SENT:
        _ask_now(actor, row, [asked], "inquiry")
    return row


@service("inventory.inquiry.update")
def inquiry_costs(*, actor: Actor, inquiry: Inquiry, suppliers: Sequence[Mapping[str, Any]]) -> Inquiry:
    """Our own freight and duty for suppliers that are asked (`[{"supplier", "freight", "duty_percent"}]`); estimates
    may become better until the award. Raises StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status in (Status.AWARDED, Status.CANCELLED):
        raise StateRefused(_("It is awarded or cancelled already"))
    there = {x.supplier_id: x for x in row.suppliers.select_for_update().order_by("pk")}
    for index, given in enumerate(rows_of(suppliers, "suppliers")):
        at = f"suppliers.{index}"
        asked = there.get(entered_key(given.get("supplier"), f"{at}.supplier") or 0)
        if asked is None:
            raise Invalid.field(f"{at}.supplier", _("This supplier is not asked"), "unknown")
        costs_set(asked, given, at)
        asked.save()
    return row


@service("inventory.inquiry.update")
def inquiry_extend(*, actor: Actor, inquiry: Inquiry, closes_at: datetime, reason: str = "") -> Inquiry:
    """More time for answers. Never less: that would open them early by another name. Raises StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status != Status.SENT:
        raise StateRefused(_("Only an inquiry that collects answers is given more time"))
    if row.closes_at is not None and closes_at <= row.closes_at:
        raise Invalid.field("closes_at", _("The time can be made longer, not shorter"), "range")
    before, row.closes_at = row.closes_at, _later_than_now(closes_at)
    row.save()
    said = f"{before:%Y-%m-%d %H:%M} → {row.closes_at:%Y-%m-%d %H:%M} UTC"
    event_record(actor, row, Kind.EXTENDED, words=f"{said} {reason}".strip())
    mail_later("inquiry_extended", row.suppliers.exclude(status=InquirySupplier.Status.DECLINED))
    return row


@service("inventory.inquiry.update")
def inquiry_open(*, actor: Actor, inquiry: Inquiry, reason: str = "") -> Inquiry:
    """Lets the figures be read; from now on this round takes no answers. Before the time it needs
    inventory.inquiry.open_early and a reason, which stays in its history. Raises StateRefused, Forbidden, Invalid,
    MissingRate."""
    row = inquiry_locked(inquiry)
    if row.status != Status.SENT or row.closes_at is None:
        raise StateRefused(_("Only an inquiry that collects answers is opened"))
    early = timezone.now() < row.closes_at
    if early:
        actor.require("inventory.inquiry.open_early")
        if not reason.strip():
            raise Invalid.field("reason", _("Say why it is opened before the time"), "required")
    answers_open(row)
    row.status, row.opened_at = Status.OPENED, timezone.now()
    row.save()
    event_record(actor, row, Kind.OPENED_EARLY if early else Kind.OPENED, words=reason)
    return row


@service("inventory.inquiry.update")
def inquiry_new_round(
    *, actor: Actor, inquiry: Inquiry, closes_at: datetime, reveals: str = "nothing", suppliers: Any = None,
    reason: str = "",
) -> Inquiry:  # fmt: skip
    """Asks again, all suppliers or some of them (ids), and tells each what `reveals` says of the round before; who does
    not answer stands by its last offer. Raises StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status != Status.OPENED:
        raise StateRefused(_("A new round begins when the one before was opened"))
    if reveals not in Inquiry.Reveals.values:
        raise Invalid.field("reveals", _("Not one of the choices"), "invalid_choice")
    chosen = {key_of(x) for x in suppliers} if suppliers else None
    asked = [
        x
        for x in row.suppliers.select_for_update().order_by("pk")
        if x.status != InquirySupplier.Status.DECLINED and (chosen is None or x.supplier_id in chosen)
    ]
    if not asked:
        raise Invalid.field("suppliers", _("Choose whom to ask"), "required")
    row.closes_at, row.reveals = _later_than_now(closes_at), reveals
    row.status, row.opened_at, row.round = Status.SENT, None, row.round + 1
    row.save()
    told = Inquiry.Reveals(reveals).label
    event_record(actor, row, Kind.ROUND, words=f"{told} {reason}".strip())
    _ask_now(actor, row, asked, "inquiry_round")
    return row


def _ask_now(actor: Actor, row: Inquiry, asked: Sequence[InquirySupplier], mail: str) -> None:
    for one in asked:
        one.round, one.status = row.round, InquirySupplier.Status.WAITING
        one.save()
        event_record(actor, row, Kind.INVITED, asked=one)
    mail_later(mail, asked)


def _later_than_now(closes_at: datetime | None) -> datetime:
    if closes_at is None:
        raise Invalid.field("closes_at", _("Say until when suppliers can answer"), "required")
    if timezone.is_naive(closes_at):
        closes_at = closes_at.replace(tzinfo=current().now().tzinfo)
    if closes_at <= timezone.now():
        raise Invalid.field("closes_at", _("The time for answers lies in the future"), "range")
    return closes_at
