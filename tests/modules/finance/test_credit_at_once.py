"""Members of one group at the same moment, over connections of their own: together they never take more than the
group's limit, whether they confirm, open again or ship."""

from __future__ import annotations

from decimal import Decimal

from modules.finance.models import CreditGroup, CreditGroupMember
from modules.finance.selectors.credit import exposures
from modules.shared.data.errors import CreditExceeded
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.services import (
    sales_order_close,
    sales_order_confirm,
    sales_order_create,
    sales_order_reopen,
)
from tenon.records.service import acting
from tenon.tenancy.context import serving
from tests.companies import owner_of
from tests.modules.finance.books import Books
from tests.modules.finance.test_at_once import at_once

D = Decimal


def test_two_members_cannot_both_take_the_last_of_it(fresh_company):
    """A limit of 350 for four customers, each with two orders of 100 at once: three of eight fit. Then the three are
    closed, three others confirmed, and all closed ones opened again at once: none fits."""
    company = fresh_company("Holding")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        with acting(actor):
            group = CreditGroup(name="Holding", limit=D(350))
            group.save()
            customers = [Party(code=f"G-{n}", name=f"Member {n}", is_customer=True) for n in range(4)]
            for customer in customers:
                customer.save()
                CreditGroupMember(group=group, customer=customer).save()
        line = [{"product": books.product(kind="service"), "quantity": 1, "unit_price": D(100), "tax": None}]
        orders = [sales_order_create(actor=actor, customer=c, lines=line) for c in customers for _ in range(2)]

    def doing(verb, order):
        return lambda: verb(actor=actor, order=order)

    results = at_once(company, [doing(sales_order_confirm, order) for order in orders])
    assert [type(r) for r in results if not isinstance(r, SalesOrder)] == [CreditExceeded] * 5
    with serving(company):
        assert SalesOrder.objects.filter(status="confirmed").count() == 3
        assert sum(x.orders for x in exposures([c.pk for c in customers]).values()) == D(300)
        closed = [sales_order_close(actor=actor, order=o) for o in SalesOrder.objects.filter(status="confirmed")]
        waiting = list(SalesOrder.objects.filter(status="draft").order_by("pk")[:3])
    results = at_once(
        company,
        [doing(sales_order_confirm, o) for o in waiting] + [doing(sales_order_reopen, o) for o in closed],
    )
    assert sum(isinstance(r, SalesOrder) for r in results) == 3
    with serving(company):
        assert sum(x.orders for x in exposures([c.pk for c in customers]).values()) == D(300)
