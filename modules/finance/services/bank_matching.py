"""Matching: bank lines with what is in the ledger, or with what is recorded for them, in one transaction; and back.

The row of the bank account is locked first by whoever reads statements, matches or undoes: one at a time per account.
Then documents and ledger, in the order of payments and allocations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.models import (
    Account,
    BankMatch,
    BankRule,
    CashAccount,
    Invoice,
    JournalEntry,
    JournalLine,
    MatchItem,
    Payment,
    StatementLine,
)  # fmt: skip
from modules.finance.models.account import CONTROLLED
from modules.finance.rules.amounts import round_step
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.services.allocation import allocation_undo, invoices_lock, payment_allocate
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from modules.finance.services.payments import payment_record, payment_reverse
from modules.shared.data.models import Party
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
MOST = 500  # lines, ledger lines or invoices of one match


@dataclass(frozen=True)
class Settled:
    """An invoice of a match: `amount` positive, as it is allocated."""

    invoice: Invoice
    amount: Decimal

    @property
    def effect(self) -> Decimal:
        return self.amount if self.invoice.is_sales else -self.amount


@service("finance.bank_match.create")
def bank_match_make(
    *,
    actor: Actor,
    lines: Sequence[Any],
    ledger: Sequence[Any] = (),
    invoices: Sequence[Mapping[str, Any]] = (),
    on_account: Mapping[str, Any] | None = None,
    postings: Sequence[Mapping[str, Any]] = (),
    confidence: int | None = None,
    reason: str = "",
    automatic: bool = False,
    rule: BankRule | None = None,
) -> BankMatch:
    """Matches bank lines of one account. What they are matched with adds up to them: `ledger` lines of the account
    (keys); `invoices` `[{"invoice", "amount"}]`, for which a payment per party is recorded and allocated; `on_account`
    `{"party", "amount"}`, what a party paid (positive) or got beyond its invoices; `postings` `[{"account", "amount",
    "narration", "party"}]`, posted to an account (a fee is negative, as the bank has it). Raises Invalid,
    StateRefused, OverAllocated, PeriodClosed, MissingRate, MissingRule."""
    account, rows = _lock(lines)
    total = sum((x.amount for x in rows), ZERO)
    day = max(x.day for x in rows)
    if rule is not None:
        _still_says(rule)
    entries = _ledger_lines(account, ledger)
    settled = _settled(account, invoices)
    parties = _payments(settled, on_account, account)
    posted = _postings(account, postings)
    given = (
        sum((x.amount_currency for x in entries), ZERO)
        + sum((amount for amount, _items in parties.values()), ZERO)
        + sum((amount for _account, amount, _words, _party in posted), ZERO)
    )
    if not (entries or parties or posted):
        raise Invalid.field("lines", _("Say what the bank lines are matched with"), "required")
    if given != total:
        raise Invalid.field(
            "lines", _("The bank says %(total)s, what it is matched with %(given)s: %(left)s is left")
            % {"total": f"{total:f}", "given": f"{given:f}", "left": f"{total - given:f}"}, "difference",
        )  # fmt: skip
    match = BankMatch(
        cash_account=account, day=max([day, *(x.entry_date for x in entries)]), amount=total,
        text=_words(rows)[:400], confidence=confidence, reason=reason[:300], automatic=automatic, rule=rule,
        reviewed=not automatic,
    )  # fmt: skip
    match.save()
    items = [MatchItem(match=match, journal_line=x, amount=x.amount_currency) for x in entries]
    for (party_id, _side), (amount, wanted) in sorted(parties.items()):
        payment = _pay(actor, account, rows, day, party_id, amount, wanted)
        items.append(_item(match, account, payment.entry_id, payment=payment))
    if posted:
        (entry,) = entries_write(actor, [_entry(account, match, rows, day, posted)])
        items += [
            MatchItem(match=match, journal_line=x, amount=x.amount_currency, entry=entry)
            for x in JournalLine.objects.filter(entry=entry, account_id=account.account_id).order_by("position")
        ]
    for item in items:
        item.created_by_id = item.changed_by_id = actor.member_id
    MatchItem.objects.bulk_create(items)
    touch_ids(MatchItem, "insert", {x.pk for x in items})
    one_party = {party_id for party_id, _side in parties} | {x.party_id for x in entries if x.party_id}
    for row in rows:
        row.status, row.match = StatementLine.Status.MATCHED, match
        row.party_id = next(iter(one_party)) if len(one_party) == 1 else None
        row.save()
    return match


@service("finance.bank_match.undo")
def bank_match_undo(*, actor: Actor, match: BankMatch, on: date | None = None) -> BankMatch:
    """Takes a match back: bank lines are open again; payments it recorded are unallocated and reversed, entries it
    posted reversed, on their own days unless `on` says a later one; what was in the ledger before stays. Raises
    StateRefused, PeriodClosed."""
    account = CashAccount.objects.select_for_update().get(pk=match.cash_account_id)
    match = BankMatch.objects.select_for_update().get(pk=match.pk)
    if match.status != BankMatch.Status.MATCHED:
        raise StateRefused(_("This match is undone already"))
    items = list(match.items.select_related("payment", "entry").order_by("pk"))
    for item in items:
        item.live = False
        item.save(update_fields={"live"})
    for row in match.lines.select_for_update().order_by("pk"):
        row.status, row.match, row.party_id = StatementLine.Status.OPEN, None, None
        row.save()
    for payment in sorted((i.payment for i in items if i.payment), key=lambda p: p.pk):
        for allocation in payment.allocations.filter(undone_on__isnull=True).order_by("pk"):
            allocation_undo(actor=actor, allocation=allocation, on=on or allocation.allocated_on)
        payment_reverse(actor=actor, payment=payment, on=on)
    for entry in sorted({i.entry for i in items if i.entry}, key=lambda e: e.pk):
        entries_write(actor, [reversal_draft(entry, max(on or entry.entry_date, entry.entry_date))])
    match.status, match.reviewed = BankMatch.Status.UNDONE, True
    match.save()
    touch_ids(CashAccount, "update", {account.pk})
    return match


@service("finance.bank_match.create")
def bank_match_review(*, actor: Actor, match: BankMatch) -> BankMatch:
    """Somebody has looked at what matched by itself. Raises StateRefused."""
    match = BankMatch.objects.select_for_update().get(pk=match.pk)
    if match.status != BankMatch.Status.MATCHED:
        raise StateRefused(_("This match is undone already"))
    match.reviewed = True
    match.save()
    return match


def _lock(lines: Sequence[Any]) -> tuple[CashAccount, list[StatementLine]]:
    keys = [key_of(x) or 0 for x in lines]
    if not keys or len(keys) > MOST:
        raise Invalid.field("lines", _("Choose bank lines"), "required")
    owners = set(StatementLine.objects.filter(pk__in=keys).values_list("cash_account_id", flat=True))
    if len(owners) != 1:
        raise Invalid.field("lines", _("Choose bank lines of one account"), "account")
    account = CashAccount.objects.select_for_update().get(pk=owners.pop())
    rows = list(StatementLine.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if len(rows) != len(set(keys)) or len(set(keys)) != len(keys):
        raise Invalid.field("lines", _("There is no such bank line"), "unknown")
    if any(x.status != StatementLine.Status.OPEN for x in rows):
        raise StateRefused(_("A bank line is matched already"))
    return account, rows


def _still_says(rule: BankRule) -> None:
    if not BankRule.objects.filter(pk=rule.pk, is_active=True).exists():
        raise StateRefused(_("The rule is not in use any more"))


def _ledger_lines(account: CashAccount, given: Sequence[Any]) -> list[JournalLine]:
    keys = [key_of(x) or 0 for x in given]
    if not keys:
        return []
    rows = list(
        JournalLine.objects.filter(pk__in=keys, account_id=account.account_id, currency=account.currency).order_by("pk")
    )
    if len(rows) != len(keys):
        raise Invalid.field("ledger", _("Choose lines of this account's ledger, each once"), "unknown")
    if MatchItem.objects.filter(journal_line__in=rows, live=True).exists():
        raise StateRefused(_("A ledger line is matched already"))
    if JournalEntry.objects.filter(reversal_of__in=[x.entry_id for x in rows]).exists():
        raise StateRefused(_("A ledger line is reversed"))
    return rows


def _settled(account: CashAccount, given: Sequence[Mapping[str, Any]]) -> list[Settled]:
    out, errors = [], []
    keys = {n: key_of(x.get("invoice")) or 0 for n, x in enumerate(given)}
    found = Invoice.objects.in_bulk(keys.values())
    for n, item in enumerate(given):
        invoice, amount = found.get(keys[n]), _decimal(item.get("amount"))
        if invoice is None or invoice.is_credit:
            errors.append(FieldError(f"invoices.{n}.invoice", "unknown", _("There is no such invoice")))
        elif invoice.currency != account.currency:
            errors.append(
                FieldError(
                    f"invoices.{n}.invoice", "currency", _("The invoice is in another currency than the account")
                )
            )
        elif amount is None or amount <= 0 or amount % currency_step(account.currency):
            errors.append(FieldError(f"invoices.{n}.amount", "invalid", _("Enter a positive amount")))
        else:
            out.append(Settled(invoice, amount))
    if errors:
        raise Invalid(errors=errors)
    return out


Wanted = dict[tuple[int, str], tuple[Decimal, list[Settled]]]


def _payments(settled: Sequence[Settled], on_account: Mapping[str, Any] | None, account: CashAccount) -> Wanted:
    """(party, direction) → what is paid, as the bank has it, and what of it settles."""
    amounts: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    items: dict[tuple[int, str], list[Settled]] = defaultdict(list)
    for one in settled:
        key = (one.invoice.party_id, "in" if one.invoice.is_sales else "out")
        amounts[key] += one.effect
        items[key].append(one)
    if on_account:
        party, rest = key_of(on_account.get("party")), _decimal(on_account.get("amount"))
        if not party or not Party.objects.filter(pk=party).exists():
            raise Invalid.field("on_account.party", _("There is no such customer or supplier"), "unknown")
        if rest is None or rest % currency_step(account.currency):
            raise Invalid.field("on_account.amount", _("Enter an amount"), "invalid")
        if rest:
            amounts[(party, "in" if rest > 0 else "out")] += rest
    return {key: (amount, items.get(key, [])) for key, amount in amounts.items()}


Posted = tuple[Account, Decimal, str, int | None]


def _postings(account: CashAccount, given: Sequence[Mapping[str, Any]]) -> list[Posted]:
    out: list[Posted] = []
    errors: list[FieldError] = []
    found = Account.objects.in_bulk({key_of(x.get("account")) or 0 for x in given})
    for n, item in enumerate(given):
        target, amount = found.get(key_of(item.get("account")) or 0), _decimal(item.get("amount"))
        if target is None or target.pk == account.account_id:
            errors.append(FieldError(f"postings.{n}.account", "unknown", _("There is no such account")))
        elif target.control in CONTROLLED:
            message = _("%(account)s is kept by its documents: entries by hand would part it from them")
            errors.append(FieldError(f"postings.{n}.account", "control", message % {"account": str(target)}))
        elif not amount or amount % currency_step(account.currency):
            errors.append(FieldError(f"postings.{n}.amount", "invalid", _("Enter an amount")))
        else:
            out.append((target, amount, str(item.get("narration") or ""), key_of(item.get("party"))))
    if errors:
        raise Invalid(errors=errors)
    return out


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _pay(
    actor: Actor, account: CashAccount, rows: Sequence[StatementLine], day: date, party_id: int, amount: Decimal,
    wanted: Sequence[Settled],
) -> Payment:  # fmt: skip
    """Recorded on the bank's day and allocated on it: what is open on a past day is what the bank said then."""
    items = [{"invoice": x.invoice.pk, "amount": x.amount} for x in wanted]
    if items:
        invoices_lock(items)
    payment = payment_record(
        actor=actor, direction="in" if amount > 0 else "out", party=party_id, amount=abs(amount),
        account=account.account_id, paid_on=day, currency=account.currency,
        method="cash" if account.kind == CashAccount.Kind.CASH else "bank", reference=_words(rows)[:120],
    )  # fmt: skip
    return payment_allocate(actor=actor, payment=payment, items=items, on=day) if items else payment


