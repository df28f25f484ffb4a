"""Credit of customers by hand figures: two currencies, groups, policies, every moment of asking, overrides that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.finance.models import CreditGroup, CreditGroupMember, CreditOverride, CreditPolicy
from modules.finance.selectors.credit import credit_standing, exposures
from modules.finance.services.credit_overrides import (
    credit_override_approve,
    credit_override_refuse,
    credit_override_request,
    credit_override_revoke,
)
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.shared.data.errors import CreditExceeded
from modules.shared.data.models import Currency, ExchangeRate, SalesOrder
from modules.shared.data.services import (
    sales_order_change,
    sales_order_close,
    sales_order_confirm,
    sales_order_create,
    sales_order_reopen,
)
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World

D = Decimal


@pytest.fixture
def dollars(books):
    """One dollar is 7.00 yuan."""
    with acting(books.actor):
        ExchangeRate(currency=Currency.objects.get(code="USD"), day=date(2020, 1, 1), rate=D(7)).save()


def grouped(books, *customers, limit=None, name="Three Rivers Holding"):
    with acting(books.actor):
        group = CreditGroup(name=name, limit=limit)
        group.save()
        for customer in customers:
            CreditGroupMember(group=group, customer=customer).save()
    return group


def policy(books, **values):
    with acting(books.actor):
        CreditPolicy(**values).save()


def draft(books, customer, quantity, price="100", **values):
    lines = [{"product": books.product(), "quantity": D(str(quantity)), "unit_price": D(price), "tax": None}]
    return sales_order_create(actor=books.actor, customer=customer, lines=lines, **values)


def confirm(books, order):
    return sales_order_confirm(actor=books.actor, order=order)


def allowed(books, customer, order=None, **values):
    """An approved override of somebody else's."""
    values.setdefault("valid_until", current().today() + timedelta(days=7))
    values.setdefault("reason", "the insurer agreed")
    asked = credit_override_request(actor=books.actor, customer=customer, order=order, **values)
    return credit_override_approve(actor=books.actor, override=asked)


def test_four_parts_in_two_currencies(books, dollars):
    """Rule 18.
    USD at 7: an invoice of 100 USD open (700), paid in advance 20 USD (−140), an order of 10 × 10 USD of which 4
    are shipped and 1 of them invoiced and paid: shipped 3 × 70 = 210, to ship 6 × 70 = 420. In yuan an order of 50.00
    with freight 8.00. Owed in all 700 − 140 + 210 + 420 + 58 = 1,248."""
    customer = books.party("customer", currency="USD")
    books.charge("100", party=customer, currency="USD")
    books.pay("20", party=customer, currency="USD")
    order = books.sale((books.product(), 10, "10"), customer=customer)
    books.deliver(order, ["40"], [4])
    line = order.lines.get()
    invoice = books.invoice(order, quantities={line.pk: D(1)})
    books.pay("10", party=customer, currency="USD", allocations=[{"invoice": invoice.pk, "amount": "10"}])
    books.sale((books.product(), 1, "50"), customer=customer, currency="CNY", freight=D(8))
    found = exposures([customer.pk])[customer.pk]
    assert (found.receivable, found.shipped, found.orders) == (D(560), D(210), D(478))
    assert (found.total(True), found.total(False)) == (D(1248), D(770))


def test_a_credit_note_and_a_later_payment(books):
    """113 invoiced, 13 credited, and a payment dated tomorrow is no cash yet: 100."""
    from modules.finance.services.invoice_posting import invoice_credit, invoice_reverse

    customer = books.party("customer")
    books.charge("113", party=customer)
    other = books.charge("13", party=customer)
    invoice_credit(actor=books.actor, invoice=books.charge("50", party=customer))
    assert exposures([customer.pk])[customer.pk].receivable == D(126)
    invoice_reverse(actor=books.actor, invoice=other)
    assert exposures([customer.pk])[customer.pk].receivable == D(113)


