"""A quarter of a small maker, worked by hand to its statements, and told to another ledger (beancount)."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import openpyxl
import pypdfium2
import pytest
from django.db.models import F, Sum
from django.utils import translation

from modules.finance.models import Account, JournalEntry, JournalLine, Period
from modules.finance.rules.layout import KINDS, LAYOUTS, read_layout
from modules.finance.selectors.balances import trial_balance
from modules.finance.selectors.ratios import ratios
from modules.finance.selectors.statements import statement, statement_parts
from modules.finance.services.allocation import payment_allocate
from modules.finance.services.invoice_posting import invoice_credit
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.year_end import profit_transfer
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import Currency, ExchangeRate
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance import other_ledger
from tests.platform.api.client import Api

D = Decimal


def entry(books, on, *rows):
    """Rows of (code, debit, credit)."""
    return journal_entry_post(
        actor=books.actor,
        entry_date=on,
        lines=[{"account": books.account(c), "debit": d, "credit": k} for c, d, k in rows],
    )


@pytest.fixture
def quarter(books):
    """January to March of the present year, in CNY, with VAT of 13 %."""
    year, vat = current().today().year, books.vat()
    with acting(books.actor):
        usd, _made = Currency.objects.get_or_create(code="USD", defaults={"name": "US dollar"})
        for on, rate in ((date(year, 3, 1), "7.10"), (date(year, 3, 25), "7.05")):
            ExchangeRate.objects.filter(currency=usd, day=on).delete()
            ExchangeRate(currency=usd, day=on, rate=D(rate)).save()
    day = partial(date, year)
    entry(books, day(1, 1), ("1002", "500000", None), ("3001", None, "500000"))
    entry(books, day(1, 2), ("1002", "100000", None), ("2001", None, "100000"))
    entry(books, day(1, 3), ("1601", "120000", None), ("1002", None, "120000"))
    steel = books.product(source="buy", kind="goods")
    bike = books.product(source="make", kind="goods")
    order = books.purchase((steel, 1000, 100, vat), ordered_on=day(1, 4))
    books.receive(order, on=day(1, 5))
    bill = books.bill(order, issued_on=day(1, 6))
    # Into production: material 80,000, labour 30,000, overhead 20,000; all of it finished.
    books.post("production_issue", PostingLine(D(80000), steel.pk), on=day(1, 20))
    books.post("production_labour", PostingLine(D(30000), bike.pk), on=day(1, 31))
    books.post("production_overhead", PostingLine(D(20000), bike.pk), on=day(1, 31))
    books.post("production_receipt", PostingLine(D(130000), bike.pk), on=day(2, 1))
    for month in (1, 2, 3):
        entry(books, day(month, 28), ("4101", "2000", None), ("1602", None, "2000"))
    entry(books, day(2, 5), ("4101", "14000", None), ("1002", None, "14000"))
    books.pay("113000", direction="out", paid_on=day(2, 10), allocations=[{"invoice": bill.pk, "amount": "113000"}])
    sold = books.sale((bike, 10, 20000, vat), ordered_on=day(2, 15))
    books.deliver(sold, [110000], on=day(2, 20))
    invoice = books.invoice(sold, issued_on=day(2, 20))
    books.pay("150000", paid_on=day(3, 10), allocations=[{"invoice": invoice.pk, "amount": "150000"}])
    entry(books, day(3, 15), ("5602", "15000", None), ("2211", None, "15000"))
    entry(books, day(3, 15), ("2211", "45000", None), ("1002", None, "45000"))
    # One comes back, and its invoice is credited.
    books.post("delivery_return", PostingLine(D(11000), bike.pk, books.party().pk), on=day(3, 20))
    line = invoice.lines.get()
    invoice_credit(actor=books.actor, invoice=invoice, lines=[{"line": line.pk, "quantity": "1"}], on=day(3, 20))
    abroad = books.party("customer", phone="1")
    export = books.charge("10000", party=abroad, currency="USD", issued_on=day(3, 1))
    paid = books.pay("10000", party=abroad, currency="USD", paid_on=day(3, 25))
    payment_allocate(actor=books.actor, payment=paid, invoice=export, on=day(3, 25))
    entry(books, day(3, 31), ("5603.01", "1500", None), ("1002", None, "1500"))
    entry(books, day(3, 31), ("5801", "6750", None), ("2221.02", None, "6750"))
    return {"since": day(1, 1), "until": day(3, 31)}


def rows_of(books, kind, days, column=0, **more):
    found = statement(actor=books.actor, kind=kind, **days, **more)
    assert found.difference == 0
    return {f.row.key: f.amount for f in found.figures[column]}


def test_the_quarter_to_the_statutory_statements(books, quarter):
    sheet = rows_of(books, "balance_sheet", quarter)
    expected = {
        "1": 527000, "4": 53400, "9": 51000, "10": 20000, "11": 0, "12": 31000, "15": 631400, "18": 120000,
        "19": 6000, "20": 114000, "30": 745400, "31": 100000, "33": 0, "35": 0, "36": 17150, "47": 117150,
        "48": 500000, "51": 128250, "53": 745400,
    }  # fmt: skip
    assert {k: sheet[k] for k in expected} == expected
    income = rows_of(books, "income", quarter)
    expected = {
        "1": 251000, "2": 99000, "14": 15000, "18": 2000, "19": 1500, "21": 135000, "30": 135000, "31": 6750,
        "32": 128250,
    }  # fmt: skip
    assert {k: income[k] for k in expected} == expected
    cash = rows_of(books, "cash_flow", quarter)
    expected = {
        "1": 220500, "2": 0, "3": 113000, "4": 45000, "5": 0, "6": 14000, "7": 48500, "12": 120000, "13": -120000,
        "14": 100000, "15": 500000, "17": 1500, "19": 598500, "20": 527000, "21": 0, "22": 527000,
    }  # fmt: skip
    assert {k: cash[k] for k in expected} == expected
    indirect = rows_of(books, "cash_flow_indirect", quarter)
    assert {k: indirect[k] for k in ("np", "dep", "inv", "rec", "pay", "top", "ppe", "end")} == {
        "np": 128250, "dep": 6000, "inv": -51000, "rec": -53400, "pay": 17150, "top": 47000, "ppe": -120000,
        "end": 527000,
    }  # fmt: skip
    march = {"since": quarter["until"].replace(day=1), "until": quarter["until"]}
    # March alone: 71,000 abroad less 20,000 credited; 11,000 came back into stock.
    month = rows_of(books, "income", march, column=1)
    assert (month["1"], month["2"], month["32"]) == (51000, -11000, 51000 + 11000 - 15000 - 2000 - 6750)
    other = rows_of(books, "balance_sheet", quarter, layout="international")
    assert (other["ta"], other["tel"], other["ret"], other["inv"]) == (745400, 745400, 128250, 51000)
    assert rows_of(books, "cash_flow", quarter, layout="international")["top"] == 47000
    assert rows_of(books, "income", quarter, layout="international")["gp"] == 152000
    books.prove()


def test_nothing_changes_in_them_when_the_profit_is_carried_forward(books, quarter):
    before = [rows_of(books, kind, quarter) for kind in KINDS]
    for period in Period.objects.filter(
        starts_on__gt=quarter["since"] + timedelta(days=30), ends_on__lte=quarter["until"]
    ):
        profit_transfer(actor=books.actor, period=period)
    assert [rows_of(books, kind, quarter) for kind in KINDS] == before
    assert books.balance("3103") == D(-128250)


def test_who_has_paid_ahead_is_a_creditor(books, quarter):
    ahead = books.party("customer", phone="2")
    books.pay("5000", party=ahead, paid_on=quarter["until"])
    sheet = rows_of(books, "balance_sheet", quarter)
    assert (sheet["1"], sheet["4"], sheet["34"]) == (532000, 53400, 5000)


def test_behind_a_figure_are_its_accounts(books, quarter):
    _column, parts = statement_parts(
        actor=books.actor, kind="balance_sheet", layout="statutory", key="9", column="end", **quarter
    )
    assert {p.account.code: p.amount for p in parts} == {"1403": D(20000), "1405": D(31000)}


def test_days_of_stock_receivable_and_payable(books, quarter):
    """Averages of nothing on 31 December and what stands on 31 March, over 90 (91 in a leap year) days: stock 25,500 to
    a cost of 99,000; receivable 26,700 to a revenue of 251,000."""
    found = ratios(actor=books.actor, **quarter)
    days = (quarter["until"] - quarter["since"]).days + 1
    assert found["dio"] == round(D(25500) * days / D(99000), 1)
    assert found["dso"] == round(D(26700) * days / D(251000), 1)
    assert found["dpo"] == 0
    assert found["ccc"] == found["dio"] + found["dso"]
    assert found["gross_margin"] == D("60.6")


def test_another_ledger_says_the_same(books, quarter):
    """The quarter and sixty random entries, some reversed, told to beancount: the same balance of every account, in the
    company's currency and each in its own, and the same totals of the statements."""
    seeded, codes = random.Random(38), ["1001", "1002", "5602", "5001", "2241", "3001", "5603.02", "1221"]
    for _ in range(60):
        amount = f"{D(seeded.randint(1, 5_000_000)) / 100}"
        debit, credit = seeded.sample(codes, 2)
        on = quarter["since"] + timedelta(days=seeded.randint(0, 89))
        made = entry(books, on, (debit, amount, None), (credit, None, amount))
        if seeded.random() < 0.25:
            journal_entry_reverse(actor=books.actor, entry=made)
    theirs = other_ledger.balances()
    table = trial_balance(actor=books.actor, **quarter)
    ours = {r.account.code: r.closing for r in table.rows if not r.is_group and r.closing}
    assert {code: sums["CNY"] for code, sums in theirs.items()} == ours
    assert table.closing == 0
    types = dict(Account.objects.values_list("code", "type"))

    def total(*wanted):
        return sum((sums["CNY"] for code, sums in theirs.items() if types[code] in wanted), D(0))

    sheet, income = rows_of(books, "balance_sheet", quarter), rows_of(books, "income", quarter)
    # Who overpaid is shown as a creditor: assets are shown gross of what beancount sees as one account.
    assert sheet["30"] - sheet["34"] == total("asset", "cost")
    assert income["32"] == -total("revenue", "expense")
    own = other_ledger.balances(base=False)
    units = JournalLine.objects.filter(currency="USD").values_list("account__code").annotate(n=Sum("amount_currency"))
    assert {code: sums["USD"] for code, sums in own.items() if "USD" in sums} == {c: n for c, n in units if n}
    books.prove()


