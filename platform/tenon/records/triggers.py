"""Triggers on company tables: the audit trail and the append-only guard. Put in place after migrations, idempotent.

Function and trigger names carry a revision: a changed body gets a new name, and old triggers are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from psycopg import sql

from tenon.records.indexes import SEARCH_TEXT

AUDIT = "records_audit_v1"
APPEND_ONLY = "records_append_only_v1"

# The table's name comes as an argument: where tables are sharded, TG_TABLE_NAME is a shard's name.
_AUDIT_BODY = f"""
create or replace function {AUDIT}() returns trigger language plpgsql as $body$
declare
  who text := coalesce(current_setting('tenon.actor', true), '');
  old_row jsonb := case when tg_op = 'INSERT' then '{{}}'::jsonb else to_jsonb(old) - '{SEARCH_TEXT}' end;
  new_row jsonb := case when tg_op = 'DELETE' then '{{}}'::jsonb else to_jsonb(new) - '{SEARCH_TEXT}' end;
  diff jsonb;
begin
  if who = '' then
    if current_user ~ '^tr_[0-9]+$' then
      raise exception 'a write to % needs an actor', tg_argv[0] using errcode = 'insufficient_privilege';
    end if;
    who := 'maintenance:' || current_user || '||';
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(n.key, jsonb_build_array(o.value, n.value)) into diff
      from jsonb_each(new_row) n join jsonb_each(old_row) o on o.key = n.key
     where n.value is distinct from o.value and n.key not in ('version', 'changed_at', 'changed_by_id');
    if diff is null then return null; end if;
  else
    diff := case when tg_op = 'INSERT' then new_row else old_row end;
  end if;
  insert into records_audit (at, actor, actor_label, request_id, op, table_name, row_id, changes)
  values (clock_timestamp(), split_part(who, '|', 1), split_part(who, '|', 2), split_part(who, '|', 3),
          lower(tg_op), tg_argv[0], coalesce((new_row->>'id')::bigint, (old_row->>'id')::bigint), diff);
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


def wanted_triggers() -> list[tuple[str, str]]:
    """(table, function) of every trigger a company schema must have."""
    wanted = []
    for model in _models():
        if getattr(model, "audited", False):
            wanted.append((model._meta.db_table, AUDIT))
        if getattr(model, "append_only", False):
            wanted.append((model._meta.db_table, APPEND_ONLY))
    return wanted


def ensure_triggers(connection: Any) -> None:
    """Makes missing functions and triggers in the schema that the connection points at."""
    with connection.cursor() as cursor:
        cursor.execute(_AUDIT_BODY)
        cursor.execute(_APPEND_ONLY_BODY)
        # By the tables' names: the catalogue of triggers has no index by schema, and holds every company's.
        cursor.execute(
            """select n.name, t.tgname from unnest(%s::text[]) n(name)
                 join pg_trigger t on t.tgrelid = to_regclass(quote_ident(n.name)) and not t.tgisinternal""",
            [sorted({table for table, _function in wanted_triggers()})],
        )
        there = set(cursor.fetchall())
        stamped = {m._meta.db_table for m in _models() if hasattr(m, "posted_by")}
        for table, function in wanted_triggers():
            if (table, function) in there:
                continue
            when = "after insert or update or delete" if function == AUDIT else "before insert or update or delete"
            arguments = [sql.Literal(table)]
            if function == APPEND_ONLY:
                arguments.append(sql.Literal("stamp" if table in stamped else "plain"))
            cursor.execute(
                sql.SQL(
                    "create trigger {name} " + when + " on {table} for each row execute function {name}({args})"
                ).format(name=sql.Identifier(function), table=sql.Identifier(table), args=sql.SQL(", ").join(arguments))
            )