def test_the_limit_of_the_member_and_of_the_group_both_hold(books, dollars):
    """Rule 18.
    Group 1,000: A (own limit 600) has an order of 500, B (in dollars, none of its own) owes 40 USD = 280. A may
    take 100 more (its own 600), B 220 more (the group's 1,000)."""
    a, b = books.party("customer", credit_limit=D(600)), books.party("customer", currency="USD")
    stranger = books.party("customer", credit_rating=1)
    grouped(books, a, b, limit=D(1000))
    confirm(books, draft(books, a, 5))
    books.charge("40", party=b, currency="USD")
    with pytest.raises(CreditExceeded) as refused:
        confirm(books, draft(books, a, 1, "100.01"))
    assert (refused.value.extra["limit"], refused.value.extra["exposure"]) == ("600.0000", "500.00")
    with pytest.raises(CreditExceeded, match="Three Rivers Holding") as refused:
        confirm(books, draft(books, b, 1, "31.43"))  # 220.01
    assert (D(refused.value.extra["group_limit"]), D(refused.value.extra["group_exposure"])) == (D(1000), D(780))
    confirm(books, draft(books, stranger, 1, "100000"))
    confirm(books, draft(books, b, 1, "31.42"))  # 219.94
    with pytest.raises(CreditExceeded, match="Three Rivers Holding"):
        confirm(books, draft(books, a, 1, "1"))
    standing = credit_standing(actor=books.actor, party=a)
    assert (standing.group_total, standing.group_limit, standing.limit) == (D("999.94"), D(1000), D(600))


def test_open_orders_count_or_not(books):
    """Rule 18.
    Limit 500, open orders do not count: three orders of 400 are taken one by one, but 600 never is. Shipping the
    first (400) goes, the second would make 800."""
    customer = books.party("customer", credit_limit=D(500))
    policy(books, counts_orders=False)
    world = World(books.actor, {"customer": customer})
    product = world.product()
    world.opening((product, 10, 1))
    first, second, _third = (world.sale((product, 2)) for _ in range(3))
    with pytest.raises(CreditExceeded):
        world.sale((product, 3))
    delivery_post(actor=books.actor, delivery=delivery_create(actor=books.actor, order=first))
    later = delivery_create(actor=books.actor, order=second)
    with pytest.raises(CreditExceeded) as refused:
        delivery_post(actor=books.actor, delivery=later)
    assert (refused.value.extra["exposure"], refused.value.extra["additional"]) == ("400.00", "400.00")
    invoice = books.invoice(first)
    books.pay("400", party=customer, allocations=[{"invoice": invoice.pk, "amount": "400"}])
    delivery_post(actor=books.actor, delivery=later)


def test_more_of_an_order_is_asked_for(books):
    """Rule 18.
    Limit 1,000, an order of 8 × 100. Ten pieces fit, eleven do not; nor does 125.01 apiece. A line that was called
    off and is wanted again counts, though the order's total falls."""
    customer = books.party("customer", credit_limit=D(1000))
    order = confirm(books, draft(books, customer, 8))
    line = order.lines.get()

    def change(**values):
        return sales_order_change(actor=books.actor, order=order, lines=[{"id": line.pk, **values}])

    with pytest.raises(CreditExceeded):
        change(quantity=D(11))
    with pytest.raises(CreditExceeded):
        change(unit_price=D("125.01"))
    change(quantity=D(10))
    # A second line takes its place; then the first is wanted again, one piece less than it was.
    product = books.product()
    sales_order_change(
        actor=books.actor,
        order=order,
        lines=[{"product": product, "quantity": D(9), "unit_price": D(100), "tax": None}],
    )
    assert exposures([customer.pk])[customer.pk].orders == D(900)
    other = order.lines.get(product=product)
    with pytest.raises(CreditExceeded) as refused:
        sales_order_change(actor=books.actor, order=order, lines=[{"id": other.pk}, {"id": line.pk, "quantity": D(9)}])
    assert refused.value.extra["additional"] == "900.00"