def _item(match: BankMatch, account: CashAccount, entry_id: int, *, payment: Payment) -> MatchItem:
    line = JournalLine.objects.get(entry_id=entry_id, account_id=account.account_id)
    return MatchItem(match=match, journal_line=line, amount=line.amount_currency, payment=payment)


def _entry(
    account: CashAccount, match: BankMatch, rows: Sequence[StatementLine], day: date, posted: Sequence[Posted]
) -> DraftEntry:
    """What goes to accounts, in one entry: of the bank's own kind, so that a closed bank month refuses it."""
    rate = exchange_rate(account.currency, day)
    step, lines = currency_step(current().currency), list[DraftLine]()
    for target, amount, words, party in posted:
        base = round_step(amount * rate, step)
        narration = words or _words(rows)
        lines += [
            signed(base, amount, account.account_id, account.currency, party_id=party, narration=narration),
            signed(-base, -amount, target.pk, account.currency, party_id=party, narration=narration),
        ]
    return DraftEntry(
        day, JournalEntry.Kind.PAYMENT, tuple(lines), source_entity="finance.bank_match", source_id=match.pk,
        source_number=str(account), narration=_words(rows),
    )  # fmt: skip


def _words(rows: Sequence[StatementLine]) -> str:
    first = rows[0]
    said = " ".join(x for x in (first.party_name, first.reference or first.text) if x)
    return f"{said} (+{len(rows) - 1})" if len(rows) > 1 else said
