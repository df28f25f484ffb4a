"""The ledger switched on after stock has moved: it takes over what stands there, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from modules.finance.checks import check
from modules.finance.models import JournalEntry
from modules.finance.on_enable import on_enable
from modules.finance.services.invoice_posting import invoice_credit
from modules.inventory.models import StockBalance
from modules.inventory.on_enable import on_enable as inventory_on
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_scrap
from modules.production.services import production_order_report
from tenon.access.actor import Actor, system
from tenon.tenancy.context import Company, current, serving
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import make_factory
from tests.modules.production.services.test_orders import stocked

D = Decimal


@contextmanager
def without_finance() -> Iterator[None]:
    company = current()
    with serving(replace(company, features=frozenset(f for f in company.features if not f.startswith("finance.")))):
        yield


def test_stock_and_work_in_progress_are_taken_over(serving_acme: Company, actor: Actor) -> None:
    """Bought 10 at 4.00 without a ledger; an order took 32 spokes at 0.50 and gave nothing yet. Then the ledger comes:
    40.00 and what is left of the spokes are stock, 16.00 work in progress, all against opening balances."""
    world, books = World(actor), Books(actor)
    with without_finance():
        world.buy((world.product(), 10, 4))
        factory = make_factory(actor)
        stocked(factory, (factory.spoke, 100, "0.50"))
        order = factory.order(2, product=factory.wheel)
        production_order_report(actor=actor, order=order, scrap=D(1))
    assert check(current()) != []
    on_enable(actor=system("switch"), company=current())
    assert check(current()) == []
    assert (books.balance("1403"), books.balance("4001"), books.balance("3199")) == (D(74), D(16), D(-90))
    count = JournalEntry.objects.count()
    on_enable(actor=system("switch"), company=current())
    assert JournalEntry.objects.count() == count


def test_deliveries_of_a_time_without_a_ledger_leave_it_too(serving_acme: Company, actor: Actor) -> None:
    """10 at 4.00 are in the books; 4 are scrapped while finance is off: the ledger comes down to 24.00."""
    world, books = World(actor), Books(actor)
    product = world.product()
    world.opening((product, 10, 4))
    with without_finance():
        stock_scrap(actor=actor, stock=StockBalance.objects.get(product=product), quantity=D(4))
    on_enable(actor=system("switch"), company=current())
    assert (books.balance("1403"), check(current())) == (D(24), [])


def test_what_came_before_the_ledger_goes_back_against_opening_balances(serving_acme: Company, actor: Actor) -> None:
    """10 at 4.00 were received without a ledger, 3 go back with one: nothing was accrued, nothing is left accrued."""
    world, books = World(actor), Books(actor)
    with without_finance():
        receipt = world.buy((world.product(), 10, 4))
    on_enable(actor=system("switch"), company=current())
    receipt_return(actor=actor, receipt=receipt, lines={receipt.lines.get().pk: D(3)})
    assert (books.balance("1403"), books.balance("2202.01"), books.balance("3199")) == (D(28), 0, D(-28))
    assert check(current()) == []


def test_goods_invoiced_before_they_came_are_not_accrued_again(serving_acme: Company, actor: Actor) -> None:
    """Ordered and invoiced while nobody kept stock: an expense. They come with inventory on: stock, less expense."""
    world, books = World(actor), Books(actor)
    order = world.purchase((world.product(), 10, 4))
    company = current()
    with serving(replace(company, features=frozenset(f for f in company.features if not f.startswith("inventory.")))):
        books.bill(order)
    world.receive(order)
    assert (books.balance("1403"), books.balance("2202.01"), books.balance("2202.02")) == (D(40), 0, D(-40))
    assert books.balance("5602") + books.balance("5401.02") == 0
    assert check(current()) == []


def test_parts_that_are_invoiced_and_parts_that_go_back_leave_no_cent(serving_acme: Company, actor: Actor) -> None:
    """10 for 100.05: 3 are invoiced, 30.02 cleared; 7 go back at 70.04: the cent too much is a price variance."""
    world, books = World(actor), Books(actor)
    order = world.purchase((world.product(), 10, "10.005"))
    receipt = world.receive(order)
    line = order.lines.get()
    books.bill(order, quantities={line.pk: D(3)})
    receipt_return(actor=actor, receipt=receipt, lines={receipt.lines.get().pk: D(7)})
    assert books.balance("2202.01") == 0
    assert check(current()) == []


def test_a_ledger_opened_while_inventory_is_off_takes_stock_over_when_it_is_on(
    serving_acme: Company, actor: Actor
) -> None:
    world, books = World(actor), Books(actor)
    with without_finance():
        world.opening((world.product(), 10, 4))
    company = current()
    with serving(replace(company, features=frozenset(f for f in company.features if not f.startswith("inventory.")))):
        on_enable(actor=system("switch"), company=current())
    assert books.balance("1403") == 0
    inventory_on(actor=system("switch"), company=current())
    assert (books.balance("1403"), check(current())) == (D(40), [])


def test_what_went_back_while_the_ledger_was_off_is_accrued_no_more(serving_acme: Company, actor: Actor) -> None:
    world, books = World(actor), Books(actor)
    receipt = world.buy((world.product(), 10, 4))
    with without_finance():
        receipt_return(actor=actor, receipt=receipt)
    on_enable(actor=system("switch"), company=current())
    assert (books.balance("1403"), books.balance("2202.01"), books.balance("3199")) == (0, 0, 0)
    assert check(current()) == []


def test_what_came_before_the_ledger_is_invoiced_sent_back_and_credited(serving_acme: Company, actor: Actor) -> None:
    """Nothing of it was ever accrued: everything goes against opening balances, and comes back from there."""
    world, books = World(actor), Books(actor)
    order = world.purchase((world.product(), 2, "9.99"))
    with without_finance():
        receipt = world.receive(order)
    on_enable(actor=system("switch"), company=current())
    invoice = books.bill(order)
    receipt_return(actor=actor, receipt=receipt, lines={receipt.lines.get().pk: D(1)})
    assert (books.balance("2202.01"), check(current())) == (0, [])
    invoice_credit(actor=actor, invoice=invoice)
    assert (books.balance("2202.01"), check(current())) == (0, [])