def test_closed_and_opened_again_is_no_way_around(books):
    """Rule 18.
    Limit 1,000: an order of 800 is closed, another of 800 is taken, the first is opened again: refused. With the
    second closed it opens, and wants what it wanted."""
    customer = books.party("customer", credit_limit=D(1000))
    first = confirm(books, draft(books, customer, 8))
    books.deliver(first, ["30"], [3])
    sales_order_close(actor=books.actor, order=first)
    second = confirm(books, draft(books, customer, 7))  # 300 shipped + 700
    with pytest.raises(CreditExceeded) as refused:
        sales_order_reopen(actor=books.actor, order=first)
    assert (refused.value.extra["exposure"], refused.value.extra["additional"]) == ("1000.00", "500.00")
    sales_order_close(actor=books.actor, order=second)
    opened = sales_order_reopen(actor=books.actor, order=first, reason="wanted after all")
    line = opened.lines.get()
    assert (opened.status, line.cancelled, line.open_quantity) == ("part_delivered", D(0), D(5))
    assert "wanted after all" in opened.note
    with pytest.raises(StateRefused):
        sales_order_reopen(actor=books.actor, order=opened)


def test_reopened_it_locks_stock_and_what_was_called_off_stays_off(books):
    world = World(books.actor)
    product = world.product()
    world.opening((product, 6, 1))
    order = world.sale((product, 4), (product, 5))
    keep, off = order.lines.order_by("position")
    sales_order_change(actor=books.actor, order=order, lines=[{"id": keep.pk}])
    sales_order_close(actor=books.actor, order=order)
    assert world.balance(product) == (D(6), D(0))
    sales_order_reopen(actor=books.actor, order=order)
    keep.refresh_from_db()
    off.refresh_from_db()
    assert (keep.reserved, keep.open_quantity, off.open_quantity) == (D(4), D(4), D(0))
    assert world.balance(product) == (D(6), D(4))
    world.prove()


def test_goods_do_not_leave_beyond_the_limit(books):
    """Rule 18: Confirmed inside the limit, which is cut afterwards: the goods stay here until somebody lets them go."""
    customer = books.party("customer", credit_limit=D(1000))
    world = World(books.actor, {"customer": customer})
    product = world.product()
    world.opening((product, 5, 1))
    order = world.sale((product, 5))
    with acting(books.actor):
        customer.credit_limit = D(900)
        customer.save()
    delivery = delivery_create(actor=books.actor, order=order)
    with pytest.raises(CreditExceeded) as refused:
        delivery_post(actor=books.actor, delivery=delivery)
    assert (refused.value.extra["exposure"], refused.value.extra["limit"]) == ("1000.00", "900.0000")
    allowed(books, customer, order)
    assert delivery_post(actor=books.actor, delivery=delivery).status == "posted"
    world.prove()


def test_what_is_overdue_stops_the_whole_group(books):
    """20 days are accepted. B is 21 days late: A's order waits, a stranger's does not; paid, it goes."""
    a, b, c = (books.party("customer", credit_rating=n) for n in (1, 2, 3))
    grouped(books, a, b)
    policy(books, overdue_days=20)
    late = books.charge("10", party=b, issued_on=current().today() - timedelta(days=21))
    order = draft(books, a, 1)
    with pytest.raises(CreditExceeded, match="21 days"):
        confirm(books, order)
    confirm(books, draft(books, c, 1))
    books.pay("10", party=b, allocations=[{"invoice": late.pk, "amount": "10"}])
    confirm(books, order)


def test_a_group_may_have_a_policy_of_its_own(books):
    a, b = (books.party("customer", credit_rating=n) for n in (1, 2))
    group = grouped(books, a)
    policy(books, overdue_days=5)
    policy(books, group=group, overdue_days=30)
    for customer in (a, b):
        books.charge("10", party=customer, issued_on=current().today() - timedelta(days=21))
    confirm(books, draft(books, a, 1))
    with pytest.raises(CreditExceeded):
        confirm(books, draft(books, b, 1))


