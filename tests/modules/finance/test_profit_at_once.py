"""Σ orders + unallocated = gross margin at any second: random documents with returns, credit notes and reversals,
posted by several at once while somebody keeps asking."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

from django.db import connection

from modules.finance.models import JournalLine
from modules.finance.selectors.profit import ProfitTie, order_profit, orders_profit, profit_tie
from modules.finance.selectors.proof import check
from modules.finance.services.invoice_posting import invoice_credit, invoice_reverse
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.year_end import profit_transfer
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import SalesOrder
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.books import Books
from tests.modules.finance.services.test_posting import produce

D = Decimal
POSTERS, STEPS = 4, 14


def test_orders_and_the_rest_are_the_gross_margin_at_any_second(fresh_company):
    company = fresh_company("Profit")
    actor = owner_of(company)
    with serving(company):
        shared = Books(actor)
        shared.party("customer"), shared.party("supplier")
        made, bought = shared.product(source="make"), shared.product(source="buy")
    done, seen = threading.Event(), []

    def post(seed):
        seeded, books = random.Random(seed), replace(shared)

        def sale():
            product = seeded.choice([made, bought])
            order = books.sale((product, seeded.randint(1, 9), str(seeded.randint(10, 900)), books.vat()))
            if product is made:
                produce(books, order, order.lines.get(), product, material=str(seeded.randint(1, 400)),
                        labour=f"{seeded.randint(1, 9999) / 100}", overhead="3.33",
                        production_id=seeded.randint(1, 10**9))  # fmt: skip
            cost = D(seeded.randint(1, 50_000)) / 100
            books.deliver(order, [cost])
            invoice = books.invoice(order) if seeded.random() < 0.8 else None
            if seeded.random() < 0.4:
                line = order.lines.get()
                with acting(actor):
                    books.post(
                        "delivery_return",
                        PostingLine(
                            (cost / 3).quantize(D("0.01")), product.pk, order.customer_id, sales_order_id=order.pk,
                            sales_order_line_id=line.pk, component="material",
                        ),
                    )  # fmt: skip
            if invoice and seeded.random() < 0.5:
                seeded.choice([invoice_credit, invoice_reverse])(actor=actor, invoice=invoice)

        def freight():
            order = SalesOrder.objects.order_by("?").first()
            line = PostingLine(
                D(seeded.randint(1, 9999)) / 100, sales_order_id=order.pk if order else None, component="freight"
            )
            books.post("outbound_freight", line)

        def by_hand():
            order = seeded.choice([None, SalesOrder.objects.order_by("?").first()])
            amount = f"{seeded.randint(1, 99999) / 100}"
            entry = journal_entry_post(
                actor=actor,
                lines=[
                    {"account": books.account("5601.02"), "debit": amount, "sales_order_id": order and order.pk,
                     "component": seeded.choice(["", "commission", "nonsense"])},
                    {"account": books.account("1002"), "credit": amount},
                ],
            )  # fmt: skip
            if seeded.random() < 0.5:
                journal_entry_reverse(actor=actor, entry=entry)

        def rest():
            books.post("stock_adjustment", PostingLine(D(seeded.randint(-5000, 5000)) / 100, bought.pk))
            if seeded.random() < 0.2:
                from modules.finance.models import Period

                today = current().today()
                profit_transfer(actor=actor, period=Period.objects.get(starts_on__lte=today, ends_on__gte=today))

        try:
            with serving(company):
                for _ in range(STEPS):
                    try:
                        seeded.choice([sale, sale, sale, freight, by_hand, rest])()
                    except Problem:
                        continue
        finally:
            connection.close()

    def ask():
        try:
            with serving(company):
                while not done.is_set():
                    seen.append(profit_tie())
        finally:
            connection.close()

    with ThreadPoolExecutor(POSTERS + 1) as pool:
        asking = pool.submit(ask)
        try:
            for poster in [pool.submit(post, seed) for seed in range(POSTERS)]:
                poster.result()
        finally:
            done.set()
        asking.result()
    assert len(seen) > 20
    assert [tie for tie in seen if tie.difference] == []
    assert len({tie.gross_margin for tie in seen}) > 5
    with serving(company):
        others = ("stock of", "work in progress")
        assert [f for f in check(company) if not f.startswith(others)] == []
        tie = profit_tie()
        assert tie.orders
        assert tie.unallocated
        orders = list(SalesOrder.objects.values_list("pk", flat=True))
        per_order = orders_profit(actor=actor, order_ids=orders)
        assert sum(x["profit"] for x in per_order.values()) == tie.orders
        assert any(x["returned"] for x in per_order.values())
        # Every figure leads to its postings, and all postings are under a figure.
        found = 0
        for pk in orders[:10]:
            report = order_profit(actor=actor, sales_order_id=pk)
            for line in report.lines:
                assert sum((p.amount for p in report.postings.get(line.key, [])), D(0)) == line.actual
            found += sum(len(rows) for rows in report.postings.values())
        assert found == JournalLine.objects.filter(sales_order_id__in=orders[:10]).exclude(component="").count()


def test_a_line_outside_the_identity_is_found():
    assert ProfitTie(D(5), D(2), D("7.01")).difference == D("-0.01")
