"""Triggers on company tables: the audit trail and the append-only guard. Put in place after migrations, idempotent.

The audit function of a table is written for its columns: PostgreSQL compares them one by one as what they are. One for
all tables would have to turn both rows into JSON first, which takes four times as long, and orders change hundreds of
rows at once. A function is named by its text and its trigger like the function: a trigger that is there is up to date,
and what bears another name is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import transaction
from psycopg import sql

from tenon.records.indexes import SEARCH_TEXT

APPEND_ONLY = "records_append_only_v2"
OURS = ("records_audit_", "records_append_only_")

# Of what is said of every change anyway, and of what follows from other columns, nothing is kept.
UNTOLD = {"version", "changed_at", "changed_by_id", SEARCH_TEXT}

# The table's name stands in the text: where tables are sharded, TG_TABLE_NAME is a shard's name.
_AUDIT_BODY = """
create or replace function {function}() returns trigger language plpgsql as $body$
declare
  who text := coalesce(current_setting('tenon.actor', true), '');
  said text;
  diff jsonb;
  which bigint;
begin
  if who = '' then
    if current_user ~ '^tr_[0-9]+$' then
      raise exception 'a write to % needs an actor', {said_table} using errcode = 'insufficient_privilege';
    end if;
    who := 'maintenance:' || current_user || '||';
  end if;
  if tg_op = 'UPDATE' then
    said := array_to_string(array[
      {changes}], ', ');
    if said = '' then return null; end if;
    diff := ('{{' || said || '}}')::jsonb;
    which := new.{key};
  elsif tg_op = 'INSERT' then
    diff := to_jsonb(new) - {untold};
    which := new.{key};
  else
    diff := to_jsonb(old) - {untold};
    which := old.{key};
  end if;
  insert into records_audit (at, actor, actor_label, request_id, op, table_name, row_id, changes)
  values (clock_timestamp(), split_part(who, '|', 1), split_part(who, '|', 2), split_part(who, '|', 3),
          lower(tg_op), {said_table}, which, diff);
  return null;
end $body$
"""
_CHANGE = "case when new.{0} is distinct from old.{0} then {1} || jsonb_build_array(old.{0}, new.{0})::text end"

_APPEND_ONLY_BODY = """
create or replace function {function}() returns trigger language plpgsql as $body$
declare
  who text := coalesce(current_setting('tenon.actor', true), '');
begin
  if tg_op <> 'INSERT' {unless}then
    raise exception '% is append-only: reverse the entry instead', tg_argv[0] using errcode = 'restrict_violation';
  end if;
  if who = '' and current_user ~ '^tr_[0-9]+$' then
    raise exception 'a write to % needs an actor', tg_argv[0] using errcode = 'insufficient_privilege';
  end if;
{follow}  new.posted_by := split_part(who, '|', 1);
  return new;
