"""Filling an empty schema from an archive, in one transaction: afterwards it holds exactly what the archive does.

As the owner of the tables: the application's roles may neither skip the audit trail (these writes happened long ago,
and the archive brings their trail along) nor add to ledgers under another's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import psycopg
from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from tenants.archive.comparing import Comparison, compare
from tenants.archive.layout import Table
from tenants.archive.reading import Archive
from tenants.archive.tables import Shape, foreign_keys, sequence_of, shapes
from tenants.errors import ArchiveDamaged
from tenon.tenancy import schemas, steps
from tenon.tenancy.backend.base import OWNER
from tenon.tenancy.context import outside, owning
from tenon.tenancy.models import Slot

Tell = Callable[[float, float, str], None]
_OUTSIDE = r"(^|/)\.{0,2}(/|$)|\\"  # a step up, an empty step, another system's separator


def refuse_newer(archive: Archive) -> None:
    """Raises ArchiveDamaged for tables that this code does not know: there is no way back from a newer schema."""
    nodes = steps.loader().graph.nodes
    unknown = [key for key in archive.manifest.migrations if key not in nodes]
    if unknown:
        raise ArchiveDamaged(
            _("The archive was made by a newer version, or with other modules (%(app)s %(name)s)")
            % {"app": unknown[0][0], "name": unknown[0][1]}
        )


def slot_for(archive: Archive) -> Slot:
    """An empty schema of the shape that the archive's tables had, kept from the pool while it is filled."""
    if archive.is_current:
        slot = schemas.claim()
        keep(slot)
        return slot
    with outside():
        slot = Slot.objects.create(state=Slot.State.BUILDING)
    with owning(slot.schema):
        connection = connections[OWNER]
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("create schema {}").format(sql.Identifier(slot.schema)))
        graph = steps.loader().graph
        done, own = set(archive.manifest.migrations), schemas.company_labels()
        last = [
            key
            for key in done
            if key[0] in own
            and not any(child.key in done and child.key[0] == key[0] for child in graph.node_map[key].children)
        ]
        steps.migrate(connection, sorted(last))
    return slot


def keep(slot: Slot) -> None:
    """Says that somebody is still at it: what is being built for longer than an hour is taken for dead."""
    slot.state = Slot.State.BUILDING
    slot.save(update_fields=["state", "changed_at"])


def load(archive: Archive, slot: Slot, people: Mapping[int, int], folder: str, tell: Tell) -> Comparison:
    """Puts the archive's rows into the slot's schema, compares what is there with the archive, table by table, and
    brings the schema to the code's state. `people` says who each member is here, `folder` where its files lie. Raises
    ArchiveDamaged for rows that no company could have."""
    try:
        with owning(slot.schema), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            _load(cursor, archive, slot, people, folder, tell)
            found = compare(cursor, archive.manifest, tell)
    except (psycopg.errors.DataError, psycopg.errors.IntegrityError, DatabaseError) as error:
        cause = error.__cause__ or error
        if not isinstance(cause, (psycopg.errors.DataError, psycopg.errors.IntegrityError)):
            raise
        raise ArchiveDamaged(
            _("The archive holds rows that do not fit: %(why)s") % {"why": str(cause)[:300]}
        ) from error
    if not archive.is_current:
        schemas.migrate_slot(slot)
    else:
        with owning(slot.schema), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            schemas.grant_role(cursor, slot.schema, slot.role)
    slot.refresh_from_db()
    return found


def _load(cursor: Any, archive: Archive, slot: Slot, people: Mapping[int, int], folder: str, tell: Tell) -> None:
    there = {shape.name: shape for shape in shapes(cursor)}
    _refuse_other_shape(archive, there)
    keys = foreign_keys(cursor)
    total = float(sum(t.size for t in archive.manifest.tables)) or 1.0
    done = 0
    for owner, name, _definition in keys:
        cursor.execute(sql.SQL("alter table {} drop constraint {}").format(sql.Identifier(owner), sql.Identifier(name)))
    for name in there:
        cursor.execute(sql.SQL("alter table {} disable trigger user").format(sql.Identifier(name)))
    for table in archive.manifest.tables:
        keep(slot)
        _copy(cursor, archive, table, partial(_tick, tell, done, total))
        done += table.size
    _settle_in(cursor, people, folder)
    for name in there:
        cursor.execute(sql.SQL("alter table {} enable trigger user").format(sql.Identifier(name)))
    for owner, name, definition in keys:
        cursor.execute(
            sql.SQL("alter table {} add constraint {} {}").format(
                sql.Identifier(owner), sql.Identifier(name), sql.SQL(definition)
            )
        )
    keep(slot)


def _tick(tell: Tell, before: float, total: float, count: int) -> None:
    tell(before + count, total, "loading")


def _refuse_other_shape(archive: Archive, there: Mapping[str, Shape]) -> None:
    """The manifest may say what it likes: the tables are those that the code's migrations make."""
    said = {table.name: set(table.columns) for table in archive.manifest.tables}
    differing = sorted(n for n in said.keys() | there.keys() if n not in there or said.get(n) != set(there[n].columns))
    if differing or not {"access_member", "records_attachment"} <= there.keys():
        differing = differing or ["access_member"]
        raise ArchiveDamaged(_("The archive's table %(name)s has another shape") % {"name": differing[0]})


def _copy(cursor: Any, archive: Archive, table: Table, tick: Callable[[int], None]) -> None:
    statement = sql.SQL("copy {} ({}) from stdin with (format csv, header match)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    read = 0
    with cursor.copy(statement) as copy:
        for piece in archive.pieces(table.path):
            copy.write(piece)
            read += len(piece)
            tick(read)
    if cursor.rowcount != table.rows:
        raise ArchiveDamaged(_("The archive's table %(name)s has another number of rows") % {"name": table.name})
    for column, (last, called) in table.sequences.items():
        cursor.execute("select setval(%s, %s, %s)", [sequence_of(cursor, table.name, column), last, called])


def _settle_in(cursor: Any, people: Mapping[int, int], folder: str) -> None:
    """Gives back what an archive leaves out: who each member is here, and where the files lie. Whom the archive itself
    says a member to be counts for nothing; a file lies nowhere but in the company's folder."""
    cursor.execute("select 1 from records_attachment where path ~ %s limit 1", [_OUTSIDE])
    if cursor.fetchone() is not None:
        raise ArchiveDamaged(_("The archive holds a file that would be written outside its folder"))
    cursor.execute("update access_member set person_id = -id where person_id <> -id")
    members, persons = list(people), list(people.values())
    cursor.execute(
        """update access_member m set person_id = p.person
             from unnest(%s::bigint[], %s::bigint[]) as p(member, person) where m.id = p.member""",
        [members, persons],
    )
    cursor.execute("update records_attachment set path = %s || path", [f"{folder}/"])
