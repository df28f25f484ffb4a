"""Postings of other modules through the port: entries by rule, suspense without one, cost of sales by component."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.errors import PeriodClosed
from modules.finance.models import JournalEntry, JournalLine, PostingRule, SuspenseItem
from modules.finance.services.closing import close_findings
from modules.finance.services.journal import suspense_resolve
from modules.finance.services.posting import posting_post
from modules.shared.contracts.posting import Posting, PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import ProductCategory
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


@pytest.mark.parametrize(
    ("kind", "source", "debit", "credit"),
    [
        ("goods_receipt", "buy", "1403", "2202.01"),
        ("goods_receipt", "make", "1405", "2202.01"),
        ("goods_receipt_return", "buy", "2202.01", "1403"),
        ("purchase_variance", "buy", "5401.02", "2202.01"),
        ("delivery", "make", "5401.01", "1405"),
        ("delivery_return", "make", "1405", "5401.01"),
        ("production_issue", "buy", "4001", "1403"),
        ("production_labour", "make", "4001", "2211"),
        ("production_overhead", "make", "4001", "4101"),
        ("production_receipt", "make", "1405", "4001"),
        ("production_variance", "make", "5401.03", "4001"),
        ("stock_opening", "buy", "1403", "3199"),
        ("stock_adjustment", "buy", "1403", "5401.04"),
        ("stock_rounding", "make", "1405", "5401.04"),
    ],
)
def test_each_kind_by_its_rule(books, kind, source, debit, credit):
    product = books.product(source=source)
    (ref,) = books.post(kind, PostingLine(D("12.34"), product.pk))
    assert books.lines(ref.id) == [(debit, D("12.34"), D(0)), (credit, D(0), D("12.34"))]
    entry = JournalEntry.objects.get(pk=ref.id)
    assert (entry.event, entry.kind, entry.total) == (kind, "stock", D("12.34"))
    assert entry.source_number.startswith("DOC-")
    books.prove()


def test_a_negative_amount_changes_sides(books):
    product = books.product(source="make")
    (ref,) = books.post("stock_adjustment", PostingLine(D("-5"), product.pk))
    assert books.lines(ref.id) == [("1405", D(0), D(5)), ("5401.04", D(5), D(0))]


def test_the_nearest_category_wins(books):
    with acting(books.actor):
        top = ProductCategory(name="Chemicals")
        top.save()
        below = ProductCategory(name="Solvents", parent=top)
        below.save()
        PostingRule(
            event="goods_receipt", category=top, debit_account=books.account("1411"),
            credit_account=books.account("2202.01"),
        ).save()  # fmt: skip
    (ref,) = books.post("goods_receipt", PostingLine(D(7), books.product(category=below).pk))
    assert books.lines(ref.id)[0] == ("1411", D(7), D(0))


def test_without_a_rule_the_amount_waits_on_the_accountants_desk(books):
    with acting(books.actor):
        PostingRule.objects.filter(event="goods_receipt").delete()
    product = books.product()
    (ref,) = books.post("goods_receipt", PostingLine(D(99), product.pk, books.party("supplier").pk))
    assert books.lines(ref.id) == [("1999", D(99), D(0)), ("1999", D(0), D(99))]
    item = SuspenseItem.objects.get()
    assert (item.event, item.amount, item.product_id, item.status) == ("goods_receipt", D(99), product.pk, "open")
    entry = JournalEntry.objects.get(pk=ref.id)
    assert close_findings(entry.period)
    with pytest.raises(Invalid):
        suspense_resolve(actor=books.actor, item=item, debit_account=None, credit_account=books.account("1403"))
    suspense_resolve(
        actor=books.actor, item=item, debit_account=books.account("1403"), credit_account=books.account("2202.01")
    )
    assert (books.balance("1403"), books.balance("2202.01"), books.balance("1999")) == (D(99), D(-99), D(0))
    assert JournalLine.objects.filter(account__code="1403").get().product_id == product.pk
    with pytest.raises(StateRefused):
        suspense_resolve(
            actor=books.actor, item=item, debit_account=books.account("1403"), credit_account=books.account("1403")
        )
    books.prove()


def test_nothing_worth_anything_posts_nothing(books):
    assert books.post("delivery", PostingLine(D(0), books.product().pk)) == []
    assert not JournalEntry.objects.exists()


def test_a_closed_period_refuses_the_movement(books, closed):
    last = current().today().replace(day=1) - timedelta(days=1)
    closed(f"{last:%Y-%m}")
    with pytest.raises(PeriodClosed):
        books.post("delivery", PostingLine(D(1), books.product().pk), on=last)


def test_a_fraction_of_a_cent_is_refused(books):
    with pytest.raises(Invalid):
        books.post("delivery", PostingLine(D("0.001"), books.product().pk))


def produce(
    books, order, line, product, *, material: str, labour: str, overhead: str, production_id: int = 501
) -> None:
    ids = {"sales_order_id": order.pk, "sales_order_line_id": line.pk, "production_order_id": production_id}
    part = books.product(source="buy")
    books.post("production_issue", PostingLine(D(material), part.pk, **ids))
    books.post("production_labour", PostingLine(D(labour), product.pk, **ids))
    books.post("production_overhead", PostingLine(D(overhead), product.pk, **ids))
    books.post("production_receipt", PostingLine(D(material) + D(labour) + D(overhead), product.pk, **ids))


def test_cost_of_a_made_product_is_split_as_its_production_has_cost(books):
    """Made for the order at 600 material, 300 labour, 100 overhead; 6 of 10 delivered for 600.00: 360 / 180 / 60."""
    product = books.product(source="make")
    order = books.sale((product, 10, "150"))
    line = order.lines.get()
    produce(books, order, line, product, material="600", labour="300", overhead="100")
    assert books.balance("4001") == 0
    books.deliver(order, ["600.00"], [6])
    cost = JournalLine.objects.filter(account__code="5401.01").values_list("component", "debit")
    assert dict(cost) == {"material": D(360), "labour": D(180), "overhead": D(60)}
    # What comes back goes as it came.
    books.post(
        "delivery_return",
        PostingLine(
            D(100), product.pk, order.customer_id, sales_order_id=order.pk, sales_order_line_id=line.pk,
            component="material",
        ),
    )  # fmt: skip
    back = JournalLine.objects.filter(account__code="5401.01", credit__gt=0).values_list("component", "credit")
    assert dict(back) == {"material": D(60), "labour": D(30), "overhead": D(10)}
    books.prove()


def test_many_postings_take_few_statements(books, django_assert_max_num_queries):
    products = [books.product(source="make" if i % 2 else "buy") for i in range(20)]
    for size in (1, 100):
        lines = tuple(PostingLine(D(i + 1), products[i % 20].pk, sales_order_id=1) for i in range(size))
        source = RecordRef("inventory.delivery", 1, "DN-1")
        postings = [Posting("delivery", current().today(), source, lines) for _ in range(3)]
        # of which two number: the entry by year, the voucher by period
        with django_assert_max_num_queries(25):
            posting_post(actor=books.actor, postings=postings)
