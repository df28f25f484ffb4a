"""The matching desk: open bank lines, each with what it may be, and what there is to match them with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from modules.finance.models import BankRule, CashAccount, Invoice, StatementLine
from modules.finance.rules.bank_matching import (
    Known,
    LedgerLine,
    Line,
    OpenInvoice,
    Proposal,
    Rule,
    account_key,
    propose,
)  # fmt: skip
from modules.finance.selectors.bank import before_first, outstanding
from modules.shared.data.models import BankAccount, Party, PurchaseOrder, SalesOrder
from modules.shared.data.rules.naming import name_key

ZERO = Decimal(0)
MOST_INVOICES = 5000
BEFORE = timedelta(days=90)  # how far before the first statement the ledger is looked at


def open_invoices(account: CashAccount) -> QuerySet[Invoice]:
    """What may be settled from this account: posted, in its currency, not blocked."""
    return Invoice.objects.filter(
        kind__in=(Invoice.Kind.SALES_INVOICE, Invoice.Kind.PURCHASE_INVOICE), open_amount__gt=0,
        currency=account.currency,
    ).exclude(match=Invoice.Match.BLOCKED)  # fmt: skip


def known_of(account: CashAccount) -> Known:
    """All that lines of an account are compared with; nine queries, however many lines."""
    rows = open_invoices(account).order_by("due_on", "id")[:MOST_INVOICES]
    columns = ("id", "party_id", "kind", "open_amount", "due_on", "number", "reference", "sales_order_id",
               "purchase_order_id")  # fmt: skip
    found = list(rows.values(*columns))
    sales = dict(
        SalesOrder.objects.filter(pk__in={r["sales_order_id"] for r in found if r["sales_order_id"]}).values_list(
            "pk", "number"
        )
    )
    bought = dict(
        PurchaseOrder.objects.filter(
            pk__in={r["purchase_order_id"] for r in found if r["purchase_order_id"]}
        ).values_list("pk", "number")
    )
    invoices = [
        OpenInvoice(
            r["id"], r["party_id"], r["open_amount"] if r["kind"] == Invoice.Kind.SALES_INVOICE else -r["open_amount"],
            r["due_on"],
            tuple(x for x in (r["number"], r["reference"], sales.get(r["sales_order_id"]),
                              bought.get(r["purchase_order_id"])) if x),
        )
        for r in found
    ]  # fmt: skip
    since = account.opening_on - BEFORE if account.opening_on and before_first(account) else None
    ledger = [
        LedgerLine(x.id, x.day, x.amount, x.party_id, tuple(n for n in (x.source_number, x.reference, x.number) if n))
        for x in outstanding(account, since=since)
    ]
    rules = [
        Rule(r.pk, r.name, r.direction, r.text, r.party_text, r.least, r.most, r.account_id, r.party_id, r.automatic)
        for r in BankRule.objects.filter(Q(cash_account=None) | Q(cash_account=account), is_active=True)
    ]
    wanted = {i.party_id for i in invoices} | {x.party_id for x in ledger if x.party_id}
    names = {
        pk: tuple({key, zh_key} - {""})
        for pk, key, zh_key in Party.objects.filter(pk__in=wanted).values_list("pk", "name_key", "name_zh_key")
    }
    # What was learnt from lines matched before counts less than what the party's card says.
    accounts = {
        account_key(number): pk
        for number, pk in StatementLine.objects.filter(party__isnull=False)
        .exclude(party_account="").order_by("party_account", "id").values_list("party_account", "party_id").distinct()
    }  # fmt: skip
    accounts.update({account_key(n): pk for n, pk in BankAccount.objects.values_list("number", "party_id")})
    return Known(invoices, ledger, rules, names, accounts, account.fee_account_id, account.interest_account_id)


def proposals(account: CashAccount, lines: Sequence[StatementLine]) -> dict[int, list[Proposal]]:
    """By bank line, the surest first."""
    known = known_of(account) if lines else Known()
    return {row.pk: propose(line_of(row), known) for row in lines}


def line_of(row: StatementLine) -> Line:
    return Line(
        row.pk, row.day, row.amount, name_key(row.party_name) if row.party_name else "", row.party_account,
        f"{row.reference} {row.text}", row.party_name,
    )  # fmt: skip


def reason_words(proposal: Proposal) -> list[str]:
    """Why, in the reader's language."""
    words = {
        "ledger": _("in the ledger already"), "reference": _("number in the text"), "amount": _("same amount"),
        "payer": _("payer is the customer or supplier"), "account": _("known bank account"), "name": _("name of payer"),
        "date": _("same days"), "sum": _("several add up"), "fee": _("bank kept a fee"), "part": _("part of it"),
        "over": _("more than is open"), "oldest": _("oldest first"), "on_account": _("nothing open"),
        "rule": _("a rule says so"), "words_fee": _("text speaks of fees"),
        "words_interest": _("text speaks of interest"),
    }  # fmt: skip
    return [str(words[code]) for code in proposal.reasons]


def found_invoices(account: CashAccount, search: str, incoming: bool | None, most: int = 60) -> list[Invoice]:
    """Open invoices to choose from, the soonest due first; by number, reference or party."""
    rows = open_invoices(account).select_related("party", "sales_order", "purchase_order")
    if incoming is not None:
        rows = rows.filter(kind=Invoice.Kind.SALES_INVOICE if incoming else Invoice.Kind.PURCHASE_INVOICE)
    for word in search.split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word) | Q(reference__icontains=word) | Q(party__search_text__icontains=word.casefold())
            | Q(sales_order__number__icontains=word) | Q(purchase_order__number__icontains=word)
        )  # fmt: skip
    return list(rows.order_by(F("next_due_on").asc(nulls_last=True), "due_on", "id")[:most])
