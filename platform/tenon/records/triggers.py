"""Triggers on company tables: the audit trail and the append-only guard. Put in place after migrations, idempotent.

Function and trigger names carry a revision: a changed body gets a new name, and old triggers are replaced. So are those
whose table has got other columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from psycopg import sql

from tenon.records.indexes import SEARCH_TEXT

AUDIT = "records_audit_v2"
APPEND_ONLY = "records_append_only_v1"
OURS = ("records_audit_", "records_append_only_")

# Of what is said of every change anyway, and of what follows from other columns, nothing is kept.
UNTOLD = {"version", "changed_at", "changed_by_id", SEARCH_TEXT}

# The table's name comes as an argument: where tables are sharded, TG_TABLE_NAME is a shard's name. So do its columns:
# a loop over known names takes half the time of asking each row for its own (orders change hundreds of rows at once).
_AUDIT_BODY = f"""
create or replace function {AUDIT}() returns trigger language plpgsql as $body$
declare
  who text := coalesce(current_setting('tenon.actor', true), '');
  old_row jsonb;
  new_row jsonb;
  diff jsonb := '{{}}';
  name text;
begin
  if who = '' then
    if current_user ~ '^tr_[0-9]+$' then
      raise exception 'a write to % needs an actor', tg_argv[0] using errcode = 'insufficient_privilege';
    end if;
    who := 'maintenance:' || current_user || '||';
  end if;
  if tg_op = 'UPDATE' then
    old_row := to_jsonb(old);
    new_row := to_jsonb(new);
    foreach name in array tg_argv[1:] loop
      if new_row -> name is distinct from old_row -> name then
        diff := diff || jsonb_build_object(name, jsonb_build_array(old_row -> name, new_row -> name));
      end if;
    end loop;
    if diff = '{{}}' then return null; end if;
  else
    new_row := case when tg_op = 'INSERT' then to_jsonb(new) else to_jsonb(old) end - '{SEARCH_TEXT}';
    diff := new_row;
  end if;
  insert into records_audit (at, actor, actor_label, request_id, op, table_name, row_id, changes)
  values (clock_timestamp(), split_part(who, '|', 1), split_part(who, '|', 2), split_part(who, '|', 3),
          lower(tg_op), tg_argv[0], (new_row->>'id')::bigint, diff);
  return null;
end $body$
"""

_APPEND_ONLY_BODY = f"""
create or replace function {APPEND_ONLY}() returns trigger language plpgsql as $body$
declare
  who text := coalesce(current_setting('tenon.actor', true), '');
begin
  if tg_op <> 'INSERT' then
    raise exception '% is append-only: reverse the entry instead', tg_argv[0] using errcode = 'restrict_violation';
  end if;
  if tg_argv[1] = 'stamp' then
    if who = '' and current_user ~ '^tr_[0-9]+$' then
      raise exception 'a write to % needs an actor', tg_argv[0] using errcode = 'insufficient_privilege';
    end if;
    new.posted_by := split_part(who, '|', 1);
  end if;
  return new;
end $body$
"""


def _models() -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            yield from config.get_models()


def wanted_triggers() -> list[tuple[str, str, tuple[str, ...]]]:
    """(table, function, arguments) of every trigger a company schema must have."""
    wanted: list[tuple[str, str, tuple[str, ...]]] = []
    for model in _models():
        table = model._meta.db_table
        if getattr(model, "audited", False):
            columns = (f.column for f in model._meta.concrete_fields if f.column not in UNTOLD)
            wanted.append((table, AUDIT, (table, *columns)))
        if getattr(model, "append_only", False):
            wanted.append((table, APPEND_ONLY, (table, "stamp" if hasattr(model, "posted_by") else "plain")))
    return wanted


def ensure_triggers(connection: Any) -> None:
    """Makes missing functions and triggers in the schema that the connection points at, and replaces outdated ones."""
    wanted = wanted_triggers()
    with connection.cursor() as cursor:
        cursor.execute(_AUDIT_BODY)
        cursor.execute(_APPEND_ONLY_BODY)
        # By the tables' names: the catalogue of triggers has no index by schema, and holds every company's.
        cursor.execute(
            """select n.name, t.tgname, t.tgargs from unnest(%s::text[]) n(name)
                 join pg_trigger t on t.tgrelid = to_regclass(quote_ident(n.name)) and not t.tgisinternal""",
            [sorted({table for table, _function, _arguments in wanted})],
        )
        there = {(table, name): bytes(arguments).decode() for table, name, arguments in cursor.fetchall()}
        keys = {(table, function): "".join(f"{a}\0" for a in arguments) for table, function, arguments in wanted}
        for (table, name), given in there.items():
            if name.startswith(OURS) and keys.get((table, name)) != given:
                names = {"name": sql.Identifier(name), "table": sql.Identifier(table)}
                cursor.execute(sql.SQL("drop trigger {name} on {table}").format(**names))
        for table, function, arguments in wanted:
            if there.get((table, function)) == keys[(table, function)]:
                continue
            when = "after insert or update or delete" if function == AUDIT else "before insert or update or delete"
            cursor.execute(
                sql.SQL(
                    "create trigger {name} " + when + " on {table} for each row execute function {name}({args})"
                ).format(
                    name=sql.Identifier(function), table=sql.Identifier(table),
                    args=sql.SQL(", ").join(map(sql.Literal, arguments)),
                )
            )  # fmt: skip
