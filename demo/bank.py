"""The bank in the demo: invoices that customers pay these days, and a statement of the last week, half of it matched.
Entered by the accountant, through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from demo.live import actor_named
from modules.finance.models import Account, CashAccount, Invoice
from modules.finance.rules.bank_matching import Proposal
from modules.finance.selectors.balances import movements
from modules.finance.selectors.bank import open_lines
from modules.finance.selectors.bank_desk import proposals
from modules.finance.services.bank_automatic import lines_match_themselves, propose_match
from modules.finance.services.bank_statements import bank_statement_import
from modules.finance.services.cash_accounts import bank_rule_create, cash_account_create
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.tenancy.context import current

BANK, CASH, CHARGES, INTEREST, DIFFERENCES = "1020", "1010", "6050", "7020", "6040"
WORK = ("Spare parts and fitting", "Wheel truing, 40 sets", "Frames repainted", "Yearly service of the fleet",
        "Repair of returned forks", "Training of mechanics")  # fmt: skip
AMOUNTS = ("1840.00", "960.50", "2275.00", "3120.75", "412.40", "1500.00")


def bank(say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    accountant = actor_named("Accountant")
    accounts = {a.code: a for a in Account.objects.filter(is_active=True)}
    if not {BANK, CASH, CHARGES, INTEREST, DIFFERENCES} <= accounts.keys():
        return
    today = current().today()
    account = cash_account_create(
        actor=accountant,
        data={"name": "Operating account", "kind": "bank", "currency": current().currency, "account": accounts[BANK],
              "bank": "First Valley Bank", "number": "021000089-4471180", "fee_account": accounts[CHARGES],
              "interest_account": accounts[INTEREST], "difference_account": accounts[DIFFERENCES]},
    )  # fmt: skip
    cash_account_create(
        actor=accountant,
        data={"name": "Cash box", "kind": "cash", "currency": current().currency, "account": accounts[CASH]},
    )
    bank_rule_create(
        actor=accountant,
        data={"name": "Monthly account fee", "text": "account maintenance", "account": accounts[CHARGES],
              "automatic": True},
    )  # fmt: skip
    invoices = _invoices(accountant, today - timedelta(days=24))
    statement = _statement(account, invoices)
    bank_statement_import(actor=accountant, cash_account=account, content=statement, name="statement.csv")
    account.refresh_from_db()
    lines_match_themselves(actor=accountant, cash_account=account)
    matched = 0
    for line in list(open_lines(account))[:2]:
        found: list[Proposal] = proposals(account, [line])[line.pk]
        if found and found[0].confidence >= 85:
            propose_match(actor=accountant, line=line, proposal=found[0], automatic=False)
            matched += 1
    say(f"{'Bank':<24}{len(invoices):>6} invoices, a statement, {matched + 1} lines matched")


def _invoices(actor: Actor, issued_on: date) -> list[Invoice]:
    customers = Party.objects.filter(is_customer=True, is_active=True, currency__in=("", current().currency))
    out = []
    for party, words, amount in zip(customers.order_by("code")[: len(WORK)], WORK, AMOUNTS, strict=False):
        draft = invoice_create(
            actor=actor, kind=Invoice.Kind.SALES_INVOICE, party=party, issued_on=issued_on,
            currency=current().currency, lines=[{"description": words, "quantity": "1", "unit_price": amount}],
        )  # fmt: skip
        out.append(invoice_post(actor=actor, invoice=draft))
    return out


def _statement(account: CashAccount, invoices: list[Invoice]) -> bytes:
    """As the bank's own CSV, with running balances, from what the ledger says on the day before."""
    today = current().today()
    start = today - timedelta(days=8)
    opening, _debit, _credit = movements(start, today).get(account.account_id, (Decimal(0),) * 3)
    balance, first, second = opening, *(invoices[:2])
    rows: list[tuple[int, Decimal, str, str]] = [
        (0, first.total, first.party.name, f"Invoice {first.number}"),
        (0, Decimal("-12.00"), "", "Account maintenance"),
        (1, second.total, second.party.name, f"Our payment of {second.number}"),
        (2, invoices[2].total - Decimal("15.00"), invoices[2].party.name, f"{invoices[2].number} less transfer fee"),
        (3, invoices[3].total - Decimal("1000.00"), invoices[3].party.name, f"Part payment {invoices[3].number}"),
        (4, invoices[4].total, invoices[4].party.name.upper(), "with thanks"),
        (5, Decimal("-86.40"), "", "Card terminal charges"),
        (5, Decimal("4.18"), "", "Credit interest"),
        (6, Decimal("-240.00"), "City Parking Services", "Permits of the year"),
    ]  # fmt: skip
    lines = ["Date,Counterparty,Description,Amount,Balance"]
    for days, amount, who, text in rows:
        balance += amount
        day = start + timedelta(days=days)
        lines.append(f'{day.isoformat()},"{who}","{text}",{amount:.2f},{balance:.2f}')
    return "\n".join(lines).encode()
