"""Texts that contain another, as trigram indexes answer it: `part`, and `holds` where a model keeps one search text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Model, Q, TextField
from django.db.models.lookups import PatternLookup

from tenon.records.indexes import Holds, OneSpelling, SearchText


class Part(PatternLookup):
    """Whatever the case. Unlike `icontains` (UPPER(…) LIKE UPPER(…)) a plain ILIKE."""

    lookup_name = "part"
    param_pattern = "%%%s%%"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} ILIKE {rhs}", (*lhs_params, *rhs_params)

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> tuple[str, Any]:
        # Without the ::text cast of Django's own pattern lookups: varchar_ops columns would lose their index.
        lhs = lhs or self.lhs
        sql, params = compiler.compile(lhs)
        return sql, params


for _field in (CharField, TextField):
    _field.register_lookup(Part)


@cache
def _search_text(model: type[Model]) -> SearchText | None:
    return next((f for f in model._meta.concrete_fields if isinstance(f, SearchText)), None)


def holds(model: type[Model], paths: Sequence[str], word: str, prefix: str = "", *, common: bool = False) -> Q:
    """One of a model's columns contains the word. Where it keeps them all as one text, that answers it; what is found
    there is looked at again where only some of the columns are meant (a role may not see the others). `common`: the
    word stands in many rows, or they are few anyway; an index would be a detour."""
    text = _search_text(model)
    if text is None or not paths or not set(paths) <= set(text.fields):
        return reduce(or_, (Q(**{f"{prefix}{path}__part": word}) for path in paths), Q())
    found = Q(**{f"{prefix}{text.name}__{'shows' if common else 'holds'}": word})
    if set(paths) == set(text.fields):
        return found
    return found & Q(Holds(OneSpelling(*(prefix + path for path in paths)), word))
