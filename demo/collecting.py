"""Collections in the demo: what may be settled without approval, a discount taken in time, a cent that is not worth a
letter, a debt that somebody has to give up, two statements of account. Entered by the accountant, through the
services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from demo.live import actor_named
from modules.finance.models import Invoice, SettlementPolicy
from modules.finance.services.account_statements import account_statement_confirm, account_statement_create
from modules.finance.services.allocation import payment_allocate
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create
from modules.finance.services.payments import payment_record
from modules.finance.services.settlements import settlement_create
from modules.shared.data.models import Party, PaymentTerm
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current

AFTER_THE_BANK = 6  # the customers before them pay by the bank's statement


def collecting(admin: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    accountant = actor_named("Accountant")
    today, money = current().today(), current().currency
    with acting(admin):
        SettlementPolicy(
            currency=money, small_limit=Decimal(5), grace_days=2, discount_tolerance=Decimal("0.50")
        ).save()
        term = PaymentTerm(
            code="2-10-30", name="2 % within 10 days, 30 days net", days=30, discount_percent=Decimal(2),
            discount_days=10,
        )  # fmt: skip
        term.save()
    customers = Party.objects.filter(is_customer=True, is_active=True, currency__in=("", money)).order_by("code")
    quick, cents, lost, _next = customers[AFTER_THE_BANK : AFTER_THE_BANK + 4]

    def charged(party: Party, words: str, amount: str, days_ago: int, terms: PaymentTerm | None = None) -> Invoice:
        draft = invoice_create(
            actor=accountant, kind=Invoice.Kind.SALES_INVOICE, party=party, issued_on=today - timedelta(days=days_ago),
            currency=money, lines=[{"description": words, "quantity": "1", "unit_price": amount}], payment_term=terms,
        )  # fmt: skip
        return invoice_post(actor=accountant, invoice=draft)

    def paid(invoice: Invoice, amount: str) -> None:
        payment = payment_record(actor=accountant, direction="in", party=invoice.party, amount=amount, currency=money)
        payment_allocate(actor=accountant, payment=payment, invoice=invoice, amount=amount)

    first = charged(quick, "Frames repainted, second lot", "3200.00", 6, term)
    settlement_create(actor=accountant, kind="discount", invoice=first, reason="Paid within the discount days")
    paid(first, "3136.00")
    second = charged(cents, "Wheel truing, 12 sets", "750.40", 40)
    paid(second, "750.00")
    settlement_create(actor=accountant, kind="small", invoice=second, reason="Cents left over")
    third = charged(lost, "Repair of a rental fleet", "1980.00", 75)
    settlement_create(
        actor=accountant, kind="bad_debt", invoice=third, reason="Business given up, nothing left to be had"
    )
    charged(quick, "Training of mechanics, spring", "640.00", 2, term)
    since = today - timedelta(days=90)
    for party in (quick, cents):
        statement = account_statement_create(actor=accountant, party=party, since=since, currency=money)
        if party == cents:
            account_statement_confirm(actor=accountant, statement=statement, answered_by="Bookkeeping")
    say(f"{'Collections':<24}{4:>6} invoices, 3 settlements, 2 statements of account")
