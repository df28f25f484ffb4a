"""Payments: recorded and posted at once, reversed when they bounce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, Event, JournalEntry, Payment
from modules.finance.rules.amounts import round_step
from modules.finance.rules.entry import DraftEntry, signed
from modules.finance.selectors.bank import matched_entry
from modules.finance.selectors.rules import Rules
from modules.finance.services.allocation import invoices_lock, payment_allocate, reversal_day
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from modules.shared.data.models import Party
from modules.shared.data.selectors.rates import exchange_rate, known_currency
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
SERIES = {"in": "RC", "out": "PY"}
ENTITY = "finance.payment"


@service("finance.payment.create")
def payment_record(
    *,
    actor: Actor,
    direction: str,
    party: Any,
    amount: Decimal | str,
    account: Any = None,
    paid_on: date | None = None,
    currency: str = "",
    exchange_rate_given: Decimal | None = None,
    method: str = "bank",
    reference: str = "",
    note: str = "",
    owner: Any = None,
    department: Any = None,
    custom: Mapping[str, Any] | None = None,
    allocations: Sequence[Mapping[str, Any]] | None = None,
) -> Payment:
    """Money in or out, in the ledger at once, on the party's account until it is allocated (`allocations`:
    `[{"invoice", "amount"}]`). Raises Invalid, PeriodClosed, MissingRate, MissingRule, OverAllocated."""
    if direction not in SERIES:
        raise Invalid.field("direction", _("Say whether it was received or paid"))
    found = party if isinstance(party, Party) else Party.objects.filter(pk=key_of(party) or 0).first()
    if found is None:
        raise Invalid.field("party", _("There is no such customer or supplier"), "unknown")
    paid_on, currency = paid_on or current().today(), known_currency(currency or current().currency)
    number = _amount(amount, currency)
    rate = exchange_rate_given or exchange_rate(currency, paid_on)
    base = round_step(number * rate, currency_step(current().currency))
    incoming = direction == Payment.Direction.IN
    event = Event.CUSTOMER_PAYMENT if incoming else Event.SUPPLIER_PAYMENT
    rule = Rules([event]).need(event)
    money = _money_account(account) or (rule.debit_id if incoming else rule.credit_id)
    control = rule.credit_id if incoming else rule.debit_id
    sense = 1 if incoming else -1
    if allocations:
        # Documents before the ledger, as everywhere: who holds an invoice waits for the journal, never the other way.
        invoices_lock(allocations)
    key, document = _next_key(), next_number(SERIES[direction])
    common: dict[str, Any] = {"party_id": found.pk, "narration": reference}
    (entry,) = entries_write(
        actor,
        [
            DraftEntry(
                paid_on, JournalEntry.Kind.PAYMENT,
                (
                    signed(sense * base, sense * number, money, currency, **common),
                    signed(-sense * base, -sense * number, control, currency, **common),
                ),
                event=event, source_entity=ENTITY, source_id=key, source_number=document,
                narration=f"{document} {found.name}",
            )
        ],
    )  # fmt: skip
    payment = Payment(
        pk=key, number=document, direction=direction, party=found, method=method, account_id=money, paid_on=paid_on,
        currency=currency, exchange_rate=rate, amount=number, open_amount=number, base_amount=base, open_base=base,
        reference=reference, note=note, entry=entry, owner_id=key_of(owner) or found.owner_id or actor.member_id,
        department_id=key_of(department) or found.department_id or actor.department_id, custom=dict(custom or {}),
    )  # fmt: skip
    payment.save(force_insert=True)
    if allocations:
        payment = payment_allocate(actor=actor, payment=payment, items=allocations)
    return payment


@service("finance.payment.update")
def payment_update(*, actor: Actor, payment: Payment, data: Mapping[str, Any]) -> Payment:
    """Reference, note and owner; the money itself is reversed, not changed. Raises StateRefused."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if not set(data) <= {"reference", "note", "owner", "department", "custom"}:
        raise StateRefused(_("A recorded payment cannot be changed: reverse it"))
    for name, value in data.items():
        if name in ("owner", "department"):
            setattr(payment, f"{name}_id", key_of(value))
        elif name == "custom":
            payment.custom = {**payment.custom, **(value or {})}
        else:
            setattr(payment, name, value or "")
    payment.save()
    return payment


@service("finance.payment.reverse")
def payment_reverse(*, actor: Actor, payment: Payment, on: date | None = None) -> Payment:
    """The payment did not come about: its entry on the other side, on its own date unless `on` says another. Raises
    StateRefused while something is allocated, PeriodClosed."""
    payment = Payment.objects.select_for_update(of=("self",)).select_related("entry").get(pk=payment.pk)
    if payment.status != Payment.Status.POSTED:
        raise StateRefused(_("Only a payment of which nothing is allocated can be reversed"))
    if matched_entry(payment.entry_id):
        raise StateRefused(_("The payment is matched with the bank: undo that first"))
    on = reversal_day(on, payment.paid_on, payment.allocations.all())
    entries_write(actor, [reversal_draft(payment.entry, on, source_number=payment.number)])
    payment.status, payment.reversed_on = Payment.Status.REVERSED, on
    payment.open_amount = payment.open_base = ZERO
    payment.save()
    return payment


def _next_key() -> int:
    """The key is known before the row: its entry, which comes first, names it."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('finance_payment', 'id'))")
        return int(cursor.fetchone()[0])


def _amount(value: Decimal | str, currency: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = ZERO
    if not number.is_finite() or number <= 0:
        raise Invalid.field("amount", _("Enter a positive amount"), "min_value")
    if number % currency_step(currency):
        raise Invalid.field("amount", _("An amount has more decimals than the currency"), "decimals")
    return number


def _money_account(value: Any) -> int | None:
    key = key_of(value)
    if key is None:
        return None
    account = Account.objects.filter(pk=key).first()
    if account is None or account.control not in (Account.Control.BANK, Account.Control.CASH):
        raise Invalid.field("account", _("Choose a bank or cash account"), "not_money")
    return account.pk
