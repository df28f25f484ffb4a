"""Cancelling by hand figures: what is shown before, what is invoiced, to which account, and what is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.finance.models import Invoice
from modules.finance.services.invoice_posting import invoice_post
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.shared.data.models import (
    CancellationCharge,
    CancellationStep,
    CancellationTerms,
    Currency,
    ExchangeRate,
    SalesOrder,
    SalesOrderLine,
)
from modules.shared.data.services import (
    purchase_order_cancel,
    purchase_order_close,
    sales_order_cancel,
    sales_order_change,
    sales_order_close,
    sales_order_confirm,
    sales_order_create,
    sales_order_update,
)
from modules.shared.data.services.cancellation_charges import cancellation_charge_waive
from modules.shared.data.services.sales_change_preview import sales_cancel_preview, sales_change_preview
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World

D = Decimal


@pytest.fixture
def terms(books):
    """10 % once confirmed, 25 % from ten days before the promised day, half of what lies ready; 60.00 at least."""
    with acting(books.actor):
        made = CancellationTerms(name="House terms", is_default=True)
        made.save()
        for values in (
            {"when": "always", "percent": D(10)},
            {"when": "days", "days": 10, "percent": D(25)},
            {"when": "ready", "percent": D(50)},
            {"when": "always", "amount": D(60)},
        ):
            CancellationStep(terms=made, **values).save()
    return made


def promised(books, order, days):
    """The line's promised day lies so many days ahead."""
    with acting(books.actor):
        order.lines.update(promised_on=current().today() + timedelta(days=days))


def service_order(books, quantity=10, price="100", days=30, **values):
    """An order of a service, promised in so many days: nothing lies ready for it."""
    line = {"product": books.product(kind="service"), "quantity": D(quantity), "unit_price": D(price)}
    order = sales_order_create(
        actor=books.actor, customer=books.party("customer"), lines=[{**line, "tax": books.vat()}], **values
    )
    order = sales_order_confirm(actor=books.actor, order=order)
    promised(books, order, days)
    return order


def charges():
    return [(x.agreed, x.charged, x.state) for x in CancellationCharge.objects.order_by("pk")]


def test_shown_charged_posted(books, terms):
    """Rule 20.
    10 × 100 net, promised in 30 days: 10 % are 100.00, a draft without tax; posted, it is income of its own."""
    order = service_order(books)
    assert order.cancellation_terms_id == terms.pk
    effects = sales_cancel_preview(actor=books.actor, order=order)
    assert effects.charge is not None
    assert (effects.charge.agreed, effects.charge.cancelled_value) == (D("100.00"), D("1000.00"))
    assert (charges(), Invoice.objects.count(), SalesOrder.objects.get(pk=order.pk).status) == ([], 0, "confirmed")
    sales_order_cancel(actor=books.actor, order=order, reason="the customer's project ended")
    assert charges() == [(D(100), D(100), "charged")]
    invoice = Invoice.objects.get()
    line = invoice.lines.get()
    assert (invoice.status, invoice.kind, invoice.subtotal, invoice.tax_amount) == ("draft", "sales_invoice", 100, 0)
    assert line.account is not None
    assert (line.account.code, line.cost_order_id, line.account.name_zh) == ("5301.01", order.pk, "违约金收入")
    posted = invoice_post(actor=books.actor, invoice=invoice)
    assert books.lines(posted.entry) == [("1122", D(100), D(0)), ("5301.01", D(0), D(100))]
    books.prove()


def test_with_tax_where_the_terms_say_so(books, terms):
    with acting(books.actor):
        terms.tax = books.vat()
        terms.save()
    order = service_order(books, days=9)
    sales_order_cancel(actor=books.actor, order=order)
    invoice = Invoice.objects.get()
    assert (invoice.subtotal, invoice.tax_amount, invoice.total) == (D(250), D("32.50"), D("282.50"))


def test_in_dollars_at_the_orders_rate(books, terms):
    """Rule 20.
    USD at 7: 10 × 2 net; 10 % would be 2.00, but 60 yuan are the least: 8.57 dollars. Posted at 7 it is 59.99."""
    with acting(books.actor):
        ExchangeRate(currency=Currency.objects.get(code="USD"), day=date(2020, 1, 1), rate=D(7)).save()
    order = service_order(books, 10, "2", currency="USD")
    sales_order_cancel(actor=books.actor, order=order)
    assert charges() == [(D("8.57"), D("8.57"), "charged")]
    posted = invoice_post(actor=books.actor, invoice=Invoice.objects.get())
    assert (posted.currency, posted.total, posted.base_total) == ("USD", D("8.57"), D("59.99"))


def test_reduced_only_what_is_called_off_counts(books, terms):
    """Rule 20.
    10 × 200 ordered, 4 lie ready. 3 are called off: the 4 are wanted still, 10 % of 600. Then 5 more: 2 of the 4 are
    too many, half of 400, and 10 % of 600. The order goes on and is invoiced as if nothing were."""
    world = World(books.actor)
    product = world.product()
    world.opening((product, 4, 30))
    order = world.sale((product, 10))
    line = order.lines.get()
    promised(books, order, 30)
    sales_order_change(actor=books.actor, order=order, lines=[{"id": line.pk, "quantity": D(7)}])
    assert charges() == [(D(60), D(60), "charged")]
    promised(books, order, 30)
    change = [{"id": line.pk, "quantity": D(2)}]
    effects = sales_change_preview(actor=books.actor, order=order, lines=change)
    assert effects.charge is not None
    assert effects.charge.parts == [
        {"position": 10, "when": "ready", "days": None, "percent": "50", "amount": "200.00"},
        {"position": 10, "when": "always", "days": None, "percent": "10", "amount": "60.00"},
    ]
    assert len(charges()) == 1
    sales_order_change(actor=books.actor, order=order, lines=change)
    assert charges()[1:] == [(D(260), D(260), "charged")]
    sales_order_change(actor=books.actor, order=order, lines=[{"id": line.pk, "quantity": D(3)}])  # more costs nothing
    assert len(charges()) == 2
    delivery_post(actor=books.actor, delivery=delivery_create(actor=books.actor, order=order))
    invoice = books.invoice(order)  # no draft of the charge stands in its way
    assert invoice.subtotal == D(600)
    world.prove()


