"""Two hundred buyers at once of the last hundred pieces: a hundred get one each, a hundred are told so.

    python -m bench.oversell

Bar (design: quality): under 2 s after warm-up, from the first who asks to the last who is answered. They ask as they
would ask the product: two processes with ten threads each, as its web server has,
and a line before them. The result is checked: exactly a hundred orders are confirmed with their piece
locked, a hundred stay drafts and were told what is missing, nothing else moved."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from statistics import median

from django.db import connection

from bench.company import fresh_company  # isort: skip  (names the database)
from bench.measure import keep, measure
from modules.inventory.errors import InsufficientStock
from modules.inventory.models import StockBalance
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.shared.data.models import Party, Product, SalesOrder, Unit
from modules.shared.data.services import sales_order_confirm_in_full, sales_order_create_many
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tenon_site.management.commands.check_books import check_company

BUYERS, PIECES, RUNS = 200, 100, 3
PROCESSES, THREADS = 2, 10  # of the web server as `make demo` and the image start it (docs/deploy.md)
WARM = 80


def _sale(actor: Actor, code: str, pieces: int, buyers: int) -> list[SalesOrder]:
    """Drafts of one piece each, of a product of which so many pieces are there; each of a customer of its own."""
    with acting(actor):
        product = Product(code=code, name=code, unit=Unit.objects.get(code="EA"), list_price=Decimal(9))
        product.save()
        customers = Party.objects.bulk_create(
            Party(code=f"{code}-{n}", name=f"Buyer {n}", is_customer=True) for n in range(buyers)
        )
    line = {"product": product, "quantity": Decimal(pieces), "unit_cost": Decimal(5)}
    adjustment_post(actor=actor, adjustment=adjustment_create(actor=actor, kind="opening", lines=[line]))
    wanted = [{"product": product.pk, "quantity": 1, "unit_price": Decimal(9), "tax": None}]
    rows = [{"customer": customer, "lines": wanted} for customer in customers]
    return sales_order_create_many(actor=actor, rows=rows)


def _confirm_all(company: Company, actor: Actor, orders: list[int]) -> tuple[list[str], float]:
    """In a process of the server: what each buyer was told, and the process's CPU."""

    def confirm(order: int) -> str:
        try:
            with serving(company):
                sales_order_confirm_in_full(actor=actor, order=SalesOrder.objects.get(pk=order))
        except InsufficientStock as refused:
            return "told" if refused.extra["lines"] else "refused without a word"
        finally:
            connection.close()  # back into the pool, as at the end of a request
        return "won"

    began = time.process_time()
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(confirm, orders)), time.process_time() - began


class _Server:
    """Processes of a web server, and the buyers shared out among them in turn."""

    def __init__(self, company: Company, actor: Actor, processes: ProcessPoolExecutor) -> None:
        self.company, self.actor, self.processes = company, actor, processes
        self.cpu: list[float] = []

    def confirm(self, orders: Sequence[SalesOrder]) -> list[str]:
        numbers = [order.pk for order in orders]
        shares = [numbers[n::PROCESSES] for n in range(PROCESSES)]
        asked = [self.processes.submit(_confirm_all, self.company, self.actor, share) for share in shares]
        answers = [question.result() for question in asked]
        self.cpu.append(sum(cpu for _, cpu in answers))
        return [said for told, _ in answers for said in told]


def main() -> int:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as processes:
        processes.submit(time.sleep, 0).result()  # forked now, before there is a connection to share
        with fresh_company() as (company, actor):
            return _measure(company, actor, _Server(company, actor, processes))


def _measure(company: Company, actor: Actor, server: _Server) -> int:
    with serving(company):
        warm = [_sale(actor, f"WARM-{n}", WARM, WARM) for n in range(2)]
        sales = [_sale(actor, f"LAST-{n}", PIECES, BUYERS) for n in range(RUNS)]
    for drafts in warm:
        assert set(server.confirm(drafts)) == {"won"}
    found, answers = measure(
        "the last hundred pieces", lambda n: server.confirm(sales[n]), runs=RUNS, warm=0, bar=2.0,
        buyers=BUYERS, pieces=PIECES, processes=PROCESSES, threads=THREADS,
    )  # fmt: skip
    found.cpu = median(server.cpu[len(warm) :])
    print(f"{'':44} {found.cpu:.3f} s of CPU in the processes of the server")
    with serving(company):
        for n, said in enumerate(answers):
            assert Counter(said) == {"won": PIECES, "told": BUYERS - PIECES}, Counter(said)
            there = StockBalance.objects.get(product__code=f"LAST-{n}")
            assert (there.on_hand, there.reserved) == (PIECES, PIECES)
            orders = SalesOrder.objects.filter(pk__in=[o.pk for o in sales[n]])
            states = Counter(orders.values_list("status", "lines__reserved"))
            assert states == {("confirmed", Decimal(1)): PIECES, ("draft", Decimal(0)): BUYERS - PIECES}, states
    assert check_company(company) == []
    return 0 if keep("oversell", [found]) else 1


if __name__ == "__main__":
    sys.exit(main())