def test_an_account_nobody_thought_of_is_in_the_statements(books, quarter):
    with acting(books.actor):
        Account(code="1777", name="Odd things", type="asset").save()
        Account(code="6666", name="Odd costs", type="expense").save()
    entry(books, quarter["until"], ("1777", "30", None), ("1002", None, "30"))
    entry(books, quarter["until"], ("6666", "20", None), ("1002", None, "20"))
    assert rows_of(books, "balance_sheet", quarter)["14"] == 30
    assert rows_of(books, "income", quarter)["14"] == 15020
    assert rows_of(books, "cash_flow", quarter)["6"] == 14050


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_counts_every_row_once(kind, layout):
    """Each line is in exactly one total, so that a total forgets nothing."""
    for chart in ("cn", "intl"):
        rows = read_layout(layout, kind, chart)
        keys = [r.key for r in rows]
        used: dict[str, int] = {}
        for row in rows:
            for term in row.total:
                first, dots, last = term.lstrip("-").partition("..")
                span = keys[keys.index(first) : keys.index(last) + 1] if dots else [first]
                for key in span:
                    if not dots or rows[keys.index(key)].kind in ("line", "total"):
                        used[key] = used.get(key, 0) + 1
        assert {r.key for r in rows if r.kind in ("line", "opening")} - used.keys() == set()
        assert {key: n for key, n in used.items() if n != 1} in ({}, {"20": 1})


def test_they_are_had_as_a_sheet_and_on_paper(books, quarter):
    api = Api(books.actor)
    query = f"?kind=balance_sheet&to={quarter['until']}"
    with translation.override("zh-hans"):
        sheet = api.get(f"/api/v1/finance/statements/sheet/{query}")
        paper = api.get(f"/api/v1/finance/statements/paper/{query}")
    cells = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values)
    total = next(row for row in cells if row[0] == "资产总计")
    assert total[1:3] == ("30", 745400)
    text = pypdfium2.PdfDocument(paper.content)[0].get_textpage().get_text_bounded()
    assert "会小企01表" in text
    assert "745,400.00" in text


def test_statements_take_the_same_number_of_statements_whatever_the_size(books, quarter, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        statement(actor=books.actor, kind="balance_sheet", compare=True, **quarter)
    assert JournalEntry.objects.count() > 20
    assert JournalLine.objects.aggregate(n=Sum(F("debit") - F("credit")))["n"] == 0
