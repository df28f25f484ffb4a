"""Amounts, taxes, prices and currencies of a sales order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from modules.shared.data.errors import MissingRate
from modules.shared.data.models import (
    Currency,
    ExchangeRate,
    Party,
    Price,
    PriceList,
    Product,
    SalesOrder,
    Tax,
)
from modules.shared.data.services import (
    sales_order_confirm,
    sales_order_create,
    sales_order_line_create,
    sales_order_update,
)
from tenon.access.actor import Actor
from tenon.problems import Invalid

Make = Callable[..., Product]


def codes(problem: Invalid) -> dict[str, str]:
    return {e.field: e.code for e in problem.errors}


def test_amounts_of_an_order(actor: Actor, customer: Party, make_product: Make, vat13: Tax) -> None:
    """3 × 100.00 − 10 % = 270.00, VAT 35.10; 2 × 19.99 = 39.98, VAT 5.1974 → 5.20; freight 12.00."""
    order = sales_order_create(
        actor=actor,
        customer=customer,
        freight="12",
        lines=[
            {"product": make_product(tax=vat13), "quantity": "3", "discount": "10"},
            {"product": make_product(tax=vat13).pk, "quantity": 2, "unit_price": "19.99"},
        ],
    )
    order.refresh_from_db()
    assert [(x.subtotal, x.tax_amount, x.total) for x in order.lines.all()] == [
        (Decimal("270"), Decimal("35.10"), Decimal("305.10")),
        (Decimal("39.98"), Decimal("5.20"), Decimal("45.18")),
    ]
    assert (order.subtotal, order.tax_amount, order.freight) == (Decimal("309.98"), Decimal("40.30"), Decimal("12"))
    assert order.total == Decimal("362.28")
    assert order.status == "draft"
    assert order.number.startswith("SO-")
    assert order.owner_id == actor.member_id
    assert [x["amount"] for x in order.tax_lines] == ["40.30"]


def test_a_tax_setting_changed_later_leaves_the_document_alone(
    actor: Actor, customer: Party, make_product: Make, vat13: Tax, frame: None
) -> None:
    """Rule 3."""
    order = sales_order_create(
        actor=actor, customer=customer, lines=[{"product": make_product(tax=vat13), "quantity": 1}]
    )
    vat13.rate = Decimal("9")
    vat13.save()
    order = sales_order_confirm(actor=actor, order=order)
    sales_order_update(actor=actor, order=order, note="call first")
    order.refresh_from_db()
    assert (order.tax_amount, order.note) == (Decimal("13"), "call first")


def test_group_rounding_is_kept_and_lines_sum(actor: Actor, customer: Party, make_product: Make, vat13: Tax) -> None:
    """Rule 3: Three lines of 0.335 at 13 %: base 1.005 → 1.01, tax 0.13065 → 0.13; shared so that they add up."""
    line = {"product": make_product(tax=vat13), "quantity": 1, "unit_price": "0.335"}
    order = sales_order_create(actor=actor, customer=customer, tax_rounding="group", lines=[line, line, line])
    sales_order_line_create(actor=actor, order=order, product=line["product"], quantity=1, unit_price="0.335")
    order.refresh_from_db()
    rows = list(order.lines.all())
    # Four lines: base 1.34, tax 0.1742 → 0.17.
    assert (order.subtotal, order.tax_amount) == (Decimal("1.34"), Decimal("0.17"))
    assert sum(x.subtotal for x in rows) == Decimal("1.34")
    assert sum(x.tax_amount for x in rows) == Decimal("0.17")


def test_price_list_with_quantity_break_then_list_price(
    actor: Actor, customer: Party, make_product: Make, frame: None
) -> None:
    product = make_product(list_price=Decimal("50"))
    prices = PriceList.objects.get(code="STD")
    Price(price_list=prices, product=product, min_quantity=0, price=Decimal("48")).save()
    Price(price_list=prices, product=product, min_quantity=10, price=Decimal("45")).save()
    Price(
        price_list=prices, product=product, min_quantity=10, price=Decimal("1"), valid_from=date(2000, 1, 1),
        valid_until=date(2000, 12, 31),
    ).save()  # fmt: skip
    other = make_product(list_price=Decimal("7"))
    order = sales_order_create(
        actor=actor, customer=customer, price_list=prices,
        lines=[{"product": p, "quantity": q} for p, q in ((product, 9), (product, 10), (other, 1))],
    )  # fmt: skip
    assert [x.unit_price for x in order.lines.all()] == [Decimal("48"), Decimal("45"), Decimal("7")]


def test_foreign_currency_needs_a_rate(actor: Actor, customer: Party, make_product: Make, frame: None) -> None:
    """List price 100 CNY at 7.10 CNY a dollar is 14.08450704 USD."""
    lines = [{"product": make_product(), "quantity": 1}]
    with pytest.raises(MissingRate):
        sales_order_create(actor=actor, customer=customer, currency="USD", lines=lines)
    usd = Currency.objects.get(code="USD")
    ExchangeRate(currency=usd, day=date(2020, 1, 1), rate=Decimal("7.10")).save()
    order = sales_order_create(actor=actor, customer=customer, currency="USD", lines=lines)
    assert order.exchange_rate == Decimal("7.10")
    assert order.lines.get().unit_price == Decimal("14.08450704")
    assert order.total == Decimal("14.08")


def test_another_currency_never_leaves_prices_of_the_one_before(
    actor: Actor, customer: Party, make_product: Make, frame: None
) -> None:
    """100 CNY from the list and 50 CNY by hand, at 8 CNY a dollar: 12.50 and 6.25; a screw of 0.10 is 0.0125."""
    ExchangeRate(currency=Currency.objects.get(code="USD"), day=date(2020, 1, 1), rate=Decimal(8)).save()
    made = [{"product": make_product(), "quantity": 2}] + [
        {"product": make_product(), "quantity": 1, "unit_price": price} for price in ("50", "0.10")
    ]

    def draft() -> SalesOrder:
        return sales_order_create(actor=actor, customer=customer, lines=made, freight="16")

    def prices(order: SalesOrder) -> list[Decimal]:
        return list(order.lines.order_by("position").values_list("unit_price", flat=True))

    order = draft()
    with pytest.raises(Invalid) as refused:
        sales_order_update(actor=actor, order=order, currency="USD")
    assert codes(refused.value) == {"currency": "prices_undecided"}
    order = sales_order_update(actor=actor, order=order, currency="USD", prices="rate")
    assert prices(order) == [Decimal("12.5"), Decimal("6.25"), Decimal("0.0125")]
    assert (order.exchange_rate, order.freight, order.total) == (8, 2, Decimal("33.26"))
    asked = sales_order_update(actor=actor, order=draft(), currency="USD", prices="list")
    assert prices(asked) == [Decimal("12.5")] * 3, "what stood by hand is asked of the lists, too"
    kept = sales_order_update(actor=actor, order=draft(), currency="USD", prices="keep")
    assert prices(kept) == [100, 50, Decimal("0.1")]
    assert sales_order_update(actor=actor, order=kept, currency="USD").currency == "USD", "no change, no question"
    other = draft()
    first = other.lines.order_by("position").first()
    assert first is not None
    with pytest.raises(Invalid):
        sales_order_update(actor=actor, order=other, currency="USD", lines=[{"id": first.pk, "quantity": 3}])
    named = sales_order_update(
        actor=actor, order=other, currency="USD", lines=[{"id": first.pk, "quantity": 3, "unit_price": "9"}]
    )
    assert prices(named) == [9], "who names every price has said what it is"
