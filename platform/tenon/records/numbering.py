"""Document numbers: per company, per series, gapless because they are taken in the document's own transaction."""

from __future__ import annotations

from django.db import connection

from tenon.tenancy.context import current


def next_numbers(prefix: str, count: int = 1, *, width: int = 5) -> list[str]:
    """`count` numbers such as `SO-26-00042`: prefix, two digits of the business year, running number.

    The series' row stays locked until the transaction ends: numbers that are rolled back are given again, none is
    skipped."""
    series = f"{prefix}-{current().today():%y}"
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into records_sequence (key, value) values (%s, %s)
               on conflict (key) do update set value = records_sequence.value + excluded.value returning value""",
            [series, count],
        )
        last = cursor.fetchone()[0]
    return [f"{series}-{n:0{width}d}" for n in range(last - count + 1, last + 1)]


def next_number(prefix: str, *, width: int = 5) -> str:
    return next_numbers(prefix, 1, width=width)[0]
