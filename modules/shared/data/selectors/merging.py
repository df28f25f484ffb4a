"""What a merge of parties would do: which references there are, and what each field would say.

References are read from the model graph, so that no module can be forgotten: every foreign key to a party, whoever
declares it, and what is said about a record by name (comments, files)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, OuterRef, Subquery
from psycopg import sql

from modules.shared.data.models import Address, Party, PartyMerge
from modules.shared.data.rules.survivorship import PARTY, empty, survive
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.problems import NotFound
from tenon.registry.registry import registry

ENTITY = "shared.party"
# What is said about a record by the name of its entity.
SAID = ("records.Comment", "records.Attachment")


@dataclass(frozen=True)
class Reference:
    """A column that points at parties. `of` is the entity by whose name it points, where it is no foreign key."""

    model: Any  # a model's class
    column: str
    of: str = ""

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def key(self) -> str:
        """The column of the primary key."""
        return str(self.model._meta.pk.column)

    @property
    def versioned(self) -> bool:
        return any(field.name == "version" for field in self.model._meta.concrete_fields)

    def where(self) -> sql.Composable:
        """`column = %s`, one parameter: the party."""
        condition = sql.SQL("{} = %s").format(sql.Identifier(self.column))
        return condition + sql.SQL(" and entity = {}").format(sql.Literal(self.of)) if self.of else condition


@cache
def references() -> tuple[Reference, ...]:
    """Every column that points at a party, of all modules; of one that a company does not use, its tables are empty."""
    graph: Any = Party
    found = {
        (field.related_model._meta.db_table, field.field.column): Reference(field.related_model, field.field.column)
        for field in graph._meta.get_fields(include_hidden=True)
        if field.is_relation and field.auto_created and not field.concrete and not field.many_to_many
        and field.related_model is not PartyMerge
    }  # fmt: skip
    return (
        *(found[key] for key in sorted(found)),
        *(Reference(apps.get_model(label), "record_id", ENTITY) for label in SAID),
    )


def counts(party_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Party → [(what it is called, how many)] of all that points at it, the most first. One query."""
    parts = [
        sql.SQL("select {0}, {1}, count(*) from {2} where {1} = any(%(ids)s){3} group by 2").format(
            sql.Literal(index), sql.Identifier(one.column), sql.Identifier(one.table),
            sql.SQL(" and entity = {}").format(sql.Literal(one.of)) if one.of else sql.SQL(""),
        )
        for index, one in enumerate(references())
    ]  # fmt: skip
    out: dict[int, dict[str, int]] = {pk: {} for pk in party_ids}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" union all ").join(parts), {"ids": list(party_ids)})
        for index, party, count in cursor.fetchall():
            name = called(references()[index].model)
            out[party][name] = out[party].get(name, 0) + count
    return {pk: sorted(named.items(), key=lambda pair: (-pair[1], pair[0])) for pk, named in out.items()}


def strays() -> list[tuple[str, str]]:
    """(table.column, code of the party) of what points at a party that went up in another one and was not kept back:
    written while the merge was under way, and not followed yet. One query."""
    parts = [
        sql.SQL(
            "select distinct {0}, p.code from {1} r join data_party p on p.id = r.{2} and p.merged_into_id is not null"
            " where r.{3} <> all(select unnest(m.kept) from data_partymergemove m where m.\"table\" = {4}"
            " and m.\"column\" = {5}){6}"
        ).format(
            sql.Literal(f"{one.table}.{one.column}"), sql.Identifier(one.table), sql.Identifier(one.column),
            sql.Identifier(one.key), sql.Literal(one.table), sql.Literal(one.column),
            sql.SQL(" and r.entity = {}").format(sql.Literal(one.of)) if one.of else sql.SQL(""),
        )
        for one in references()
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" union all ").join(parts))
        return [(str(column), str(code)) for column, code in cursor.fetchall()]


def called(model: type[Model]) -> str:
    """What many rows of a table are called, in the language of who asks."""
    entity = registry().entity_by_model.get(model._meta.label_lower)
    return str((entity.label_plural if entity and entity.label_plural else None) or model._meta.verbose_name_plural)


def of_these(actor: Actor, ids: Sequence[int]) -> list[Party]:
    """The parties, in the order asked for. Raises NotFound where the actor may not see one of them, or it went up in
    another one."""
    wanted = list(dict.fromkeys(ids))
    seen = visible(actor, registry().entities[ENTITY], Party.objects.filter(pk__in=wanted, merged_into__isnull=True))
    found = {party.pk: party for party in seen}
    if len(found) < len(wanted):
        raise NotFound
    return [found[pk] for pk in wanted]


def values_of(party: Party) -> dict[str, Any]:
    return {name: getattr(party, name) for name in PARTY}


def outcome(survivor: Party, absorbed: Sequence[Party], choices: Mapping[str, int]) -> dict[str, Any]:
    """Field → value that would remain; `choices` maps fields to the party whose value is taken. Raises KeyError for a
    field or party that is none of these."""
    by_id = {party.pk: party for party in (survivor, *absorbed)}
    chosen = {name: getattr(by_id[pk], name) for name, pk in choices.items()}
    return survive(PARTY, values_of(survivor), [values_of(party) for party in absorbed], chosen)


def differing(parties: Sequence[Party]) -> list[str]:
    """The fields in which they say different things; what nobody says, and what all say, is not asked about."""
    return [
        name for name in PARTY
        if len({repr(getattr(party, name)) for party in parties if not empty(getattr(party, name))}) > 1
    ]  # fmt: skip


def described(actor: Actor, groups: Sequence[tuple[str, Sequence[tuple[int, str, str]]]]) -> list[dict[str, Any]]:
    """Groups of duplicates with what one needs to decide: what tells the parties apart, how much points at each, and
    which would best remain (the one with a tax number, then the one that most points at, then the oldest). Two
    queries for all."""
    ids = [pk for _key, rows in groups for pk, _code, _name in rows]
    hidden = actor.hidden.get(ENTITY, ())
    facts = {
        row["pk"]: row
        for row in Party.objects.filter(pk__in=ids).annotate(
            city=Subquery(
                Address.objects.filter(party=OuterRef("pk")).order_by("-is_default", "pk").values("city")[:1]
            )
        ).values("pk", "tax_id", "phone", "email", "city")
    }  # fmt: skip
    pointing = {pk: sum(count for _what, count in named) for pk, named in counts(ids).items()} if ids else {}
    out = []
    for key, rows in groups:
        members = [
            {
                "id": pk,
                "code": code,
                "label": name,
                "references": pointing[pk],
                "told": " · ".join(
                    str(facts[pk][name])
                    for name in ("city", "tax_id", "phone", "email")
                    if facts[pk][name] and name not in hidden
                ),
            }
            for pk, code, name in rows
        ]
        best = min(rows, key=lambda row: (not facts[row[0]]["tax_id"], -pointing[row[0]], row[0]))[0]
        numbers = {facts[pk]["tax_id"] for pk, _code, _name in rows} - {""}
        out.append({"key": key, "survivor": best, "two_companies": len(numbers) > 1, "parties": members})
    return out
