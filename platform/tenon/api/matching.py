"""Which rows hold the words that somebody typed: in their own columns, in custom fields, behind references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import Model, Q, QuerySet, Value

from tenon.api.filters import custom_expression, filtered, hop
from tenon.api.lookups import holds
from tenon.api.metadata import Resource
from tenon.api.shapes import label_of, model_field, shapes, title_of

_MOST_WORDS = 6
_FEW = 500  # references that are named one by one
_TELLING = 3  # letters; of shorter words a trigram index knows nothing


def selected(resource: Resource, rows: QuerySet[Any], params: Mapping[str, Any]) -> QuerySet[Any]:
    """What the filters and the search of a query leave of the rows. Raises Invalid."""
    return searched(resource, filtered(resource, rows, params), str(params.get("search", "")))


def searched(resource: Resource, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Every word must stand in one of the search fields."""
    words = _words(text)
    if not words:
        return rows
    fields = _Fields(resource)
    everything = resource.model._default_manager.all()
    rows = rows.alias(**{f"s{index}": custom_expression(shape) for index, shape in enumerate(fields.custom)})
    for word in words:
        ways = fields.ways(word)
        if len(ways) > 1 and not fields.custom and len(word) >= _TELLING:
            # A branch for each index; as one OR over a join PostgreSQL could use none of them.
            branches = [everything.filter(way).order_by().values("pk") for way in ways]
            rows = rows.filter(pk__in=branches[0].union(*branches[1:], all=True))
            continue
        ways += [Q(**{f"s{index}__part": word}) for index in range(len(fields.custom))]
        rows = rows.filter(reduce(or_, ways, Q()) or Q(pk__in=[]))
    return rows


def searched_first(
    resource: Resource, rows: QuerySet[Any], lean: Callable[[], QuerySet[Any]], text: str, most: int
) -> QuerySet[Any]:
    """The same for the first `most` rows in their order. `lean` makes the same rows in the same order, with nothing
    joined that the order does not need. What each index finds is ordered and cut by itself: where a word stands in
    thousands of rows, little more is looked at than is shown."""
    words, fields = _words(text), _Fields(resource)
    if not words or not fields.behind or fields.custom:
        return searched(resource, rows, text)
    telling = max(words, key=len)
    words.remove(telling)
    base = lean()
    for word in words:
        base = base.filter(fields.beside(word))
    firsts = [base.filter(way).values("pk")[:most] for way in fields.ways_known(telling)]
    if not firsts:
        return rows.none()
    return rows.filter(pk__in=firsts[0].union(*firsts[1:], all=True) if len(firsts) > 1 else firsts[0])


class _Fields:
    """Where an entity's rows are searched. What a role may not see is not searched."""

    def __init__(self, resource: Resource) -> None:
        self.model = resource.model
        self.own: list[str] = []
        self.behind: dict[str, list[str]] = {}  # path of a reference → columns there
        self.custom = [s for s in resource.custom.values() if s.searchable]
        declared = shapes(resource.entity.key)
        for key in resource.entity.search:
            if key.partition(".")[0] in resource.hidden or key in resource.hidden:
                continue
            shape = declared.get(key)
            if shape is None and not _searchable(resource, key):
                continue
            path = shape.source if shape is not None else key.replace(".", "__")
            if model_field(resource.model, path) is None:
                continue
            link, _sep, column = path.rpartition("__")
            if link:
                self.behind.setdefault(link, []).append(column)
            else:
                self.own.append(path)

    def ways(self, word: str) -> list[Q]:
        """The rows that hold the word in their own columns, and by each reference those that hold it there."""
        found = [holds(self.model, self.own, word)] if self.own else []
        return found + [Q(**{f"{link}__in": self._there(link, word).values("pk")}) for link in self.behind]

    def ways_known(self, word: str) -> list[Q]:
        """The same with the references looked up before: which they are, where they are few, and only where there are
        any. What PostgreSQL guesses of a part of a text is too far from the truth to plan by."""
        found = [holds(self.model, self.own, word)] if self.own else []
        asked = [
            self._there(link, word).annotate(link=Value(at)).values_list("link", "pk")[: _FEW + 1]
            for at, link in enumerate(self.behind)
        ]
        keys: dict[int, list[Any]] = {}
        for at, key in asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]:
            keys.setdefault(at, []).append(key)
        for at, link in enumerate(self.behind):
            if known := keys.get(at):
                there = known if len(known) <= _FEW else self._there(link, word, common=True).values("pk")
                found.append(Q(**{f"{link}__in": there}))
        return found

    def _there(self, link: str, word: str, *, common: bool = False) -> QuerySet[Any]:
        target = self._target(link)
        return target._default_manager.filter(holds(target, self.behind[link], word, common=common)).order_by()

    def beside(self, word: str) -> Q:
        """The same as one condition, looked at row by row."""
        found = holds(self.model, self.own, word, common=True)
        for link, columns in self.behind.items():
            found |= holds(self._target(link), columns, word, f"{link}__", common=True)
        return found

    def _target(self, link: str) -> type[Model]:
        return cast(Any, model_field(self.model, link)).related_model  # type: ignore[no-any-return]


def _searchable(resource: Resource, path: str) -> bool:
    """Behind a reference one searches by what the reference shows, and by what one may see there."""
    _link, target, tail = hop(resource, path)
    if target is None:
        return True
    if tail in resource.actor.hidden.get(target.key, ()):
        return False
    return tail in (title_of(target), label_of(target)) or resource.actor.can(f"{target.permission_prefix}.view")


def _words(text: str) -> list[str]:
    return text.replace("\x00", " ").split()[:_MOST_WORDS]
