"""Quotes: sending, accepting, rejecting, revising."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.errors import QuoteExpired
from modules.crm.models import Opportunity, Quote, QuoteLine, Stage
from modules.crm.services.follow_up import follow_quote, settled
from modules.crm.services.opportunities import opportunity_win
from modules.crm.services.quote_approval import approval_lapse, need_approval
from modules.crm.services.quote_holds import hold_pass_on
from modules.crm.services.quotes import draft_locked, margin_up, price, promise, total_up
from modules.shared.contracts.events import QuoteAccepted
from modules.shared.data.models import SalesOrder
from modules.shared.data.services import sales_order_create
from modules.shared.data.services.line_writing import lines_insert, lines_write, snapshot
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service
from tenon.tenancy.context import current


@service("crm.quote.send")
def quote_send(*, actor: Actor, quote: Quote) -> Quote:
    """draft → sent, with promise dates of today. Raises StateRefused, Invalid, QuoteExpired, ApprovalNeeded."""
    quote = draft_locked(quote)
    rows = list(quote.lines.order_by("position", "id"))
    if not rows:
        raise Invalid.field("lines", _("A quote needs at least one line"), "required")
    _still_valid(quote)
    need_approval(actor, quote, rows)
    approval_lapse(quote)
    before = snapshot(rows)
    promise(quote, rows)
    quote.status, quote.sent_at = Quote.Status.SENT, timezone.now()
    quote.save()
    lines_write(QuoteLine, before, rows, parent="quote")
    follow_quote(quote)
    return quote


@service("crm.quote.decide")
def quote_accept(*, actor: Actor, quote: Quote, options: Sequence[int] = ()) -> SalesOrder:
    """The customer takes it: a draft sales order with the same lines, prices and taxes, and with those optional lines
    (their ids) that were chosen; an open opportunity is won. Twice accepted is once accepted: the second is refused.
    Raises StateRefused, Invalid, QuoteExpired, ApprovalNeeded where it was not sent. Emits QuoteAccepted."""
    rows = Quote.objects.select_for_update(of=("self",)).select_related("party", "department", "price_list")
    quote = rows.get(pk=quote.pk)
    if quote.status not in (Quote.Status.DRAFT, Quote.Status.SENT):
        raise StateRefused(
            _("%(number)s is %(status)s") % {"number": quote.number, "status": quote.get_status_display()}
        )
    lines = list(quote.lines.order_by("position", "id"))
    if not lines:
        raise Invalid.field("lines", _("A quote needs at least one line"), "required")
    _still_valid(quote)
    if quote.status == Quote.Status.DRAFT:
        need_approval(actor, quote, lines)
    lines = _chosen(quote, lines, options)
    order = sales_order_create(
        actor=actor,
        customer=quote.party_id,
        contact=quote.contact_id,
        ordered_on=current().today(),
        requested_on=quote.requested_on,
        currency=quote.currency,
        exchange_rate=quote.exchange_rate,
        payment_term=quote.payment_term,
        price_list=quote.price_list,
        tax_rounding=quote.tax_rounding,
        freight=quote.freight,
        note=quote.note,
        owner=quote.owner_id,
        department=quote.department_id,
        quote_ref={"entity": "crm.quote", "id": quote.pk, "label": quote.number},
        lines=[
            {
                "product": line.product_id, "description": line.description, "quantity": line.quantity,
                "unit": line.unit_id, "unit_price": line.unit_price, "discount": line.discount, "tax": line.tax_id,
                "keep_product": True, "keep_tax": True, "requested_on": line.requested_on, "position": line.position,
                "second_quantity": line.second_quantity, "priced_by_second": line.priced_by_second,
            }
            for line in lines
        ],
    )  # fmt: skip
    approval_lapse(quote)
    quote.status, quote.sales_order, quote.decided_on = Quote.Status.ACCEPTED, order, current().today()
    quote.save()
    settled(quote=quote.pk)
    opportunity = quote.opportunity
    if opportunity is not None and opportunity.state == Opportunity.State.OPEN:
        _win(actor, opportunity, quote.number)
    publish(QuoteAccepted(quote.pk, quote.number, order.pk))
    return order


@service("crm.quote.decide")
def quote_reject(*, actor: Actor, quote: Quote, reason: str = "") -> Quote:
    """The customer declines; the reason is needed. Raises StateRefused, Invalid."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why it was declined"), "required")
    quote = Quote.objects.select_for_update().get(pk=quote.pk)
    if quote.status not in (Quote.Status.DRAFT, Quote.Status.SENT):
        raise StateRefused(
            _("%(number)s is %(status)s") % {"number": quote.number, "status": quote.get_status_display()}
        )
    hold_pass_on(actor, quote)
    approval_lapse(quote)
    quote.status, quote.reason, quote.decided_on = Quote.Status.REJECTED, reason.strip(), current().today()
    quote.save()
    settled(quote=quote.pk)
    return quote


