"""Orders for the last of a budget at the same moment, over connections of their own: never more than it holds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from modules.finance.models import FiscalYear
from modules.finance.selectors.budgets import budget_standing
from modules.finance.services.budgets import budget_create, budget_enforce, budget_fill
from modules.shared.data.errors import BudgetExceeded
from modules.shared.data.models import PurchaseOrder
from modules.shared.data.services import purchase_order_confirm, purchase_order_create
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.books import Books
from tests.modules.finance.test_at_once import at_once

D = Decimal


def test_the_last_of_a_budget_is_spent_once(fresh_company):
    """250.00 and eight orders of 100.00 at once: two fit."""
    company = fresh_company("Budgeting")
    owner = owner_of(company)
    actor = replace(owner, permissions=owner.permissions - {"finance.budget.exceed"}, roles=("buyer",))
    with serving(company):
        books, today = Books(owner), current().today()
        year = FiscalYear.objects.get(starts_on__lte=today, ends_on__gte=today)
        made = budget_create(actor=owner, name="Plan", year=year, control="block", reach="month")
        budget_fill(
            actor=owner, budget=made,
            cells=[{"account": books.account("5602"), "month": today.replace(day=1), "amount": D(250)}],
        )  # fmt: skip
        made = budget_enforce(actor=owner, budget=made)
        line = [{"product": books.product(kind="service"), "quantity": 1, "unit_price": D(100), "tax": None}]
        orders = [
            purchase_order_create(actor=owner, supplier=books.party("supplier"), lines=line, due_on=today)
            for _ in range(8)
        ]

    def confirm(order):
        return lambda: purchase_order_confirm(actor=actor, order=order)

    answers = at_once(company, [confirm(x) for x in orders])
    assert sum(isinstance(x, PurchaseOrder) for x in answers) == 2
    assert sum(isinstance(x, BudgetExceeded) for x in answers) == 6
    with serving(company):
        [row] = budget_standing(made)
        assert sum(row.committed.values()) == 200
