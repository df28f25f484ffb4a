"""Whether the budget allows a purchase, under a lock: two orders for the last of it follow one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, Budget, BudgetExcess
from modules.finance.rules.budget import Covered, window
from modules.finance.selectors.budgets import (
    BudgetRow,
    account_parents,
    accounts_of,
    actuals,
    budget_rows,
    commitments,
    months_of,
)
from modules.shared.contracts.budget import BudgetItem
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.errors import BudgetExceeded
from tenon.access.actor import Actor
from tenon.records.service import service
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

ZERO = Decimal(0)
LOCK = "finance.budget"
Kind = BudgetExcess.Kind


@dataclass(frozen=True)
class Standing:
    """A line of a budget that a document touches, over the months compared: what is left when it goes through."""

    budget: Budget
    row: BudgetRow
    month: date
    planned: Decimal
    actual: Decimal
    committed: Decimal
    wanted: Decimal

    @property
    def left(self) -> Decimal:
        return self.planned - self.actual - self.committed - self.wanted


def document_standing(document: RecordRef, items: Sequence[BudgetItem]) -> list[Standing]:
    """Every line of the budgets in force that covers an item of the document, the document's own commitments left aside
    and counted as wanted. A few queries per year concerned."""
    borne = [(item, account) for _ref, item, account in accounts_of([(document, item) for item in items])]
    if not borne:
        return []
    out: list[Standing] = []
    for budget in Budget.objects.filter(status=Budget.Status.IN_FORCE).select_related("year").order_by("pk"):
        year = budget.year
        mine = [(item, account) for item, account in borne if year.starts_on <= item.on <= year.ends_on]
        if not mine:
            continue
        rows = budget_rows(budget)
        covered = Covered(account_parents(), [(r.account.pk, r.department_id) for r in rows])
        wanted: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
        for item, account in mine:
            for index in covered.rows(account, item.department_id):
                wanted[index][item.on.replace(day=1)] += item.amount
        if not wanted:
            continue
        for cell in actuals(budget, covered.accounts):
            for index in covered.rows(cell.account_id, cell.department_id):
                rows[index].actual[cell.month] = rows[index].actual.get(cell.month, ZERO) + cell.amount
        for one in commitments(covered.accounts, but=document):
            for index in covered.rows(one.account_id, one.department_id):
                rows[index].committed[one.month] = rows[index].committed.get(one.month, ZERO) + one.amount
        months = months_of(budget)
        for index, by_month in sorted(wanted.items()):
            row = rows[index]
            # Over the whole year the months differ in nothing.
            for month in [max(by_month)] if budget.reach == Budget.Reach.YEAR else sorted(by_month):
                seen = window(budget.reach, months, month)
                planned, actual, committed, asked = (
                    sum((amounts.get(m, ZERO) for m in seen), ZERO)
                    for amounts in (row.planned, row.actual, row.committed, by_month)
                )
                out.append(Standing(budget, row, month, planned, actual, committed, asked))
    return out


@service()
def budget_check(*, actor: Actor, document: RecordRef, items: Sequence[BudgetItem], reason: str = "") -> None:
    """Keeps what goes beyond a budget that tells; of one that stops, lets through whoever may exceed it and what such a
    one let through before, up to that amount. Raises BudgetExceeded."""
    controlled = Budget.objects.filter(status=Budget.Status.IN_FORCE).exclude(control=Budget.Control.NONE)
    if not items or not controlled.exists():
        return
    company_lock(LOCK)
    over = [
        x for x in document_standing(document, items)
        if x.left < 0 and x.wanted > 0 and x.budget.control != Budget.Control.NONE
        and x.row.account.type != Account.Type.REVENUE
    ]  # fmt: skip
    may = actor.can("finance.budget.exceed")
    for standing in over:
        beyond = min(-standing.left, standing.wanted)
        stops = standing.budget.control == Budget.Control.BLOCK
        if stops and not may and beyond > _allowed(document, standing):
            raise _exceeded(standing, beyond)
        if not stops or may:
            _keep(actor, document, standing, beyond, Kind.ALLOWED if stops else Kind.TOLD, reason)


def _key(document: RecordRef, standing: Standing) -> dict[str, object]:
    return {
        "budget": standing.budget, "account": standing.row.account, "department_id": standing.row.department_id,
        "month": standing.month, "document__entity": document.entity, "document__id": document.id,
    }  # fmt: skip


def _allowed(document: RecordRef, standing: Standing) -> Decimal:
    found = BudgetExcess.objects.filter(kind=Kind.ALLOWED, **_key(document, standing)).order_by("-over").first()
    return found.over if found else ZERO


def _keep(actor: Actor, document: RecordRef, standing: Standing, beyond: Decimal, kind: str, reason: str) -> None:
    found = BudgetExcess.objects.filter(kind=kind, **_key(document, standing)).first()
    if found is None:
        found = BudgetExcess(
            budget=standing.budget, kind=kind, account=standing.row.account, department_id=standing.row.department_id,
            month=standing.month,
            document={"entity": document.entity, "id": document.id, "label": document.label},
        )  # fmt: skip
    elif found.over >= beyond:
        return
    found.budgeted, found.over, found.decided_by, found.reason = standing.planned, beyond, actor.label, reason[:500]
    found.save()


def _exceeded(standing: Standing, beyond: Decimal) -> BudgetExceeded:
    row = standing.row
    name = f"{row.account} {row.department}".strip()
    words = {
        "name": name, "month": f"{standing.month:%Y-%m}", "planned": f"{standing.planned:f}",
        "used": f"{standing.actual + standing.committed:f}", "wanted": f"{standing.wanted:f}",
        "over": f"{beyond:f}", "currency": current().currency,
    }  # fmt: skip
    return BudgetExceeded(
        _(
            "%(name)s, %(month)s: of %(planned)s %(currency)s %(used)s are used or committed; this takes %(wanted)s,"
            " which is %(over)s too much. Ask for approval by somebody who may exceed budgets"
        )
        % words,
        budget=words["planned"], used=words["used"], wanted=words["wanted"], over=words["over"], account=name,
    )  # fmt: skip
