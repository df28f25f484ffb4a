"""Which accounts an event uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from modules.finance.errors import MissingRule
from modules.finance.models import Account, Event
from modules.shared.data.models import ProductCategory

# Asked with every posting.
_RULES = """
select event, category_id, product_source, debit_account_id, credit_account_id from finance_postingrule
 where event = any(%s)
"""
_PRODUCTS = "select id, category_id, source, kind from data_product where id = any(%s)"


@dataclass(frozen=True)
class Accounts:
    debit_id: int
    credit_id: int


class Rules:
    """The rules of some events, read once (two queries, three when a rule names a category)."""

    def __init__(self, events: Iterable[str], product_ids: Iterable[int | None] = ()) -> None:
        self._rules: dict[tuple[str, int | None, str], Accounts] = {}
        self._products: dict[int, tuple[int | None, str]] = {}
        wanted = {p for p in product_ids if p is not None}
        self._kinds: dict[int, str] = {}
        with connection.cursor() as cursor:
            cursor.execute(_RULES, [[str(event) for event in set(events)]])
            for event, category, source, debit, credit in cursor.fetchall():
                self._rules[event, category, source] = Accounts(debit, credit)
            if wanted:
                cursor.execute(_PRODUCTS, [list(wanted)])
                for pk, category, source, kind in cursor.fetchall():
                    self._products[pk], self._kinds[pk] = (category, source), kind
        self._parents: dict[int, int | None] = {}
        if wanted and any(key[1] is not None for key in self._rules):
            self._parents = dict(ProductCategory.objects.values_list("pk", "parent_id"))

    def assume(
        self,
        event: str,
        category_id: int | None,
        source: str,
        debit_id: int,
        credit_id: int,
        *,
        categories: Mapping[int, int | None],
    ) -> None:
        """As if this rule stood beside or instead of those there are: for trying out."""
        self._rules[(event, category_id, source)] = Accounts(debit_id, credit_id)
        self._parents = dict(categories)

    def source(self, product_id: int | None) -> str:
        return self._products.get(product_id or 0, (None, ""))[1]

    def kind(self, product_id: int | None) -> str:
        return self._kinds.get(product_id or 0, "")

    def find(self, event: str, product_id: int | None = None) -> Accounts | None:
        """The nearest category's rule first, in it and then in general the one for made or bought products."""
        category, source = self._products.get(product_id or 0, (None, ""))
        seen: set[int] = set()
        chain: list[int | None] = []
        while category is not None and category not in seen:
            seen.add(category)
            chain.append(category)
            category = self._parents.get(category)
        for candidate in (*chain, None):
            for kind in dict.fromkeys((source, "")):
                found = self._rules.get((event, candidate, kind))
                if found is not None:
                    return found
        return None

    def need(self, event: str, product_id: int | None = None) -> Accounts:
        """Raises MissingRule: a document made at a desk says so instead of going to suspense."""
        found = self.find(event, product_id)
        if found is None:
            raise MissingRule(event=event, label=str(Event(event).label))
        return found


def suspense_account() -> Account:
    """Raises MissingRule when the chart has none."""
    account = Account.objects.filter(control=Account.Control.SUSPENSE, is_active=True).first()
    if account is None:
        raise MissingRule(event="suspense")
    return account
