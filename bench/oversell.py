"""Two hundred buyers at once of the last hundred pieces: a hundred get one each, a hundred are told so.

    python -m bench.oversell

Bar (design: quality): under 2 s after warm-up, from the first who asks to the last who is answered, eighty at a time
through the pool of connections. The result is checked: exactly a hundred orders are confirmed with their piece locked,
a hundred stay drafts and were told what is missing, nothing else moved."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from bench.company import fresh_company  # first: names the database
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
AT_A_TIME = 80


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


class _Crowd:
    """Eighty at a time; each takes a connection of the pool and gives it back, as requests do."""

    def __init__(self, company: Company, actor: Actor) -> None:
        self.company, self.actor = company, actor

    def _confirm(self, order: SalesOrder) -> str:
        try:
            with serving(self.company):
                sales_order_confirm_in_full(actor=self.actor, order=order)
        except InsufficientStock as refused:
            return "told" if refused.extra["lines"] else "refused without a word"
        finally:
            connection.close()
        return "won"

    def confirm(self, orders: Sequence[SalesOrder]) -> list[str]:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            return list(pool.map(self._confirm, orders))


def main() -> int:
    with fresh_company() as (company, actor):
        with serving(company):
            warm = _sale(actor, "WARM", AT_A_TIME, AT_A_TIME)
            sales = [_sale(actor, f"LAST-{n}", PIECES, BUYERS) for n in range(RUNS)]
        crowd = _Crowd(company, actor)
        assert set(crowd.confirm(warm)) == {"won"}
        found, answers = measure(
            "the last hundred pieces", lambda n: crowd.confirm(sales[n]), runs=RUNS, warm=0, bar=2.0,
            buyers=BUYERS, pieces=PIECES, **{"at a time": AT_A_TIME},
        )  # fmt: skip
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
