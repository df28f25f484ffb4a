"""Entries by hand, and their reversal; the accountant's suspense desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.errors import MissingRule
from modules.finance.models import Account, Event, JournalEntry, SuspenseItem
from modules.finance.models.account import CONTROLLED
from modules.finance.rules.amounts import round_step
from modules.finance.rules.entry import DraftEntry, DraftLine, reversed_lines, signed
from modules.finance.selectors.bank import matched_entry
from modules.finance.selectors.rules import Rules, suspense_account
from modules.finance.services.ledger import entries_write
from modules.shared.data.selectors.rates import exchange_rate, known_currency
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("finance.journal_entry.create")
def journal_entry_post(
    *,
    actor: Actor,
    lines: Sequence[Mapping[str, Any]],
    entry_date: date | None = None,
    narration: str = "",
    opening: bool = False,
) -> JournalEntry:
    """A balanced entry by hand: `[{"account", "debit" or "credit", "party", "product", "department", "sales_order_id",
    "narration", "currency", "amount_currency"}]`. A line with `in_currency` has its debit or credit in its own
    currency, worth its `rate` or that of the day. Between currencies the exchange account stands in, so that each
    balances by itself. `opening`: balances of the former books; what is missing to balance goes to the account of
    opening balances. Raises Invalid, Unbalanced, MissingRate, MissingRule, PeriodClosed."""
    day = entry_date or current().today()
    drafts = _from_input(lines, day, least=1 if opening else 2)
    if opening:
        drafts += _opening_line(drafts)
    drafts += _between_currencies(drafts)
    kind = JournalEntry.Kind.OPENING if opening else JournalEntry.Kind.MANUAL
    written = entries_write(actor, [DraftEntry(day, kind, tuple(drafts), narration=narration)])
    if not written:
        raise Invalid.field("lines", _("An entry has at least two lines"), "min_length")
    return written[0]


def _opening_line(drafts: Sequence[DraftLine]) -> list[DraftLine]:
    missing = -sum((x.debit - x.credit for x in drafts), ZERO)
    if not missing:
        return []
    account = Account.objects.filter(control=Account.Control.OPENING, is_active=True).first()
    if account is None:
        raise MissingRule(event="opening")
    return [signed(missing, missing, account.pk, current().currency)]


def _between_currencies(drafts: Sequence[DraftLine]) -> list[DraftLine]:
    """Money changed from one currency into another balances in neither: the exchange account takes one and gives the
    other, for the same worth."""
    base = current().currency
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in drafts:
        if line.currency != base:
            sums[line.currency][0] += line.amount_currency
            sums[line.currency][1] += line.debit - line.credit
    out: list[DraftLine] = []
    for currency, (amount, worth) in sorted(sums.items()):
        if amount:
            if (amount > 0) != (worth > 0) and worth:
                raise Invalid.field("lines", _("Amounts in %(currency)s and their worth go opposite ways")
                                    % {"currency": currency})  # fmt: skip
            exchange = Rules([Event.EXCHANGE_DIFFERENCE]).need(Event.EXCHANGE_DIFFERENCE).debit_id
            out += [signed(-worth, -amount, exchange, currency), signed(worth, worth, exchange, base)]
    return out


@service("finance.journal_entry.reverse")
def journal_entry_reverse(
    *, actor: Actor, entry: JournalEntry, on: date | None = None, narration: str = ""
) -> JournalEntry:
    """The same entry on the other side (红冲), on its own date unless `on` says another. Raises StateRefused for
    entries of documents (their document is reversed) and for what is reversed already, PeriodClosed."""
    entry = JournalEntry.objects.select_for_update().get(pk=entry.pk)
    if entry.kind not in (
        JournalEntry.Kind.MANUAL,
        JournalEntry.Kind.CLEARING,
        JournalEntry.Kind.CLOSING,
        JournalEntry.Kind.OPENING,
    ):
        raise StateRefused(_("This entry belongs to a document: reverse the document"))
    if JournalEntry.objects.filter(reversal_of=entry).exists():
        raise StateRefused(_("The entry is reversed already"))
    if matched_entry(entry.pk):
        raise StateRefused(_("The entry is matched with the bank: undo that first"))
    if SuspenseItem.objects.filter(resolved_by_entry=entry).exists():
        raise StateRefused(_("The entry clears a suspense item and stays"))
    on = on or entry.entry_date
    if on < entry.entry_date:
        raise Invalid.field("on", _("An entry is not reversed before its date"), "range")
    reversals = entries_write(actor, [reversal_draft(entry, on, narration=narration)])
    if not reversals:
        raise StateRefused(_("The entry has no amounts: there is nothing to reverse"))
    return reversals[0]


def reversal_draft(entry: JournalEntry, on: date, *, narration: str = "", source_number: str = "") -> DraftEntry:
    """What reverses an entry: every dimension stays, debit and credit change sides."""
    lines = tuple(
        DraftLine(
            x.account_id, x.debit, x.credit, x.currency, x.amount_currency, x.party_id, x.product_id, x.sales_order_id,
            x.sales_order_line_id, x.production_order_id, x.purchase_order_line_id, x.component, x.narration,
            x.department_id,
        )
        for x in entry.lines.order_by("position")
    )  # fmt: skip
    return DraftEntry(
        on, JournalEntry.Kind.REVERSAL, reversed_lines(lines), event=entry.event, source_entity=entry.source_entity,
        source_id=entry.source_id, source_number=source_number or entry.source_number,
        narration=narration or str(_("Reversal of %(number)s") % {"number": entry.number}), reversal_of_id=entry.pk,
    )  # fmt: skip


@service("finance.suspense_item.resolve")
def suspense_resolve(
    *, actor: Actor, item: SuspenseItem, debit_account: Any, credit_account: Any, on: date | None = None
) -> SuspenseItem:
    """Posts a suspense item over to the accounts it belongs to. Raises StateRefused, Invalid, PeriodClosed."""
    item = (
        SuspenseItem.objects.select_for_update(of=("self",)).select_related("entry", "product", "party").get(pk=item.pk)
    )
    if item.status != SuspenseItem.Status.OPEN:
        raise StateRefused(_("The item is resolved already"))
    debit_id, credit_id = key_of(debit_account), key_of(credit_account)
    if not debit_id or not credit_id:
        raise Invalid.field("debit_account", _("Name both accounts"), "required")
    suspense, currency, source = suspense_account().pk, current().currency, item.entry
    lines: list[DraftLine] = []
    parked = source.lines.filter(account_id=suspense, product=item.product, party=item.party)
    for line in parked.order_by("position"):
        # Each parked line goes to its account with the order and product it was parked for.
        amount = line.debit - line.credit
        target = debit_id if (amount > 0) == (item.amount > 0) else credit_id
        same: dict[str, Any] = {
            "party_id": line.party_id, "product_id": line.product_id, "sales_order_id": line.sales_order_id,
            "sales_order_line_id": line.sales_order_line_id, "production_order_id": line.production_order_id,
            "purchase_order_line_id": line.purchase_order_line_id, "component": line.component,
        }  # fmt: skip
        lines.append(signed(amount, amount, target, currency, **same))
        lines.append(signed(-amount, -amount, suspense, currency, **same))
    (entry,) = entries_write(
        actor,
        [
            DraftEntry(
                on or source.entry_date, JournalEntry.Kind.CLEARING, tuple(lines), event=item.event,
                source_entity=source.source_entity, source_id=source.source_id, source_number=source.source_number,
                narration=str(_("Cleared from suspense: %(number)s") % {"number": source.number}),
            )
        ],
    )  # fmt: skip
    item.status, item.resolved_by_entry = SuspenseItem.Status.RESOLVED, entry
    item.save()
    return item


def _from_input(values: Sequence[Mapping[str, Any]], day: date, least: int = 2) -> list[DraftLine]:
    errors: list[FieldError] = []
    accounts = Account.objects.in_bulk({k for v in values if (k := key_of(v.get("account")))})
    base, out = current().currency, []
    for index, given in enumerate(values):
        account = accounts.get(key_of(given.get("account")) or 0)
        if account is None:
            errors.append(FieldError(f"lines.{index}.account", "unknown", _("There is no such account")))
            continue
        if account.control in CONTROLLED:
            message = _("%(account)s is kept by its documents: entries by hand would part it from them")
            errors.append(FieldError(f"lines.{index}.account", "control", message % {"account": str(account)}))
        debit, credit = _amount(given, "debit", index, errors), _amount(given, "credit", index, errors)
        if bool(debit) == bool(credit):
            errors.append(FieldError(f"lines.{index}.debit", "side", _("A line has either a debit or a credit")))
        currency = given.get("currency") or base
        foreign = debit - credit
        if currency != base and given.get("in_currency"):
            known_currency(currency, f"lines.{index}.currency")
            rate = _amount(given, "rate", index, errors) or exchange_rate(currency, day)
            if foreign % currency_step(currency):
                errors.append(
                    FieldError(f"lines.{index}.debit", "decimals", _("An amount has more decimals than the currency"))
                )
            debit, credit = (round_step(x * rate, currency_step(base)) for x in (debit, credit))
        elif currency != base:
            foreign = abs(_amount(given, "amount_currency", index, errors)) * (1 if debit else -1)
        out.append(
            DraftLine(
                account.pk, debit, credit, currency, foreign, party_id=key_of(given.get("party")),
                product_id=key_of(given.get("product")), sales_order_id=key_of(given.get("sales_order_id")),
                component=given.get("component") or "", narration=given.get("narration") or "",
                department_id=key_of(given.get("department")),
            )
        )  # fmt: skip
    if len(values) < least:
        errors.append(FieldError("lines", "min_length", _("An entry has at least two lines")))
    if errors:
        raise Invalid(errors=errors)
    return out


def _amount(given: Mapping[str, Any], name: str, index: int, errors: list[FieldError]) -> Decimal:
    value = given.get(name)
    if value in (None, ""):
        return ZERO
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or (number < 0 and name != "amount_currency"):
        errors.append(FieldError(f"lines.{index}.{name}", "invalid", _("Enter a positive amount")))
        return ZERO
    return number
