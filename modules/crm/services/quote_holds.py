"""What is held for a quote until a day (报价锁货), stock and what making the rest takes: it comes to the order, or is
free again by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.crm.models import Quote, QuoteLine
from modules.shared.contracts.holding import PromiseHolds
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockReservation
from modules.shared.data.models import Product
from modules.shared.data.selectors.promise_words import steps_out
from modules.shared.data.services.line_writing import lines_write, snapshot
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
OPEN = (Quote.Status.DRAFT, Quote.Status.SENT)


def head_of(quote: Quote) -> RecordRef:
    return RecordRef("crm.quote", quote.pk, quote.number)


@service("crm.quote.hold")
def quote_hold(*, actor: Actor, quote: Quote, until: date | None = None, by: date | None = None) -> Quote:
    """Locks what is free for the lines of an open quote, as far as it is there, up to and including a day; without one,
    as long as the quote is valid. Where production promises by capacity it holds, too, what making the rest takes:
    material and the time of machines; the lines then say the days that are held. `by`: only if all of it can be there
    by that day. Asked again, it takes what has come in since, to the new day. Raises StateRefused, Invalid."""
    quote = Quote.objects.select_for_update().get(pk=quote.pk)
    reservation = find(StockReservation)
    if reservation is None or quote.status not in OPEN:
        raise StateRefused(_("Stock is held for open quotes"))
    last = until or quote.valid_until
    if not current().today() <= last <= quote.valid_until:
        raise Invalid.field("until", _("A hold ends between today and the last day of the quote"), "range")
    demands = demands_of(quote, last)
    held = reservation.hand_over(actor=actor, head=head_of(quote), demands=demands)
    missing = [replace(d, quantity=d.quantity - held.get(d.line.id, ZERO)) for d in demands]
    answers = reservation.reserve(actor=actor, demands=[d for d in missing if d.quantity > 0])
    kept = _promises_kept(actor, quote, demands, by)
    if not held and not kept and not any(answer.reserved for answer in answers):
        raise StateRefused(_("Nothing of what is quoted is free in stock now"))
    quote.held_until = last
    quote.save()
    return quote


def _promises_kept(actor: Actor, quote: Quote, demands: Sequence[Demand], by: date | None) -> bool:
    """Whether anything is held beside stock. The lines say the days that are held, with what they stand on."""
    holds = find(PromiseHolds)
    answers = {p.line.id: p for p in holds.hold(actor=actor, demands=demands)} if holds is not None else {}
    late = sorted(p.on for p in answers.values() if by is not None and p.on is not None and p.on > by)
    if late or (by is not None and any(p.on is None for p in answers.values())):
        raise StateRefused(
            _("It can be there on %(day)s only: somebody else holds what was free") % {"day": late[-1]}
            if late else _("Nobody can say any more when it can be there")
        )  # fmt: skip
    rows = [row for row in quote.lines.order_by("position", "id") if row.pk in answers]
    before = snapshot(rows)
    for row in rows:
        answer = answers[row.pk]
        row.promised_on, row.stands_on = answer.on, steps_out(answer.steps)
    if rows:
        lines_write(QuoteLine, before, rows, parent="quote")
        days = [row.promised_on for row in quote.lines.all() if row.counts]
        known = [day for day in days if day is not None]
        quote.promised_on = max(known) if known and len(known) == len(days) else None
    return any(p.on is not None for p in answers.values())


@service("crm.quote.hold")
def quote_release(*, actor: Actor, quote: Quote) -> Quote:
    """Lets go of what is held for the quote. Raises StateRefused when nothing is."""
    quote = Quote.objects.select_for_update().get(pk=quote.pk)
    if quote.held_until is None:
        raise StateRefused(_("Nothing is held for this quote"))
    hold_pass_on(actor, quote)
    quote.save()
    return quote


def hold_pass_on(actor: Actor, quote: Quote, successor: Quote | None = None) -> None:
    """What a quote holds goes to its next version, as far as that still wants it, or is free. The caller writes the
    quotes."""
    reservation = find(StockReservation)
    if quote.held_until is None or reservation is None:
        return
    demands = demands_of(successor, quote.held_until) if successor is not None else []
    reservation.hand_over(actor=actor, head=head_of(quote), demands=demands)
    if (holds := find(PromiseHolds)) is not None:
        holds.hand_over(actor=actor, head=head_of(quote), demands=demands)
    if successor is not None:
        successor.held_until = quote.held_until
    quote.held_until = None


def hold_fit(actor: Actor, quote: Quote) -> None:
    """After its lines changed, a quote holds no more than they want."""
    reservation = find(StockReservation)
    if quote.held_until is not None and reservation is not None:
        demands = demands_of(quote, quote.held_until)
        reservation.hand_over(actor=actor, head=head_of(quote), demands=demands)
        if (holds := find(PromiseHolds)) is not None:
            holds.hand_over(actor=actor, head=head_of(quote), demands=demands)


def demands_of(quote: Quote, until: date) -> list[Demand]:
    rows = quote.lines.select_related("product").exclude(optional=True, chosen=False).order_by("position", "id")
    return [
        Demand(
            line=RecordRef("crm.quote_line", row.pk, f"{quote.number} / {row.position}"),
            product_id=row.product_id,
            quantity=row.base_quantity,
            needed_on=row.requested_on or quote.requested_on,
            head=head_of(quote),
            until=until,
        )
        for row in rows
        if row.product.kind == Product.Kind.GOODS
    ]