def test_an_override_of_one_order_ends(books):
    """Limit 100, an order of 300 let through by itself: 300.01 is too much for it, another order is not let through,
    and the day after its last the block is back."""
    customer = books.party("customer", credit_limit=D(100))
    policy(books, overdue_days=0)
    books.charge("1", party=customer, issued_on=current().today() - timedelta(days=2))
    order = draft(books, customer, 3)
    override = allowed(books, customer, order, valid_until=current().today())
    assert (override.amount, override.decided_by, override.status) == (D(300), books.actor.label, "approved")
    with pytest.raises(CreditExceeded):
        confirm(books, draft(books, customer, 1))
    confirm(books, order)
    line = order.lines.get()
    with pytest.raises(CreditExceeded):
        sales_order_change(actor=books.actor, order=order, lines=[{"id": line.pk, "unit_price": D("100.01")}])
    with acting(books.actor):  # a day goes by
        CreditOverride.objects.filter(pk=override.pk).update(valid_until=current().today() - timedelta(days=1))
    with pytest.raises(CreditExceeded):
        sales_order_change(actor=books.actor, order=order, lines=[{"id": line.pk, "quantity": D(4)}])


def test_an_override_raises_the_limit_of_one_customer_in_its_group(books):
    """Group limit 1,000, used up by A. 200 more for B: B orders 200, A not a cent; taken back, B neither."""
    a, b = (books.party("customer", credit_rating=n) for n in (1, 2))
    grouped(books, a, b, limit=D(1000))
    confirm(books, draft(books, a, 10))
    override = allowed(books, b, amount=D(200))
    confirm(books, draft(books, b, 1))
    with pytest.raises(CreditExceeded):
        confirm(books, draft(books, b, 1, "100.01"))
    with pytest.raises(CreditExceeded):
        confirm(books, draft(books, a, 1, "0.01"))
    credit_override_revoke(actor=books.actor, override=override, reason="the insurer changed its mind")
    with pytest.raises(CreditExceeded):
        confirm(books, draft(books, b, 1, "0.01"))


def test_overdue_is_lifted_only_where_it_says_so(books):
    customer = books.party("customer", credit_limit=D(1000))
    policy(books, overdue_days=0)
    books.charge("1", party=customer, issued_on=current().today() - timedelta(days=2))
    allowed(books, customer, amount=D(50))
    with pytest.raises(CreditExceeded, match="overdue"):
        confirm(books, draft(books, customer, 1))
    allowed(books, customer, amount=D(1), lifts_overdue=True)
    confirm(books, draft(books, customer, 1))


def test_who_decides_and_what_stays_of_it(books):
    """Asked by one, decided by another, once; both names and reasons stand on it and in the audit trail."""
    customer = books.party("customer")
    until = current().today() + timedelta(days=1)
    seller = replace(books.actor, label="Seller", roles=("sales",))
    with pytest.raises(Invalid):
        credit_override_request(actor=seller, customer=customer, amount=D(1), valid_until=until, reason=" ")
    with pytest.raises(Invalid):
        credit_override_request(actor=seller, customer=customer, valid_until=until, reason="why")
    with pytest.raises(Invalid):
        credit_override_request(
            actor=seller, customer=customer, amount=D(1), valid_until=until - timedelta(days=2), reason="why"
        )
    asked = credit_override_request(
        actor=seller, customer=customer, amount=D(5), valid_until=until, reason="trade fair"
    )
    with pytest.raises(Forbidden):
        credit_override_approve(actor=seller, override=asked)  # the same member, no owner
    with pytest.raises(Forbidden):
        credit_override_approve(actor=replace(seller, permissions=frozenset()), override=asked)
    chief = replace(books.actor, label="Head of finance", member_id=None, roles=("accountant",))
    credit_override_approve(actor=chief, override=asked, reason="paid well so far")
    asked.refresh_from_db()
    assert (asked.asked_by, asked.decided_by, asked.decision_reason) == (
        "Seller", "Head of finance", "paid well so far",
    )  # fmt: skip
    assert asked.decided_at is not None
    with pytest.raises(StateRefused):
        credit_override_refuse(actor=chief, override=asked, reason="no")
    trail = AuditEntry.objects.filter(table_name="finance_creditoverride", row_id=asked.pk).order_by("id")
    assert [x.op for x in trail] == ["insert", "update"]
    assert SalesOrder.objects.filter(customer=customer).count() == 0
