"""Quotes that go beyond what their author may offer: asked for, approved, refused, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Quote, QuoteApproval, QuoteLine
from modules.crm.selectors.quote_limits import quote_weigh
from modules.shared.data.errors import ApprovalNeeded
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.notifications.services import notify
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

State, Approval = QuoteApproval.State, Quote.Approval
APPROVES = "crm.quote.approve"


def need_approval(actor: Actor, quote: Quote, rows: Sequence[QuoteLine]) -> None:
    """Raises ApprovalNeeded where the actor may not offer this alone and nobody has approved it."""
    weighed = quote_weigh(actor, quote, rows)
    if weighed.beyond:
        raise ApprovalNeeded(_("This goes beyond what you may offer alone: ask for approval"), beyond=weighed.beyond)


@service("crm.quote.send")
def quote_request(*, actor: Actor, quote: Quote, reason: str = "") -> Quote:
    """Asks whoever may to approve a draft as it stands; they are told. Raises StateRefused, Invalid."""
    quote = _locked(quote)
    if quote.status != Quote.Status.DRAFT or quote.approval == Approval.ASKED:
        raise StateRefused(_("Approval is asked for once, and for drafts only"))
    rows = _rows(quote)
    if not rows:
        raise Invalid.field("lines", _("A quote needs at least one line"), "required")
    weighed = quote_weigh(actor, quote, rows)
    if not weighed.beyond:
        raise StateRefused(_("You may offer this without asking anybody"))
    QuoteApproval(
        quote=quote, by=actor.label[:120], asked_by_id=actor.member_id, reason=reason.strip()[:500],
        beyond=weighed.beyond, amount=weighed.terms.amount, discount=weighed.terms.discount,
        margin_percent=weighed.terms.margin,
    ).save()  # fmt: skip
    quote.approval = Approval.ASKED
    quote.save()
    for member in Member.objects.filter(is_active=True).exclude(pk=actor.member_id or 0).select_related("department"):
        if actor_of(member).can(APPROVES):
            _tell(member, "ask", quote, actor, reason)
    return quote


@service(APPROVES)
def quote_approve(*, actor: Actor, quote: Quote, reason: str = "") -> Quote:
    """The quote may be offered on the terms asked for, or better ones. Nobody approves what they asked for themselves,
    nor beyond their own limits. Raises StateRefused, ApprovalNeeded."""
    quote, asked = _undecided(quote)
    if _own(actor, asked):
        raise StateRefused(_("Nobody approves what they asked for themselves"))
    weighed = quote_weigh(actor, quote, _rows(quote))
    if weighed.beyond:
        raise ApprovalNeeded(_("This goes beyond what you may decide, too"), beyond=weighed.beyond)
    quote.approval = Approval.APPROVED
    quote.save()
    _decided(actor, asked, State.APPROVED, reason)
    return quote


@service(APPROVES)
def quote_refuse(*, actor: Actor, quote: Quote, reason: str = "") -> Quote:
    """Not on these terms, and why. Raises StateRefused, Invalid without a reason."""
    quote, asked = _undecided(quote)
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    if _own(actor, asked):
        raise StateRefused(_("Take it back instead"))
    quote.approval = Approval.REFUSED
    quote.save()
    _decided(actor, asked, State.REFUSED, reason)
    return quote


@service(APPROVES)
def quote_approval_approve(*, actor: Actor, approval: QuoteApproval, reason: str = "") -> QuoteApproval:
    """The same from the list of what waits. Raises StateRefused, ApprovalNeeded."""
    quote_approve(actor=actor, quote=_quote_of(approval), reason=reason)
    return QuoteApproval.objects.get(pk=approval.pk)


@service(APPROVES)
def quote_approval_refuse(*, actor: Actor, approval: QuoteApproval, reason: str = "") -> QuoteApproval:
    """The same from the list of what waits. Raises StateRefused, Invalid without a reason."""
    quote_refuse(actor=actor, quote=_quote_of(approval), reason=reason)
    return QuoteApproval.objects.get(pk=approval.pk)


@service("crm.quote.send")
def quote_withdraw(*, actor: Actor, quote: Quote) -> Quote:
    """Whoever asked takes it back. Raises StateRefused."""
    quote, asked = _undecided(quote)
    if not _own(actor, asked):
        raise StateRefused(_("Only who asked for it takes it back: refuse it instead"))
    _withdrawn(quote, asked)
    quote.save()
    return quote


def approval_follows(actor: Actor, quote: Quote, rows: Sequence[QuoteLine]) -> None:
    """After a draft was changed: a request is taken back, since it asked for something else; what was approved holds
    while the terms are no worse. The quote is not written yet."""
    approval_lapse(quote)
    if (
        quote.approval == Approval.APPROVED and quote_weigh(actor, quote, rows).beyond
    ) or quote.approval == Approval.REFUSED:
        quote.approval = Approval.NONE


def approval_lapse(quote: Quote) -> None:
    """What still waits is not asked any more. The quote is not written yet."""
    if quote.approval == Approval.ASKED:
        asked = quote.approvals.select_for_update().filter(state=State.ASKED).first()
        if asked is not None:
            _withdrawn(quote, asked)


def _withdrawn(quote: Quote, asked: QuoteApproval) -> None:
    asked.state, asked.decided_at = State.WITHDRAWN, timezone.now()
    asked.save()
    quote.approval = Approval.NONE


def _decided(actor: Actor, asked: QuoteApproval, state: str, reason: str) -> None:
    asked.state, asked.decision = state, reason.strip()[:500]
    asked.decided_by, asked.decided_at = actor.label[:120], timezone.now()
    asked.save()
    asker = Member.objects.select_related("department").filter(pk=asked.asked_by_id or 0, is_active=True).first()
    if asker is not None and asker.pk != actor.member_id:
        _tell(asker, "decided", asked.quote, actor, reason)


def _tell(member: Member, kind: str, quote: Quote, actor: Actor, words: str) -> None:
    notify(
        member=member, kind=kind, entity="crm.quote", record_id=quote.pk, label=quote.number, author=actor.label,
        excerpt=words,
    )  # fmt: skip


def _quote_of(approval: QuoteApproval) -> Quote:
    """Raises StateRefused where this request was decided already: a later one is not meant."""
    quote = _locked(approval.quote)
    if QuoteApproval.objects.get(pk=approval.pk).state != State.ASKED:
        raise StateRefused(_("Nobody asks for approval of this quote, or it was decided already"))
    return quote


def _own(actor: Actor, asked: QuoteApproval) -> bool:
    return actor.member_id is not None and actor.member_id == asked.asked_by_id


def _undecided(quote: Quote) -> tuple[Quote, QuoteApproval]:
    quote = _locked(quote)
    asked = quote.approvals.select_for_update(of=("self",)).filter(state=State.ASKED).first()
    if asked is None:
        raise StateRefused(_("Nobody asks for approval of this quote, or it was decided already"))
    asked.quote = quote
    return quote, asked


def _locked(quote: Quote) -> Quote:
    rows = Quote.objects.select_for_update(of=("self",))
    return rows.select_related("department", "price_list").get(pk=quote.pk)


def _rows(quote: Quote) -> list[QuoteLine]:
    return list(quote.lines.select_related("product").order_by("position", "id"))
