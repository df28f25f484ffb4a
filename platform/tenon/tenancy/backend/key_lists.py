"""`id in [many keys]` as one parameter, `id = any('{…}'::bigint[])`, instead of one for each.

PostgreSQL makes the same of both, so plans are the same; Django, the driver and PostgreSQL's parser are spared a
placeholder, a conversion and a constant for every key, which was a fifth of what a promise took. A few keys are left as
they are: of one, PostgreSQL makes `id = 7` and keeps the order of its index."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.expressions import ColPairs
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

FEW = 4
# What fits each type: anything else is compared as Django does it.
RANGES = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


class _Keys(In):
    """Where all that is given are plain whole numbers; else as Django does it."""

    def get_prep_lookup(self) -> Any:
        given = self.rhs
        if isinstance(given, (list, tuple, set, frozenset)) and _plain(given) and _field(self.lhs) is not None:
            return list(given)
        return super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        field = _field(self.lhs)
        if field is None or not isinstance(self.rhs, list) or len(self.rhs) < FEW or not _plain(self.rhs):
            return super().as_sql(compiler, connection)
        kind = str(field.rel_db_type(connection))
        if not -(most := RANGES[kind]) <= min(self.rhs) <= max(self.rhs) < most:
            return super().as_sql(compiler, connection)
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = any(%s::{kind}[])", (*params, list(dict.fromkeys(self.rhs)))


class KeysIn(_Keys):
    """Of a column of whole numbers."""


class RelatedKeysIn(_Keys, RelatedIn):
    """Of a reference."""


def _plain(given: Any) -> bool:
    return all(type(key) is int for key in given)


def _field(side: Any) -> models.IntegerField[Any, Any] | None:
    """Of whole numbers that PostgreSQL keeps as such, behind however many references; None for anything else."""
    if isinstance(side, ColPairs):
        return None
    field = side.output_field
    while getattr(field, "remote_field", None):
        field = field.target_field
    return field if isinstance(field, models.IntegerField) else None


def register() -> None:
    models.IntegerField.register_lookup(KeysIn)
    ForeignObject.register_lookup(RelatedKeysIn)