@service("crm.quote.create")
def quote_revise(*, actor: Actor, quote: Quote) -> Quote:
    """The next version as a draft, priced at today's costs; the one before is replaced and stays to be seen.
    Raises StateRefused."""
    quote = Quote.objects.select_for_update().get(pk=quote.pk)
    if quote.status not in (Quote.Status.SENT, Quote.Status.REJECTED):
        raise StateRefused(_("Only a quote that was sent or declined is revised"))
    rows = list(quote.lines.order_by("position", "id"))
    today = current().today()
    fresh = Quote.objects.get(pk=quote.pk)
    fresh.pk, fresh.version = None, 1
    fresh._state.adding = True
    fresh.previous, fresh.revision = quote, quote.revision + 1
    fresh.number = f"{quote.root_number}-{fresh.revision}"
    fresh.held_until, fresh.approval = None, Quote.Approval.NONE
    fresh.status, fresh.sent_at, fresh.decided_on, fresh.reason = Quote.Status.DRAFT, None, None, ""
    fresh.valid_until = today + timedelta(days=max((quote.valid_until - quote.quoted_on).days, 0))
    fresh.quoted_on = today
    for row in rows:
        row.pk, row.version, row.quote, row.chosen = None, 1, fresh, False
        row._state.adding = True
    price(fresh, rows)
    fresh.save()
    lines_insert(rows, parent="quote")
    if quote.held_until is not None:
        hold_pass_on(actor, quote, fresh)
        before = snapshot(rows)
        promise(fresh, rows)  # by what it holds now
        lines_write(QuoteLine, before, rows, parent="quote")
        fresh.save()
    quote.status = Quote.Status.REPLACED
    quote.save()
    settled(quote=quote.pk)
    return fresh


def _chosen(quote: Quote, lines: list[QuoteLine], options: Sequence[int]) -> list[QuoteLine]:
    """The lines the customer takes; the quote comes to what they are. The caller writes it."""
    optional = {line.pk for line in lines if line.optional}
    if wrong := sorted(set(options) - optional):
        raise Invalid.field("options", _("This quote has no such option: %(id)s") % {"id": wrong[0]}, "unknown")
    before = snapshot(lines)
    for line in lines:
        line.chosen = line.pk in set(options)
    taken = [line for line in lines if line.counts]
    if not taken:
        raise Invalid.field("options", _("Choose at least one line"), "required")
    if options:
        total_up(quote, lines)
        margin_up(quote, lines)
    lines_write(QuoteLine, before, lines, parent="quote")
    return taken


def _win(actor: Actor, opportunity: Opportunity, reason: str) -> None:
    has_won_stage = Stage.objects.filter(kind=Stage.Kind.WON, is_active=True).exists()
    if has_won_stage and current().has_feature("crm.opportunities"):
        opportunity_win(actor=actor, opportunity=opportunity, reason=reason)


def _still_valid(quote: Quote) -> None:
    if quote.valid_until < current().today():
        raise QuoteExpired(valid_until=quote.valid_until.isoformat())