def test_a_broken_promise_costs_nothing_by_days(books, terms):
    order = service_order(books, days=-1)
    assert sales_cancel_preview(actor=books.actor, order=order).charge.agreed == D(100)  # type: ignore[union-attr]


def test_waived_with_a_reason_by_who_may(books, terms):
    """Rule 20."""
    first, second = service_order(books), service_order(books)
    seller = replace(books.actor, permissions=books.actor.permissions - {"shared.cancellation_charge.waive"})
    with pytest.raises(Forbidden):
        sales_order_cancel(actor=seller, order=first, waive_reason="a good customer")
    sales_order_cancel(actor=books.actor, order=first, waive_reason="a good customer")
    waived = CancellationCharge.objects.get()
    assert (waived.agreed, waived.charged, waived.state) == (D(100), D(0), "waived")
    assert (waived.reason, waived.waived_by) == ("a good customer", books.actor.label)
    assert Invoice.objects.count() == 0
    # Charged first, given up afterwards: the draft goes; once it is posted it is credited instead.
    sales_order_cancel(actor=books.actor, order=second)
    charged = CancellationCharge.objects.exclude(pk=waived.pk).get()
    with pytest.raises(Invalid):
        cancellation_charge_waive(actor=books.actor, charge=charged, reason=" ")
    cancellation_charge_waive(actor=books.actor, charge=charged, reason="agreed by telephone")
    assert Invoice.objects.count() == 0
    trail = AuditEntry.objects.filter(table_name="data_cancellationcharge", row_id=charged.pk).order_by("id")
    assert [x.op for x in trail] == ["insert", "update"]
    third = service_order(books)
    sales_order_cancel(actor=books.actor, order=third)
    invoice_post(actor=books.actor, invoice=Invoice.objects.get())
    with pytest.raises(StateRefused):
        cancellation_charge_waive(
            actor=books.actor, charge=CancellationCharge.objects.order_by("-pk")[0], reason="too late"
        )


def test_closing_charges_only_when_the_customer_is_to_blame(books, terms):
    ours, theirs = service_order(books), service_order(books)
    sales_order_close(actor=books.actor, order=ours)
    assert charges() == []
    sales_order_close(actor=books.actor, order=theirs, charge_customer=True)
    assert charges() == [(D(100), D(100), "charged")]


def test_terms_of_one_order_and_none(books, terms):
    """The order's own terms hold; one without them, and a draft, cost nothing."""
    with acting(books.actor):
        hard = CancellationTerms(name="Made to measure")
        hard.save()
        CancellationStep(terms=hard, when="always", percent=D(80)).save()
    own = service_order(books, cancellation_terms=hard)
    assert sales_cancel_preview(actor=books.actor, order=own).charge.agreed == D(800)  # type: ignore[union-attr]
    line = {"product": books.product(kind="service"), "quantity": D(1), "unit_price": D(100)}
    draft = sales_order_create(actor=books.actor, customer=books.party("customer"), lines=[line])
    draft = sales_order_update(actor=books.actor, order=draft, cancellation_terms=None)
    assert draft.cancellation_terms_id is None
    sales_order_cancel(actor=books.actor, order=sales_order_confirm(actor=books.actor, order=draft))
    other = sales_order_create(actor=books.actor, customer=books.party("customer"), lines=[line])
    sales_order_cancel(actor=books.actor, order=other)
    assert charges() == []


def test_what_a_supplier_asks_for(books):
    """Rule 20.
    40.00 of an order of 3 × 100, in a draft without goods: posted, a cost of its own; nothing is matched, nothing
    accrued. Of an order received in part the rest counts."""
    order = books.purchase((books.product(), 3, "100"))
    with pytest.raises(Invalid):
        purchase_order_cancel(actor=books.actor, order=order, charge=D(-1))
    purchase_order_cancel(actor=books.actor, order=order, reason="not needed", charge=D(40))
    made = CancellationCharge.objects.get()
    assert (made.purchase_order_id, made.cancelled_value, made.charged) == (order.pk, D(300), D(40))
    invoice = Invoice.objects.get()
    assert (invoice.kind, invoice.party_id, invoice.match) == ("purchase_invoice", order.supplier_id, "")
    posted = invoice_post(actor=books.actor, invoice=invoice)
    assert books.lines(posted.entry) == [("2202.02", D(0), D(40)), ("5711.01", D(40), D(0))]
    part = books.purchase((books.product(), 10, "100"))
    books.receive(part, [4])
    purchase_order_close(actor=books.actor, order=part, charge=D(25))
    assert CancellationCharge.objects.order_by("-pk")[0].cancelled_value == D(600)
    assert books.bill(part).subtotal == D(400)
    books.prove()


def test_without_a_charge_nothing_is_written(books):
    order = books.purchase((books.product(), 3, "100"))
    purchase_order_cancel(actor=books.actor, order=order)
    assert charges() == []
    assert SalesOrderLine.objects.filter(ended__gt=0).count() == 0
