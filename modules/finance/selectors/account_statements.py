"""A customer's account over some days, from the ledger: what was owed, each document, what is owed, what is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from modules.finance.models import Account, AccountStatement, AccountStatementLine, Invoice, JournalLine, Payment
from modules.finance.rules.due import open_instalments, read_plan
from modules.finance.selectors.open_items import OpenItem, open_items_of
from tenon.access.actor import Actor

ZERO = Decimal(0)


@dataclass(frozen=True)
class Movement:
    """`kind` is what the journal calls it (its event); `back`: it takes something back. Amounts are not negative."""

    day: date
    kind: str
    back: bool
    document: str
    reference: str
    charged: Decimal
    settled: Decimal
    balance: Decimal


@dataclass(frozen=True)
class PartyAccount:
    """`difference`: what the ledger says less the open items; zero, or the books are wrong."""

    opening: Decimal
    movements: list[Movement]
    closing: Decimal
    items: list[OpenItem]
    overdue: Decimal
    difference: Decimal


def party_account(*, party_id: int, currency: str, since: date, until: date) -> PartyAccount:
    """In the currency, whoever asks: a statement that leaves out what somebody may not see would not tie. Documents of
    one entry are one row. Seven queries."""
    lines = _lines(party_id, currency).filter(entry_date__lte=until)
    opening = lines.filter(entry_date__lt=since).aggregate(value=Sum("amount_currency"))["value"] or ZERO
    balance, found = opening, []
    rows = list(
        lines.filter(entry_date__gte=since)
        .values_list(
            "entry_id", "entry_date", "entry__kind", "entry__event", "entry__source_entity", "entry__source_id",
            "entry__source_number",
        )
        .annotate(amount=Sum("amount_currency"))
        .order_by("entry_date", "entry_id")
    )  # fmt: skip
    references = _references(rows)
    for _entry, day, kind, event, entity, source, number, amount in rows:
        if not amount:
            continue
        balance += amount
        found.append(
            Movement(
                day, event, kind == "reversal", number, references.get((entity, source), ""), max(amount, ZERO),
                max(-amount, ZERO), balance,
            )
        )  # fmt: skip
    items = [
        item
        for item in open_items_of(Invoice.objects.all(), Payment.objects.all(), "receivable", until, party_id)
        if item.currency == currency
    ]
    overdue = _overdue(items, until)
    return PartyAccount(opening, found, balance, items, overdue, balance - sum((i.open_amount for i in items), ZERO))


def _lines(party_id: int, currency: str) -> QuerySet[JournalLine]:
    return JournalLine.objects.filter(
        party_id=party_id, currency=currency, account__control=Account.Control.RECEIVABLE
    ).exclude(amount_currency=0)  # fmt: skip


def _references(rows: list[tuple]) -> dict[tuple[str, int], str]:  # type: ignore[type-arg]
    """What invoices and payments call themselves to the customer."""
    out: dict[tuple[str, int], str] = {}
    for entity, model in (("finance.invoice", Invoice), ("finance.payment", Payment)):
        keys = {r[5] for r in rows if r[4] == entity}
        if keys:
            known = model.objects.filter(pk__in=keys).exclude(reference="").values_list("pk", "reference")  # type: ignore[attr-defined]
            out |= {(entity, pk): reference for pk, reference in known}
    return out


def _overdue(items: list[OpenItem], until: date) -> Decimal:
    """Of what is open, in the currency, what was due before the last day; instalments one by one."""
    keys = [i.id for i in items if i.kind == "invoice"]
    plans = dict(Invoice.objects.filter(pk__in=keys).values_list("pk", "instalments")) if keys else {}
    late = ZERO
    for item in items:
        if item.kind == "invoice":
            parts = open_instalments(read_plan(plans[item.id]), item.total - item.open_amount)
            late += sum((p.amount for p in parts if p.due_on < until), ZERO)
    return late


def account_statements(*, actor: Actor) -> QuerySet[AccountStatement]:
    return AccountStatement.objects.all() if actor.can("finance.receivable.view") else AccountStatement.objects.none()


def account_statement_lines(*, actor: Actor) -> QuerySet[AccountStatementLine]:
    return AccountStatementLine.objects.filter(statement__in=account_statements(actor=actor))


def movement_label(kind: str, back: bool) -> str:
    """What a document on a statement is, in the reader's language."""
    labels: dict[str, Callable[[], str]] = {
        "sales_invoice": lambda: _("Invoice"), "sales_credit_note": lambda: _("Credit note"),
        "customer_payment": lambda: _("Payment received"), "sales_discount": lambda: _("Cash discount"),
        "sales_small_diff": lambda: _("Small difference"), "sales_bad_debt": lambda: _("Written off"),
        "sales_recovery": lambda: pgettext("statement of account", "Owed again"), "netting": lambda: _("Netting"),
        "cancellation_income": lambda: _("Cancellation charge"),
    }  # fmt: skip
    label = labels.get(kind, lambda: _("Other"))()
    return _("%(what)s, taken back") % {"what": label} if back else label
