"""The ledger: a trial balance over a million lines; an order of 100 lines invoiced, paid and allocated.

    python -m bench.finance

Bars (design: quality): trial balance ≤ 0.05 s at 1,000,000 lines; invoice, payment and allocation, all posted,
≤ 0.30 s. The results are checked: the trial balance against the sums of the lines, account by account; the invoice, its
entry and what it leaves open to the cent; the books proved."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from functools import partial

from django.db import connection

from bench.company import fresh_company  # first: names the database
from bench.measure import Measurement, keep, measure
from modules.finance.models import Account, Invoice, JournalLine, Payment
from modules.finance.selectors.balances import TrialBalance, trial_balance
from modules.finance.selectors.statements import Kind, Statement, statement
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create_from_order
from modules.finance.services.payments import payment_record
from modules.shared.data.models import Party, Product, SalesOrder, Tax, Unit
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tenon_site.management.commands.check_books import check_company

LINES, RUNS = 100, 9
ENTRIES, PER_ENTRY = 250_000, 4  # a million lines over two years
PRICE = Decimal("12.34")


def main() -> int:
    with fresh_company() as (company, actor):
        with serving(company):
            documents = _invoice_pay_allocate(actor)
            findings = check_company(company)
            assert findings == [], findings
            _million_lines(actor)
            tables = [*_trial_balances(actor), *_statements(actor)]
        # Proved again with a million lines in it.
        findings = check_company(company)
        assert findings == [], findings
    return 0 if keep("finance", [documents, *tables]) else 1


def _orders(actor: Actor) -> list[SalesOrder]:
    """Confirmed orders of 100 lines, one per run; of services, which are invoiced as ordered."""
    with acting(actor):
        unit = Unit.objects.get(code="EA")
        customer = Party(code="C-1", name="Customer", is_customer=True)
        customer.save()
        products = [Product(code=f"P-{n:04d}", name=f"Part {n}", unit=unit, kind="service") for n in range(LINES)]
        for product in products:
            product.save()
    tax = Tax.objects.get(code="VAT13")
    rows = [{"product": p, "quantity": Decimal(3), "unit_price": PRICE, "tax": tax} for p in products]
    out = []
    for _ in range(RUNS + 1):
        order = sales_order_create(actor=actor, customer=customer, lines=rows)
        out.append(sales_order_confirm(actor=actor, order=order))
    return out


def _invoice_pay_allocate(actor: Actor) -> Measurement:
    orders = _orders(actor)

    def settle(n: int) -> tuple[Invoice, Payment]:
        draft = invoice_create_from_order(actor=actor, order=orders[n])
        invoice = invoice_post(actor=actor, invoice=draft)
        payment = payment_record(
            actor=actor, direction="in", party=invoice.party, amount=invoice.total,
            allocations=[{"invoice": invoice.pk, "amount": invoice.total}],
        )  # fmt: skip
        return invoice, payment

    found, settled = measure(
        "invoice 100 lines, receive, allocate, post", settle, runs=RUNS, bar=0.30, lines=LINES, orders=len(orders)
    )
    net = LINES * 3 * PRICE  # 3,702.00; each line 37.02 net and 4.81 VAT
    for invoice, payment in settled:
        invoice.refresh_from_db()
        assert (invoice.subtotal, invoice.tax_amount) == (net, LINES * Decimal("4.81"))
        assert (invoice.status, invoice.open_amount, payment.open_amount) == ("paid", 0, 0)
        assert invoice.entry is not None
        assert invoice.entry.line_count == LINES + 2
    receivable = JournalLine.objects.filter(account__control="receivable").values_list("debit", "credit")
    assert sum(d - c for d, c in receivable) == 0
    return found


def _million_lines(actor: Actor) -> None:
    """Straight into the tables: past the services, not past the triggers, with balances as the services keep them."""
    today = current().today()
    start = date(today.year - 1, 1, 1)
    days = (today - start).days
    groups = Account.objects.exclude(parent=None).values_list("parent_id", flat=True)
    accounts = list(
        Account.objects.exclude(pk__in=list(groups)).filter(control="").order_by("code").values_list("pk", flat=True)
    )
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(
            """insert into finance_journalentry (posted_at, posted_by, number, entry_date, kind, event, source_entity,
                   source_number, narration, total, line_count, period_id)
               select now(), '', 'MIL-' || lpad(n::text, 7, '0'), d, 'manual', '', '', '', '', n %% 1000 + 2, %s, p.id
                 from generate_series(1, %s) n
                cross join lateral (select %s::date + (n %% %s) as d) days
                 join finance_period p on d between p.starts_on and p.ends_on""",
            [PER_ENTRY, ENTRIES, start, days],
        )
        # Two debits and two credits of an entry: together its total on either side.
        cursor.execute(
            """insert into finance_journalline (posted_at, posted_by, entry_id, position, entry_date, account_id, debit,
                   credit, currency, amount_currency, component, narration)
               select now(), '', e.id, p, e.entry_date, (%s::bigint[])[1 + ((e.id * 7 + p * 13) %% %s)::int],
                      case when p = 1 then e.total - 1 when p = 2 then 1 else 0 end,
                      case when p = 3 then e.total - 1 when p = 4 then 1 else 0 end, 'CNY',
                      case p when 1 then e.total - 1 when 2 then 1 when 3 then 1 - e.total else -1 end, '', ''
                 from finance_journalentry e cross join generate_series(1, %s) p where e.number like 'MIL-%%'""",
            [accounts, len(accounts), PER_ENTRY],
        )
        cursor.execute(
            """insert into finance_accountbalance as b (account_id, day, debit, credit)
               select l.account_id, l.entry_date, sum(l.debit), sum(l.credit)
                 from finance_journalline l join finance_journalentry e on e.id = l.entry_id
                where e.number like 'MIL-%' group by 1, 2
               on conflict (account_id, day)
               do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit"""
        )
    with connection.cursor() as cursor:
        for table in ("finance_journalentry", "finance_journalline", "finance_accountbalance"):
            cursor.execute(f"analyze {table}")


def _trial_balances(actor: Actor) -> list[Measurement]:
    today = current().today()
    month, size = today.replace(day=1), {"lines": JournalLine.objects.count()}
    out = []
    for name, since, until in (
        ("trial balance of this month", month, today),
        ("trial balance as of a past day", date(today.year - 1, 3, 1), date(today.year - 1, 8, 17)),
    ):
        read = partial(_read, actor, since, until)
        found, tables = measure(name, read, runs=15, bar=0.05, **size)
        _same_as_lines(tables[-1], since, until)
        out.append(found)
    return out


def _statements(actor: Actor) -> list[Measurement]:
    """A year beside the year before, in the statutory layout; each proves itself."""
    today = current().today()
    out = []
    for kind in ("balance_sheet", "income"):
        read = partial(_statement, actor, kind, today)
        found, seen = measure(f"statement: {kind}", read, runs=9, bar=0.20, lines=JournalLine.objects.count())
        assert all(one.difference == 0 for one in seen)
        assert any(figure.amount for figure in seen[-1].figures[0])
        out.append(found)
    return out


def _statement(actor: Actor, kind: Kind, today: date, _n: int) -> Statement:
    return statement(actor=actor, kind=kind, since=today.replace(month=1, day=1), until=today, compare=True)


def _read(actor: Actor, since: date, until: date, _n: int) -> TrialBalance:
    return trial_balance(actor=actor, since=since, until=until)


def _same_as_lines(table: TrialBalance, since: date, until: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """select account_id, coalesce(sum(debit - credit) filter (where entry_date < %(since)s), 0),
                      coalesce(sum(debit) filter (where entry_date >= %(since)s), 0),
                      coalesce(sum(credit) filter (where entry_date >= %(since)s), 0)
                 from finance_journalline where entry_date <= %(until)s group by 1""",
            {"since": since, "until": until},
        )
        lines = {pk: tuple(figures) for pk, *figures in cursor.fetchall()}
    rows = {r.account.pk: (r.opening, r.debit, r.credit) for r in table.rows if not r.is_group}
    assert rows == {pk: v for pk, v in lines.items() if any(v)}
    assert table.debit == table.credit > 0
    assert table.closing == 0


if __name__ == "__main__":
    sys.exit(main())
