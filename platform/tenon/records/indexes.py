"""Columns and indexes that the generic API leans on. Module authors put them into their models.

Search by part of a text looks at one stored column that PostgreSQL keeps itself, `search_text`: all that a list is
searched by, in one spelling. Comparing six columns row by row, each without regard to case, is what a search costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db.models import Func, GeneratedField, TextField
from django.db.models.expressions import Combinable
from django.db.models.lookups import Lookup

SEARCH_TEXT = "search_text"  # never in the audit trail: it says nothing that its columns do not


class OneSpelling(Func):
    """Texts, one to a line, as search compares them: without difference of case or of width (ＡＢＣ, ABC, abc). The
    database spells both what is stored and what is looked for: Python's idea of lower case differs in places."""

    template = "lower(normalize(%(expressions)s, nfkc))"
    arg_joiner = " || E'\\n' || "

    def __init__(self, *expressions: str | Combinable, **extra: Any) -> None:
        extra.setdefault("output_field", TextField())
        super().__init__(*expressions, **extra)


class SearchText(GeneratedField):
    """`search_text = SearchText(fields=["code", "name"])`: the columns that the entity's `search` names, none of them
    nullable. With a TrigramIndex over it."""

    def __init__(self, *, fields: Sequence[str], **kwargs: Any) -> None:
        self.fields = tuple(fields)
        super().__init__(
            expression=OneSpelling(*self.fields), output_field=TextField(), db_persist=True, **kwargs
        )  # fmt: skip

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("expression", "output_field", "db_persist"):
            del kwargs[key]
        return name, path, args, {**kwargs, "fields": list(self.fields)}


@SearchText.register_lookup
@TextField.register_lookup
class Holds(Lookup):
    """`search_text__holds=word`: the text, in one spelling already, contains the word. A plain LIKE, which trigram
    indexes answer. Escaped after it is spelled: a wide ％ becomes a %."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        word = f"regexp_replace(lower(normalize({rhs}, nfkc)), '([\\\\%%_])', '\\\\\\1', 'g')"
        return f"{lhs} LIKE '%%' || {word} || '%%'", (*lhs_params, *rhs_params)


@SearchText.register_lookup
@TextField.register_lookup
class Shows(Lookup):
    """`search_text__shows=word`: the same of a word that many rows contain, which no index should look for: PostgreSQL
    takes a part of a text for rare, and this for common."""

    lookup_name = "shows"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"strpos({lhs}, lower(normalize({rhs}, nfkc))) > 0", (*lhs_params, *rhs_params)


class TrigramIndex(GinIndex):
    """For search by part of a text. (`gin_trgm_ops` is found in the schema `extensions` by way of the search path.)"""

    def __init__(self, *, fields: list[str] | tuple[str, ...], name: str, **kwargs: Any) -> None:
        kwargs.setdefault("opclasses", ["gin_trgm_ops"] * len(fields))
        super().__init__(fields=fields, name=name, **kwargs)


class CustomIndex(GinIndex):
    """For filters by custom fields (`custom.colour=red`); rows without custom values take next to no room in it."""

    def __init__(self, *, name: str, fields: list[str] | tuple[str, ...] = ("custom",), **kwargs: Any) -> None:
        kwargs.setdefault("opclasses", ["jsonb_path_ops"])
        super().__init__(fields=fields, name=name, **kwargs)
