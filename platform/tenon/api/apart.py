"""Labels at the end of a path, read row by row instead of joined: a page shows fifty rows, and each table less in the
join halves what PostgreSQL needs to think of a plan. What is sorted through many rows is sorted without them, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.db.models import F, ForeignKey, Func, Model
from django.db.models.constants import LOOKUP_SEP

from tenon.api.shapes import model_field

Column = str | Func


class Apart(Func):
    """One column of the row that a foreign key points at."""

    template = '(select apart."%(column)s" from "%(table)s" apart where apart."%(key)s" = %(expressions)s)'


@lru_cache(maxsize=512)
def read_apart(model: type[Model], columns: tuple[str, ...], joined: Collection[str]) -> tuple[Column, ...]:
    """The columns to select for these paths from `model`. `joined`: paths of the order, whose tables are joined
    anyway."""
    beyond = Counter(path.rpartition(LOOKUP_SEP)[0] for path in dict.fromkeys(columns))
    needed = [path for path in (*columns, *joined) if LOOKUP_SEP in path]

    def alone(link: str) -> bool:
        """Nothing else is read through this reference, nor behind it."""
        inside = [path for path in needed if path.startswith(f"{link}{LOOKUP_SEP}")]
        return beyond[link] == 1 and len(inside) == 1

    def column(path: str) -> Column:
        link = path.rpartition(LOOKUP_SEP)[0]
        if not link or not alone(link):
            return path
        reference, field = model_field(model, link), model_field(model, path)
        if not isinstance(reference, ForeignKey) or field is None or field.is_relation or field.primary_key:
            return path
        target: Any = reference.related_model
        return Apart(
            F(link), table=target._meta.db_table, column=field.column, key=reference.target_field.column,
            output_field=field,
        )  # fmt: skip

    return tuple(column(path) for path in columns)
