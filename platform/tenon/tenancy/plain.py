"""What every single request asks (whose host is this, who is calling, which roles), and what everybody waits for who
wants the last pieces of a product: as SQL that is written once.

Django takes about a millisecond to put each of these questions into SQL, every time anew; the database answers in a
tenth of that. Anything asked less often is written with the ORM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Field, ForeignKey, Model

M = TypeVar("M", bound=Model)


class _Columns(Generic[M]):
    """The columns of a model under an alias, all or the named ones, and how a row of them becomes an instance."""

    def __init__(self, model: type[M], alias: str, only: Sequence[str] = ()) -> None:
        fields: Sequence[Field[Any, Any]] = [
            field for field in model._meta.concrete_fields if not only or field.primary_key or field.name in only
        ]
        self.model, self.width = model, len(fields)
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self.names = [field.attname for field in fields]
        self.converters: list[tuple[int, list[Callable[..., Any]]]] = [
            (at, found) for at, field in enumerate(fields) if (found := field.get_db_converters(connection))
        ]

    def instance(self, row: Sequence[Any]) -> M:
        values = list(row)
        for at, converters in self.converters:
            for convert in converters:
                values[at] = convert(values[at], None, connection)
        return self.model.from_db(connection.alias, self.names, values)


class PlainQuery(Generic[M]):
    """Instances of `model`, of the table aliased `r` in `tail` ("from … r where …", with %s for parameters).
    `joined` names a foreign key of the model whose row `tail` joins in as `j`. `only` and `of_joined` name the fields
    that are read, as the ORM's only() does; the others are deferred."""

    def __init__(
        self,
        model: type[M],
        tail: str,
        *,
        joined: str = "",
        only: Sequence[str] = (),
        of_joined: Sequence[str] = (),
    ) -> None:
        self.model, self.tail, self.joined, self.only, self.of_joined = model, tail, joined, only, of_joined

    @cached_property
    def _own(self) -> _Columns[M]:
        return _Columns(self.model, "r", self.only)

    @cached_property
    def _foreign(self) -> tuple[ForeignKey[Any, Any], _Columns[Any]] | None:
        if not self.joined:
            return None
        field = self.model._meta.get_field(self.joined)
        assert isinstance(field, ForeignKey)
        return field, _Columns(field.related_model, "j", self.of_joined)

    @cached_property
    def _sql(self) -> str:
        columns = self._own.sql + (f", {self._foreign[1].sql}" if self._foreign else "")
        return f"select {columns} {self.tail}"

    def all(self, *params: Any) -> list[M]:
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            rows = cursor.fetchall()
        found = []
        for row in rows:
            record = self._own.instance(row[: self._own.width])
            if self._foreign is not None:
                field, columns = self._foreign
                there = getattr(record, field.attname) is not None
                field.set_cached_value(record, columns.instance(row[self._own.width :]) if there else None)
            found.append(record)
        return found

    def first(self, *params: Any) -> M | None:
        return next(iter(self.all(*params)), None)

    def one(self, *params: Any) -> M:
        """Raises the model's DoesNotExist."""
        found = self.first(*params)
        if found is None:
            raise self.model.DoesNotExist  # type: ignore[attr-defined]
        return found
