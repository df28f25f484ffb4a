"""Quotes: amounts, margin, versions, acceptance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.crm.errors import QuoteExpired
from modules.crm.models import Quote
from modules.crm.services import (
    opportunity_create,
    quote_accept,
    quote_create,
    quote_delete,
    quote_refresh,
    quote_reject,
    quote_revise,
    quote_send,
    quote_update,
)
from modules.shared.data.models import Party, Product, Tax
from modules.shared.data.services import (
    contact_add,
    party_create,
    product_update,
    sales_order_create,
    sales_order_update,
)
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.tenancy.context import Company

Make = Callable[..., Product]


@pytest.fixture
def quote(actor: Actor, customer: Party, make_product: Make) -> Quote:
    """2 × 100.00 − 5 % = 190.00 + VAT 24.70; 1 × 50.00 without tax; cost 120 + 60 = 180 → margin 60.00, 25 %."""
    vat = Tax.objects.get(code="VAT13")
    return quote_create(
        actor=actor,
        party=customer,
        lines=[
            {"product": make_product(tax=vat), "quantity": 2, "discount": "5"},
            {"product": make_product(), "quantity": 1, "unit_price": "50"},
        ],
    )


def test_amounts_margin_and_promise(quote: Quote, serving_acme: Company) -> None:
    assert (quote.subtotal, quote.tax_amount, quote.total) == (Decimal(240), Decimal("24.70"), Decimal("264.70"))
    assert (quote.cost, quote.margin, quote.margin_percent) == (Decimal(180), Decimal(60), Decimal(25))
    assert [x.margin for x in quote.lines.all()] == [Decimal(70), Decimal(-10)]
    assert quote.promised_on is not None
    assert quote.valid_until == quote.quoted_on + timedelta(days=30)


def test_the_margin_lives_while_it_is_a_draft(actor: Actor, quote: Quote) -> None:
    product = quote.lines.all()[0].product
    product_update(actor=actor, product=product, standard_cost=Decimal("80"))
    assert quote_refresh(actor=actor, quote=quote).margin == Decimal(20)
    sent = quote_send(actor=actor, quote=quote)
    product_update(actor=actor, product=product, standard_cost=Decimal("10"))
    for refused in (quote_refresh, quote_delete):
        with pytest.raises(StateRefused):
            refused(actor=actor, quote=sent)
    sent.refresh_from_db()
    assert sent.margin == Decimal(20)


def test_accepting_makes_the_order_once(actor: Actor, quote: Quote, customer: Party) -> None:
    opportunity = opportunity_create(actor=actor, party=customer, name="Fittings")
    quote_update(actor=actor, quote=quote, opportunity=opportunity, freight="10")
    quote_send(actor=actor, quote=quote)
    order = quote_accept(actor=actor, quote=quote)
    quote.refresh_from_db()
    opportunity.refresh_from_db()
    assert (quote.status, quote.sales_order_id, opportunity.state) == ("accepted", order.pk, "won")
    assert order.quote_ref == {"entity": "crm.quote", "id": quote.pk, "label": quote.number}
    assert (order.subtotal, order.tax_amount, order.freight, order.total) == (
        quote.subtotal, quote.tax_amount, quote.freight, quote.total,
    )  # fmt: skip
    pairs = zip(order.lines.all(), quote.lines.all(), strict=True)
    assert all(
        (a.product_id, a.quantity, a.unit_price, a.discount, a.tax_id, a.total)
        == (b.product_id, b.quantity, b.unit_price, b.discount, b.tax_id, b.total)
        for a, b in pairs
    )
    with pytest.raises(StateRefused):
        quote_accept(actor=actor, quote=quote)


def test_versions(actor: Actor, quote: Quote) -> None:
    with pytest.raises(StateRefused):
        quote_revise(actor=actor, quote=quote)
    quote_send(actor=actor, quote=quote)
    second = quote_revise(actor=actor, quote=quote)
    quote.refresh_from_db()
    assert (quote.status, second.status, second.revision) == ("replaced", "draft", 2)
    assert (second.number, second.previous_id, second.total) == (f"{quote.number}-2", quote.pk, quote.total)
    assert quote.lines.count() == second.lines.count() == 2
    with pytest.raises(StateRefused):
        quote_accept(actor=actor, quote=quote)
    quote_send(actor=actor, quote=second)
    assert quote_revise(actor=actor, quote=second).number == f"{quote.number}-3"


def test_an_expired_quote_is_revised_not_accepted(actor: Actor, quote: Quote) -> None:
    quote_update(actor=actor, quote=quote, quoted_on=date(2026, 1, 1), valid_until=date(2026, 1, 31))
    with pytest.raises(QuoteExpired):
        quote_accept(actor=actor, quote=quote)
    with pytest.raises(QuoteExpired):
        quote_send(actor=actor, quote=quote)


def test_bad_input(actor: Actor, quote: Quote, customer: Party) -> None:
    with pytest.raises(Invalid, match="validity"):
        quote_update(actor=actor, quote=quote, valid_until=date(2000, 1, 1))
    other = party_create(actor=actor, name="Another", is_customer=True, contact_name="Keith Harris")
    with pytest.raises(Invalid, match="contact"):
        quote_update(actor=actor, quote=quote, contact=other.contacts.get())
    with pytest.raises(Invalid, match="another customer"):
        quote_update(actor=actor, quote=quote, opportunity=opportunity_create(actor=actor, party=other))
    with pytest.raises(Invalid, match="declined"):
        quote_reject(actor=actor, quote=quote)
    with pytest.raises(Invalid, match="at least one line"):
        quote_accept(actor=actor, quote=quote_create(actor=actor, party=customer))
    supplier = party_create(actor=actor, name="Supplier", is_supplier=True)
    with pytest.raises(Invalid, match="not a customer"):
        quote_create(actor=actor, party=supplier)


def test_accepting_needs_the_right_to_take_orders(actor: Actor, quote: Quote) -> None:
    clerk = Actor(kind="member", label="x", member_id=actor.member_id, permissions=frozenset({"crm.quote.decide"}))
    with pytest.raises(Forbidden):
        quote_accept(actor=clerk, quote=quote)
    quote.refresh_from_db()
    assert quote.status == "draft"


def test_what_is_not_for_sale_is_not_offered(actor: Actor, customer: Party, quote: Quote, make_product: Make) -> None:
    """Not on a new line; a line that stands may be changed, and what was offered may be accepted."""
    gone = make_product(is_saleable=False)
    with pytest.raises(Invalid) as caught:
        quote_create(actor=actor, party=customer, lines=[{"product": gone, "quantity": 1}])
    assert [(e.field, e.code) for e in caught.value.errors] == [("lines.0.product", "not_available")]
    first = quote.lines.all()[0]
    product_update(actor=actor, product=first.product, is_active=False)
    quote_update(actor=actor, quote=quote, lines=[{"id": first.pk, "quantity": 3}])
    assert quote_accept(actor=actor, quote=quote).lines.get().quantity == 3


def test_another_customer_brings_its_own_people(actor: Actor, customer: Party, quote: Quote) -> None:
    """Contact and opportunity of the customer before do not stay on the quote, nor the contact on an order."""
    other = party_create(actor=actor, name="Somebody Else", is_customer=True)
    contact = contact_add(actor=actor, party=customer, name="Purchasing")
    deal = opportunity_create(actor=actor, party=customer)
    quote_update(actor=actor, quote=quote, contact=contact, opportunity=deal)
    changed = quote_update(actor=actor, quote=quote, party=other)
    assert (changed.contact, changed.opportunity) == (None, None)
    order = sales_order_create(actor=actor, customer=customer, contact=contact)
    assert sales_order_update(actor=actor, order=order, customer=other).contact is None
