"""Settlements: cash discount, small difference, bad debt, netting. Posted at once within the company's limits, else
when somebody with the right approves.

Locks: the settlement, then its invoices in key order, then the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.errors import OverAllocated
from modules.finance.models import Invoice, Settlement, SettlementPolicy
from modules.finance.rules.settling import DiscountTerms, discount_agreed, discount_exceeds
from modules.finance.services.settlement_posting import netting_post, settlement_post
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
SERIES = "STL"
Kind, Status = Settlement.Kind, Settlement.Status


@service("finance.settlement.create")
def settlement_create(
    *,
    actor: Actor,
    kind: str,
    invoice: Any = None,
    party: Any = None,
    amount: Decimal | str | None = None,
    settled_on: date | None = None,
    currency: str = "",
    reason: str = "",
    owner: Any = None,
    department: Any = None,
    custom: Mapping[str, Any] | None = None,
) -> Settlement:
    """Settles `amount` of an invoice; without an amount a discount is what was agreed and is left, everything else
    what is open. Of a netting `party` is named instead, and `amount` goes on both sides, oldest due first. What exceeds
    the limits, and every bad debt, waits for approval. Raises Invalid, StateRefused, OverAllocated, PeriodClosed,
    MissingRule."""
    if kind not in Kind.values:
        raise Invalid.field("kind", _("Choose what kind of settlement it is"), "unknown")
    on = settled_on or current().today()
    if on > current().today():
        raise Invalid.field("settled_on", _("A settlement does not lie in the future"), "range")
    asked = _number(amount)
    common = {
        "reason": reason, "settled_on": on, "custom": dict(custom or {}), "owner_id": key_of(owner),
        "department_id": key_of(department),
    }  # fmt: skip
    if kind == Kind.NETTING:
        return _netting(actor, key_of(party), asked, currency or current().currency, common)
    found = Invoice.objects.select_for_update(of=("self",)).filter(pk=_key(invoice)).first()
    if found is None:
        raise Invalid.field("invoice", _("There is no such invoice"), "unknown")
    _check_side(actor, found)
    if found.is_credit or not found.is_open:
        raise StateRefused(_("Only an invoice that is open can be settled"))
    if kind == Kind.BAD_DEBT and not found.is_sales:
        raise Invalid.field("kind", _("Only what a customer owes can be a bad debt"), "invalid")
    if on < found.issued_on:
        raise Invalid.field("settled_on", _("A settlement is not before its invoice"), "range")
    policy = SettlementPolicy.objects.filter(currency=found.currency).first() or SettlementPolicy()
    value = _amount(found, kind, asked)
    settlement = Settlement(
        number=next_number(SERIES), kind=kind, party_id=found.party_id, invoice=found, currency=found.currency,
        amount=value, exceeds=_exceeds(found, kind, value, on, policy),
        **{**common, "owner_id": common["owner_id"] or found.owner_id,
           "department_id": common["department_id"] or found.department_id},
    )  # fmt: skip
    settlement.save()
    if not settlement.exceeds:
        settlement_post(actor, settlement, found)
    return settlement


@service("finance.settlement.approve")
def settlement_approve(*, actor: Actor, settlement: Settlement) -> Settlement:
    """proposed → posted. Raises StateRefused where it is decided, OverAllocated where less is open meanwhile."""
    settlement = _locked(settlement)
    if settlement.status != Status.PROPOSED:
        raise StateRefused(_("This settlement does not wait for approval"))
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=settlement.invoice_id or 0)
    if settlement.amount > invoice.open_amount or not invoice.is_open:
        raise over(invoice, settlement.amount)
    settlement.approved_by_id = actor.member_id
    settlement_post(actor, settlement, invoice)
    return settlement


@service("finance.settlement.approve")
def settlement_reject(*, actor: Actor, settlement: Settlement, reason: str = "") -> Settlement:
    """proposed → rejected. Raises StateRefused."""
    settlement = _locked(settlement)
    if settlement.status != Status.PROPOSED:
        raise StateRefused(_("This settlement does not wait for approval"))
    settlement.status, settlement.approved_by_id = Status.REJECTED, actor.member_id
    settlement.reason = " · ".join(x for x in (settlement.reason, reason) if x)[:500]
    settlement.save()
    return settlement


def over(invoice: Invoice, amount: Decimal) -> OverAllocated:
    return OverAllocated(
        _("%(open)s is open, %(amount)s wanted") % {"open": f"{invoice.open_amount:f}", "amount": f"{amount:f}"},
        open=f"{invoice.open_amount:f}", attempted=f"{amount:f}", invoice=invoice.pk,
    )  # fmt: skip


def _locked(settlement: Settlement) -> Settlement:
    return Settlement.objects.select_for_update(of=("self",)).get(pk=settlement.pk)


def _check_side(actor: Actor, invoice: Invoice) -> None:
    """Whoever settles an invoice may see its side. Raises Forbidden."""
    if not actor.can("finance.receivable.view" if invoice.is_sales else "finance.payable.view"):
        raise Forbidden


def _taken(invoice: Invoice, kind: str) -> Decimal:
    """What stands of this kind already, proposals too: the limit holds for all of them together."""
    rows = Settlement.objects.filter(invoice=invoice, kind=kind, status__in=(Status.PROPOSED, Status.POSTED))
    return rows.aggregate(value=Sum("amount"))["value"] or ZERO


def _terms(invoice: Invoice, policy: SettlementPolicy) -> DiscountTerms:
    return DiscountTerms(
        invoice.discount_percent, invoice.discount_until, policy.grace_days, policy.discount_tolerance
    )  # fmt: skip


def _amount(invoice: Invoice, kind: str, asked: Decimal | None) -> Decimal:
    step = currency_step(invoice.currency)
    if asked is not None and asked % step:
        raise Invalid.field("amount", _("An amount has more decimals than the currency"), "decimals")
    value = asked
    if value is None and kind == Kind.DISCOUNT:
        agreed = discount_agreed(invoice.total, _terms(invoice, SettlementPolicy()), step)
        value = min(agreed - _taken(invoice, kind), invoice.open_amount)
        if value <= 0:
            raise Invalid.field("amount", _("No discount is agreed, or it is taken already: name the amount"), "none")
    value = invoice.open_amount if value is None else value
    if value > invoice.open_amount:
        raise over(invoice, value)
    return value


def _exceeds(invoice: Invoice, kind: str, amount: Decimal, on: date, policy: SettlementPolicy) -> str:
    if kind == Kind.BAD_DEBT:
        return "bad_debt"
    taken = _taken(invoice, kind)
    if kind == Kind.SMALL:
        return "limit" if amount + taken > policy.small_limit else ""
    return discount_exceeds(
        amount, taken, invoice.total, on, _terms(invoice, policy), currency_step(invoice.currency)
    )  # fmt: skip


def _number(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = ZERO
    if not number.is_finite() or number <= 0:
        raise Invalid.field("amount", _("Enter a positive amount"), "min_value")
    return number


def _key(value: Any) -> int:
    try:
        return key_of(value) or 0
    except (TypeError, ValueError):
        return 0


def _netting(
    actor: Actor, party: int | None, asked: Decimal | None, currency: str, common: dict[str, Any]
) -> Settlement:
    """A customer's receivable against what is owed to the same party, in one currency."""
    for code in ("finance.receivable.view", "finance.payable.view"):
        actor.require(code)
    if party is None:
        raise Invalid.field("party", _("Name the party whose receivable and payable are netted"), "required")
    on: date = common["settled_on"]
    rows = (
        Invoice.objects.select_for_update(of=("self",))
        .filter(
            party_id=party, currency=currency, open_amount__gt=0, issued_on__lte=on,
            kind__in=(Invoice.Kind.SALES_INVOICE, Invoice.Kind.PURCHASE_INVOICE),
        )
        .exclude(match=Invoice.Match.BLOCKED)
    )  # fmt: skip
    locked = sorted(rows.order_by("pk"), key=lambda i: (i.next_due_on or i.due_on, i.pk))
    sides = [i for i in locked if i.is_sales], [i for i in locked if not i.is_sales]
    room = min(_open(side) for side in sides)
    if room == 0:
        raise StateRefused(_("The party has nothing open on both sides in this currency"))
    amount = room if asked is None else asked
    if amount % currency_step(currency):
        raise Invalid.field("amount", _("An amount has more decimals than the currency"), "decimals")
    if amount > room:
        raise OverAllocated(
            _("%(open)s is open, %(amount)s wanted") % {"open": f"{room:f}", "amount": f"{amount:f}"},
            open=f"{room:f}", attempted=f"{amount:f}",
        )  # fmt: skip
    first = sides[0][0]
    settlement = Settlement(
        number=next_number(SERIES), kind=Kind.NETTING, party_id=party, currency=currency, amount=amount,
        **{**common, "owner_id": common["owner_id"] or first.owner_id,
           "department_id": common["department_id"] or first.department_id},
    )  # fmt: skip
    settlement.save()
    netting_post(actor, settlement, *sides)
    return settlement


def _open(invoices: Sequence[Invoice]) -> Decimal:
    return sum((i.open_amount for i in invoices), ZERO)
