"""What the audit trail tells of a change: of every table, all columns that have another value, old and new."""

from __future__ import annotations

import json
from decimal import Decimal

from django.db import connection, transaction

from modules.shared.data.models import Product, Unit
from tenon.access.actor import Actor
from tenon.records.indexes import SEARCH_TEXT
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.records.triggers import wanted_triggers
from tenon.tenancy.context import Company

# Two values of each type that a record's column has.
_VALUES = {
    "bigint": ("7", "8"), "integer": ("7", "8"), "smallint": ("7", "8"), "boolean": ("true", "false"),
    "numeric": ("1.50", "2"), "date": ("'2026-01-02'", "'2026-02-03'"),
    "timestamp with time zone": ("'2026-01-02 03:04:05.678901+08'", "'2026-01-02 03:04:06+00'"),
    "character varying": ("'\"'", "'表'"), "text": ("'a\n'", "'\\ }'"),
    "jsonb": ("'{}'", """'{"a": [1, null]}'"""),
    "numeric[]": ("'{}'", "'{1.50,2}'"), "date[]": ("'{}'", "'{2026-01-02}'"),
    "bigint[]": ("'{}'", "'{1,2}'"), "integer[]": ("'{}'", "'{1,2}'"), "smallint[]": ("'{}'", "'{1,2}'"),
    "character varying[]": ("'{}'", """'{"a\\"b",c}'"""), "text[]": ("'{}'", """'{"a\\"b",c}'"""),
}  # fmt: skip


def _plain(kind: str) -> str:
    """character varying(20)[] → character varying[]"""
    return kind.partition("(")[0] + ("[]" if kind.endswith("[]") and "(" in kind else "")


def test_the_trail_of_each_table_tells_every_column_as_json_would(serving_acme: Company, actor: Actor) -> None:
    """Against PostgreSQL's own to_jsonb of both rows, on a copy of each table without its constraints."""
    audits = [t for t in wanted_triggers() if t.name.startswith("records_audit_")]
    assert len(audits) > 150
    for table, function, *_rest in audits:
        # No frame that would look at what was touched: the copy is nobody's record.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local tenon.actor = 'member:1|One|r-1'")
            cursor.execute(f"create temp table copied (like {table}) on commit drop")
            cursor.execute(
                "select attname, format_type(atttypid, atttypmod) from pg_attribute"
                " where attrelid = 'pg_temp.copied'::regclass and attnum > 0 order by attnum"
            )
            columns = {name: _VALUES[_plain(kind)] for name, kind in cursor.fetchall()}
            first = ", ".join(value for value, _other in columns.values())
            second = ", ".join(f'"{name}" = {value}' for name, (_other, value) in columns.items())
            cursor.execute(
                f"create trigger told after insert or update or delete on copied for each row"
                f" execute function {function}()"
            )
            cursor.execute(f"insert into copied values ({first})")
            cursor.execute("select to_jsonb(c) from copied c")
            (old,) = cursor.fetchone()
            cursor.execute(f"update copied set {second}")
            cursor.execute("select to_jsonb(c) from copied c")
            (new,) = cursor.fetchone()
            cursor.execute("update copied set id = id")
            cursor.execute("delete from copied")
            cursor.execute(
                "select op, table_name, row_id, changes, actor, actor_label, request_id from records_audit"
                " order by id desc limit 3"
            )
            told = cursor.fetchall()[::-1]
            transaction.set_rollback(True)
        old, new = (json.loads(row) if isinstance(row, str) else row for row in (old, new))
        untold = {"version", "changed_at", "changed_by_id", SEARCH_TEXT}
        changed = {name: [old[name], new[name]] for name in columns if name not in untold}
        whole_old, whole_new = ({k: v for k, v in row.items() if k != SEARCH_TEXT} for row in (old, new))
        by = ("member:1", "One", "r-1")
        found = [(*row[:3], json.loads(row[3]) if isinstance(row[3], str) else row[3], *row[4:]) for row in told]
        assert found == [
            ("insert", table, 7, whole_old, *by),
            ("update", table, 8, changed, *by),
            ("delete", table, 8, whole_new, *by),
        ], table


def test_only_what_changed_is_told(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        unit = Unit.objects.get(code="EA")
        product = Product.objects.create(code="P", name="Table", unit=unit, list_price=Decimal("1.50"))
        product.color, product.list_price, product.custom = "表, }", Decimal("1.5000"), {"a": [1, None], "b": "x"}
        product.weight_unit, product.is_active = unit, False
        product.save()
        product.weight_unit, product.custom = None, {"b": "x", "a": [1.0, None]}  # the latter is the same
        product.save()
        product.save()  # nothing but the version
    told = AuditEntry.objects.filter(table_name="data_product", row_id=product.pk).order_by("id")
    assert [(entry.op, entry.changes) for entry in told[1:]] == [
        (
            "update",
            {
                "color": ["", "表, }"],
                "custom": [{}, {"a": [1, None], "b": "x"}],
                "weight_unit_id": [None, unit.pk],
                "is_active": [True, False],
            },
        ),
        ("update", {"weight_unit_id": [unit.pk, None]}),
    ]
