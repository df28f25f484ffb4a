"""Two parties that are one: merged with all that points at them in any module, and taken apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from modules.shared.contracts.events import PartiesMerged, PartyMergeUndone
from modules.shared.data.models import Address, Party, PartyMerge, PartyMergeMove
from modules.shared.data.rules.survivorship import PARTY
from modules.shared.data.selectors.merging import Reference, of_these, outcome, references
from modules.shared.data.services.parties import REFERENCES, fill, refuse_bad, refuse_same_tax_id
from tenon.access.actor import Actor
from tenon.problems import FeatureReadOnly, Invalid, StateRefused
from tenon.records.service import publish, service, touch_ids

_MODEL: Any = Party
_MOVE = """
update {table} set {column} = %s{stamp} where {where}{only} returning {key}
"""


@service("shared.party.merge")
def party_merge(
    *, actor: Actor, survivor: Party, absorbed: Party, choices: Mapping[str, int] | None = None, reason: str = ""
) -> PartyMerge:
    """`absorbed` goes up in `survivor`: every reference of every module moves, fields follow rules.survivorship unless
    `choices` (field → id of the party whose value is taken) says otherwise. The absorbed one stays as a name by which
    the other is found: its id and code lead to the survivor. A reference that has no room beside one of the survivor's
    (the same contact twice) is kept back. Rows of ledgers move, too: in nothing but the party.

    Raises NotFound for a party out of sight or already merged, Invalid for a field or party that is not among them,
    StateRefused where both have a tax number, and different ones: that makes two companies, unless one number is
    chosen. Emits PartiesMerged."""
    keep, gone = _locked(actor, survivor, absorbed)
    chosen = {column_of(name): pk for name, pk in (choices or {}).items()}
    if unknown := sorted(name for name, pk in chosen.items() if name not in PARTY or pk not in (keep.pk, gone.pk)):
        raise Invalid.field(unknown[0], _("This is not a field or party to choose between."))
    if keep.tax_id and gone.tax_id and keep.tax_id != gone.tax_id and "tax_id" not in chosen:
        raise StateRefused(
            _("%(one)s and %(other)s have different tax numbers: two companies. Choose one number if they are one.")
            % {"one": keep.code, "other": gone.code}
        )
    values = outcome(keep, [gone], chosen)
    merge = PartyMerge(survivor=keep, absorbed=gone, reason=reason[:200])
    merge.fields = {
        "survivor": {name: [getattr(keep, name), value] for name, value in values.items()
                     if getattr(keep, name) != value},
        "absorbed": {},
        "addresses": _one_default(keep, gone),
    }  # fmt: skip
    before = {"tax_id": gone.tax_id, "is_active": gone.is_active}
    # First the tax number, which only one may have.
    gone.tax_id, gone.is_active, gone.merged_into = "", False, keep
    gone.save()
    merge.fields["absorbed"] = {
        name: [was, getattr(gone, name)] for name, was in before.items() if was != getattr(gone, name)
    }
    fill(keep, _named(values))
    refuse_bad(keep)
    keep.save()
    merge.fields = _json(merge.fields)
    merge.save()
    for reference in references():
        rows, kept = _move(reference, gone.pk, keep.pk, actor.member_id)
        if rows or kept:
            PartyMergeMove(merge=merge, table=reference.table, column=reference.column, rows=rows, kept=kept).save()
        merge.moved += len(rows)
        merge.kept += len(kept)
    merge.save()
    publish(PartiesMerged(merge_id=merge.pk, survivor_id=keep.pk, absorbed_id=gone.pk))
    return merge


@service("shared.party.merge")
def parties_merge(
    *, actor: Actor, survivor: int, absorbed: Sequence[int], choices: Mapping[str, int] | None = None, reason: str = ""
) -> list[PartyMerge]:
    """Several go up in one, all or none; ids of parties. Each is a merge of its own, which can be undone, the last one
    first. Raises as party_merge does."""
    keep, *others = of_these(actor, [survivor, *absorbed])
    merges = []
    for gone in others:
        # What was chosen of another one the survivor has taken by now, or takes when that one comes.
        chosen = {name: gone.pk if pk == gone.pk else keep.pk for name, pk in (choices or {}).items()}
        merges.append(party_merge(actor=actor, survivor=keep, absorbed=gone, choices=chosen, reason=reason))
    return merges


@service("shared.party.merge")
def party_merge_follow(*, actor: Actor, merge: PartyMerge) -> int:
    """What was written for the absorbed party while the merge was under way follows. Idempotent. Returns how many."""
    merge = PartyMerge.objects.select_for_update().select_related("survivor", "absorbed").get(pk=merge.pk)
    if merge.state != PartyMerge.State.MERGED or merge.survivor.merged_into_id:
        return 0
    late, moves = 0, {(move.table, move.column): move for move in merge.moves.all()}
    for reference in references():
        move = moves.get((reference.table, reference.column)) or PartyMergeMove(
            merge=merge, table=reference.table, column=reference.column
        )
        rows, kept = _move(reference, merge.absorbed_id, merge.survivor_id, actor.member_id, set(move.kept))
        if rows or kept:
            move.rows, move.kept = [*move.rows, *rows], [*move.kept, *kept]
            move.save()
            late += len(rows)
            merge.kept += len(kept)
    if late:
        merge.moved += late
        merge.save()
    return late


@service("shared.party.merge")
def party_merge_undo(*, actor: Actor, merge: PartyMerge) -> PartyMerge:
    """Takes a merge back: what moved goes back, and both say again what they said. What was changed since stays: a
    field written after the merge, a reference that was given to a third party, all that was made after it.

    Raises StateRefused where it is undone, or where the remaining one was itself merged into another since (that merge
    first), Duplicate or Invalid where a field cannot be given back. Emits PartyMergeUndone."""
    merge = PartyMerge.objects.select_for_update().get(pk=merge.pk)
    if merge.state != PartyMerge.State.MERGED:
        raise StateRefused(_("This merge is undone already."))
    parties = {p.pk: p for p in Party.objects.select_for_update().filter(
        pk__in=(merge.survivor_id, merge.absorbed_id)).order_by("pk")}  # fmt: skip
    keep, gone = parties[merge.survivor_id], parties[merge.absorbed_id]
    if keep.merged_into_id or gone.merged_into_id != keep.pk:
        raise StateRefused(_("%(party)s was itself merged since: undo that merge first.") % {"party": keep.code})
    for move in merge.moves.order_by("pk"):
        _back(move, keep.pk, gone.pk, actor.member_id)
    for which, party in (("survivor", keep), ("absorbed", gone)):
        said = {name: was for name, (was, now) in merge.fields[which].items() if _json(getattr(party, name)) == now}
        if which == "absorbed":
            party.merged_into = None
        # The survivor first: a tax number leaves the one before it comes to the other.
        fill(party, _named({name: _python(name, value) for name, value in said.items()}))
        refuse_bad(party)
        refuse_same_tax_id(party)
        party.save()
    for pk, (was, now) in merge.fields["addresses"].items():
        Address.objects.filter(pk=pk, is_default=now).update(is_default=was)
    merge.state, merge.undone_at = PartyMerge.State.UNDONE, timezone.now()
    merge.save()
    publish(PartyMergeUndone(merge_id=merge.pk, survivor_id=keep.pk, absorbed_id=gone.pk))
    return merge


def _locked(actor: Actor, survivor: Party, absorbed: Party) -> tuple[Party, Party]:
    """Both, locked in the order of their keys. Raises NotFound, Invalid for one party twice."""
    if survivor.pk == absorbed.pk:
        raise Invalid.field("absorbed", _("A party is not merged with itself."))
    list(Party.objects.select_for_update().filter(pk__in=(survivor.pk, absorbed.pk)).order_by("pk"))
    keep, gone = of_these(actor, [survivor.pk, absorbed.pk])
    return keep, gone


def column_of(name: str) -> str:
    """The column of a field as the API calls it."""
    return f"{name}_id" if name in REFERENCES else name


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as `fill` calls them."""
    names = {f"{name}_id": name for name in REFERENCES}
    return {names.get(name, name): value for name, value in values.items()}


