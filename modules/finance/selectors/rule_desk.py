"""The posting rules as the accountant reads them, and what a rule would have done to the entries of past days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Sum

from modules.finance.models import Account, Event, JournalEntry, JournalLine, PostingRule
from modules.finance.models.rule import OPTIONAL_EVENTS
from modules.finance.selectors.rules import Rules
from modules.shared.data.models import ProductCategory
from tenon.access.actor import Actor

ZERO = Decimal(0)


@dataclass(frozen=True)
class EventRules:
    """One event with its rules, the general one first; `used` counts its entries in the span. An `optional` one needs
    none: without a rule nothing is posted, instead of to suspense."""

    event: str
    label: str
    rules: list[PostingRule]
    used: int
    optional: bool


@dataclass(frozen=True)
class Shift:
    """What one account would have had more (debit positive) by the rule than it has."""

    account: Account
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class Simulation:
    """`entries` of the event in the span, `touched` lines that the rule would have posted elsewhere; `shifts` by
    account, debits equal credits. `examples`: entry id, number, date, product, amount, from, to."""

    entries: int
    touched: int
    shifts: list[Shift]
    examples: list[tuple[int, str, date, str, Decimal, Account, Account]]


def rule_table(*, actor: Actor, since: date, until: date) -> list[EventRules]:
    """Every event, with rules or without. Permission: finance.posting_rule.view."""
    actor.require("finance.posting_rule.view")
    rules: dict[str, list[PostingRule]] = defaultdict(list)
    found = PostingRule.objects.select_related("category", "debit_account", "credit_account")
    for rule in found.order_by("category__name", "product_source", "pk"):
        rules[rule.event].append(rule)
    used = dict(
        JournalEntry.objects.filter(entry_date__gte=since, entry_date__lte=until)
        .exclude(event="")
        .values_list("event")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [
        EventRules(
            value, str(label), sorted(rules[value], key=lambda r: (r.category_id is not None, r.product_source)),
            used.get(value, 0), value in OPTIONAL_EVENTS,
        )
        for value, label in Event.choices
    ]  # fmt: skip


def simulate(
    *, actor: Actor, event: str, category_id: int | None, source: str, debit_id: int, credit_id: int, since: date,
    until: date,
) -> Simulation:  # fmt: skip
    """What the entries of `event` in these days would be with this rule in force, beside what they are. Nothing is
    written. Lines on accounts that no rule of the event names (taxes, differences) stay. Permission:
    finance.posting_rule.view."""
    actor.require("finance.posting_rule.view")
    rows = list(
        JournalLine.objects.filter(
            entry__event=event, entry_date__gte=since, entry_date__lte=until, entry__reversal_of__isnull=True
        )
        .values_list("product_id", "account_id")
        .annotate(debit=Sum("debit"), credit=Sum("credit"), n=Count("pk"))
        .order_by()
    )
    products = [r[0] for r in rows]
    now, then = Rules([event], products), Rules([event], products)
    then.assume(event, category_id, source, debit_id, credit_id, categories=_parents())
    shifts: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    moved: dict[tuple[int | None, int], int] = {}
    touched = 0
    for product_id, account_id, debit, credit, count in rows:
        before, after = now.find(event, product_id), then.find(event, product_id)
        if before is None or after is None:
            continue
        for amount, side, old, new in (
            (debit, 0, before.debit_id, after.debit_id), (credit, 1, before.credit_id, after.credit_id),
        ):  # fmt: skip
            if amount and account_id == old and old != new:
                shifts[old][side] -= amount
                shifts[new][side] += amount
                moved[(product_id, account_id)] = new
        touched += count if (product_id, account_id) in moved else 0
    accounts = Account.objects.in_bulk({*shifts, *moved.values()})
    return Simulation(
        JournalEntry.objects.filter(event=event, entry_date__gte=since, entry_date__lte=until).count(), touched,
        [Shift(accounts[pk], d, c) for pk, (d, c) in shifts.items() if d or c],
        _examples(event, since, until, moved, accounts),
    )  # fmt: skip


def _parents() -> dict[int, int | None]:
    return dict(ProductCategory.objects.values_list("pk", "parent_id"))


def _examples(
    event: str, since: date, until: date, moved: dict[tuple[int | None, int], int], accounts: dict[int, Account],
    limit: int = 20,
) -> list[tuple[int, str, date, str, Decimal, Account, Account]]:  # fmt: skip
    if not moved:
        return []
    lines = (
        JournalLine.objects.filter(
            entry__event=event, entry_date__gte=since, entry_date__lte=until, entry__reversal_of__isnull=True,
            account_id__in={account for _product, account in moved},
        )
        .annotate(amount=F("debit") + F("credit"))
        .select_related("entry", "product", "account")
        .order_by("-entry_date", "-entry_id", "position")[: limit * 5]
    )  # fmt: skip
    return [
        (x.entry_id, x.entry.number, x.entry_date, str(x.product or ""), x.amount, x.account,
         accounts[moved[(x.product_id, x.account_id)]])
        for x in lines
        if (x.product_id, x.account_id) in moved
    ][:limit]  # fmt: skip