end $body$
"""
# The one thing that may change in a posted row: whom it names, where that record went up in another one (or came back),
# and nothing else with it.
_FOLLOWS = """(tg_op = 'UPDATE' and to_jsonb(new) - {key} = to_jsonb(old) - {key} and exists (
    select from {merges} m where m.state = 'merged' and (m.absorbed_id, m.survivor_id)
      in ((old.{column}, new.{column}), (new.{column}, old.{column}))))"""


class Trigger(NamedTuple):
    """Named like its function, whose whole text is `body`."""

    table: str
    name: str
    when: str
    arguments: tuple[str, ...]
    body: str


def _models() -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            yield from config.get_models()


def _audit(model: Any) -> Trigger:
    table = model._meta.db_table
    columns = [f.column for f in model._meta.concrete_fields if f.column not in UNTOLD]
    changes = [
        sql.SQL(_CHANGE).format(sql.Identifier(name), sql.Literal(f'"{name}": ')).as_string() for name in columns
    ]

    def text(function: str) -> str:
        return (
            sql.SQL(_AUDIT_BODY)
            .format(
                function=sql.Identifier(function), changes=sql.SQL(",\n      ".join(changes)),
                key=sql.Identifier(model._meta.pk.column), said_table=sql.Literal(table),
                untold=sql.Literal(SEARCH_TEXT),
            )
            .as_string()
        )  # fmt: skip

    name = f"records_audit_{hashlib.sha256(text('').encode()).hexdigest()[:12]}"
    return Trigger(table, name, "after insert or update or delete", (), text(name))


def _append_only(model: Any) -> Trigger:
    """A row that names who posted it is stamped when it comes; another one need only stay."""
    follows: dict[str, str] = dict(getattr(model, "follows_merges", None) or {})
    # A table of ledger rows is guarded for every operation where it is stamped, else for changes only.
    when = "before insert or update or delete" if hasattr(model, "posted_by") else "before update or delete"
    table, body = model._meta.db_table, sql.SQL(_APPEND_ONLY_BODY)
    if not follows:
        text = body.format(function=sql.Identifier(APPEND_ONLY), unless=sql.SQL(""), follow=sql.SQL("")).as_string()
        return Trigger(table, APPEND_ONLY, when, (table,), text)
    moved = sql.SQL(" or ").join(
        sql.SQL(_FOLLOWS).format(key=sql.Literal(column), column=sql.Identifier(column), merges=sql.Identifier(merges))
        for column, merges in follows.items()
    )

    def named(name: str) -> str:
        return body.format(
            function=sql.Identifier(name), unless=sql.SQL("and not ({}) ").format(moved),
            follow=sql.SQL("  if tg_op = 'UPDATE' then return new; end if;\n"),
        ).as_string()  # fmt: skip

    name = f"records_append_only_{hashlib.sha256(named('').encode()).hexdigest()[:12]}"
    return Trigger(table, name, when, (table,), named(name))


@cache
def wanted_triggers() -> list[Trigger]:
    """Every trigger a company schema must have."""
    wanted: list[Trigger] = []
    for model in _models():
        if getattr(model, "audited", False):
            wanted.append(_audit(model))
        if getattr(model, "append_only", False):
            wanted.append(_append_only(model))
    return wanted


def ensure_triggers(connection: Any) -> None:
    """Makes missing functions and triggers in the schema that the connection points at, and replaces outdated ones; of
    one table at once, so that nobody writes to it unseen in between."""
    wanted: dict[str, dict[str, Trigger]] = {}
    for trigger in wanted_triggers():
        wanted.setdefault(trigger.table, {})[trigger.name] = trigger
    functions = {name for named in wanted.values() for name in named}
    with connection.cursor() as cursor:
        # By the tables' names: the catalogue of triggers has no index by schema, and holds every company's.
        cursor.execute(
            """select n.name, t.tgname, t.tgargs from unnest(%s::text[]) n(name)
                 join pg_trigger t on t.tgrelid = to_regclass(quote_ident(n.name)) and not t.tgisinternal""",
            [sorted(wanted)],
        )
        there: dict[str, dict[str, str]] = {}
        for table, name, arguments in cursor.fetchall():
            if name.startswith(OURS):
                there.setdefault(table, {})[name] = bytes(arguments).decode()
        gone: set[str] = set()
        for table, named in wanted.items():
            known = there.get(table, {})
            right = {name for name, t in named.items() if known.get(name) == "".join(f"{a}\0" for a in t.arguments)}
            if right == named.keys() == known.keys():
                continue
            with transaction.atomic(using=connection.alias):
                for name in known.keys() - right:
                    _run(cursor, "drop trigger {name} on {table}", name, table)
                for name in named.keys() - right:
                    cursor.execute(named[name].body)
                    arguments = sql.SQL(", ").join(map(sql.Literal, named[name].arguments))
                    make = f"create trigger {{name}} {named[name].when} on {{table}} for each row execute function "
                    _run(cursor, make + "{name}({arguments})", name, table, arguments)
            gone |= known.keys() - functions
        for name in gone:
            _run(cursor, "drop function if exists {name}()", name)


def _run(cursor: Any, statement: str, name: str, table: str = "", arguments: sql.Composable = sql.SQL("")) -> None:
    cursor.execute(
        sql.SQL(statement).format(name=sql.Identifier(name), table=sql.Identifier(table), arguments=arguments)
    )