def _python(name: str, value: Any) -> Any:
    """A field's value from the JSON of a merge."""
    return value if name.removesuffix("_id") in REFERENCES else _MODEL._meta.get_field(name).to_python(value)


def _one_default(keep: Party, gone: Party) -> dict[str, list[bool]]:
    """The survivor's default address of a kind remains the default one. Returns what changed."""
    taken = Address.objects.filter(party=keep, is_default=True).values("kind")
    rows = Address.objects.filter(party=gone, is_default=True, kind__in=taken)
    changed = {str(pk): [True, False] for pk in rows.values_list("pk", flat=True)}
    rows.update(is_default=False)
    return changed


def _move(
    reference: Reference, source: int, target: int, member: int | None, without: AbstractSet[int] = frozenset()
) -> tuple[list[int], list[int]]:
    """(rows moved, rows kept back). All at once where all have room, else one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select {} from {} where {} order by 1 for update").format(
                sql.Identifier(reference.key), sql.Identifier(reference.table), reference.where()
            ),
            [source],
        )
        there = [pk for (pk,) in cursor.fetchall() if pk not in without]
    if not there:
        return [], []
    try:
        with transaction.atomic():
            moved = _update(reference, source, target, there, member)
        return moved, []
    except IntegrityError:
        pass
    moved, kept = [], []
    for pk in there:
        try:
            with transaction.atomic():
                moved += _update(reference, source, target, [pk], member)
        except IntegrityError:
            kept.append(pk)
    return moved, kept


def _update(reference: Reference, source: int, target: int, rows: list[int], member: int | None) -> list[int]:
    """Whoever has one of these rows open is told that it changed: their versions go up."""
    stamp = sql.SQL("")
    values: list[Any] = [target, source, rows]
    if reference.versioned:
        stamp = sql.SQL(", version = version + 1, changed_at = clock_timestamp(), changed_by_id = %s")
        values.insert(1, member)
    key = sql.Identifier(reference.key)
    statement = sql.SQL(_MOVE).format(
        table=sql.Identifier(reference.table), column=sql.Identifier(reference.column), stamp=stamp,
        where=reference.where(), only=sql.SQL(" and {} = any(%s)").format(key), key=key,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        moved = sorted(pk for (pk,) in cursor.fetchall())
    _tell(reference, moved)
    return moved


def _tell(reference: Reference, rows: list[int]) -> None:
    """Open pages read them anew. What the company only reads by now moves all the same: it must not point nowhere."""
    with suppress(FeatureReadOnly):
        touch_ids(reference.model, "update", set(rows))


def _back(move: PartyMergeMove, keep: int, gone: int, member: int | None) -> None:
    reference = next((one for one in references() if (one.table, one.column) == (move.table, move.column)), None)
    if reference is not None:  # a table that a later version of Tenon no longer has
        _update(reference, keep, gone, list(move.rows), member)


def _json(value: Any) -> Any:
    """As it stands in the JSON of a merge."""
    if isinstance(value, dict):
        return {str(name): _json(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
