"""Who might be the same party, person or lead: exact keys first, then names that read alike.

Records outside the asker's scope are reported without their details: that somebody has them, not who and what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Literal

from django.contrib.postgres.lookups import TrigramSimilar
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Party
from modules.shared.data.rules.naming import domain_key, is_chinese, name_key, phone_key, sound_key
from tenon.access.actor import Actor
from tenon.access.scope import scope_filter
from tenon.registry.registry import registry

SIMILAR = 0.55
SOUNDS_SIMILAR = 0.6  # of pinyin; bench/duplicates.py says what another number would cost
Reason = Literal["tax_id", "code", "barcode", "email", "phone", "name", "sound", "domain", "similar_name"]
Band = Literal["block", "warn"]  # whom nothing is said of is in order


@dataclass(frozen=True)
class DuplicateHit:
    """`id` and `label` are empty for a record that the asker may not see."""

    entity: str
    id: int | None
    label: str
    reason: Reason
    likeness: float = 1.0

    @property
    def band(self) -> Band:
        """What identifies a company or an article by law or by us cannot be there twice; all else is for a person to
        judge."""
        return "block" if self.reason in ("tax_id", "code", "barcode") else "warn"

    def as_json(self) -> dict[str, Any]:
        return {
            "entity": self.entity, "id": self.id, "label": self.label, "reason": self.reason, "band": self.band,
            "likeness": f"{self.likeness:.2f}",
        }  # fmt: skip


def party_duplicates(
    *,
    actor: Actor,
    name: str = "",
    name_zh: str = "",
    tax_id: str = "",
    email: str = "",
    phone: str = "",
    website: str = "",
    exclude: int | None = None,
    limit: int = 10,
) -> list[DuplicateHit]:
    """Parties that look like the one described, the surest first. At most four queries."""
    keys = [k for k in dict.fromkeys((name_key(name), name_key(name_zh))) if k]
    sounds = [s for s in dict.fromkeys(sound_key(k) for k in keys) if s]
    chinese = [sound_key(k) for k in keys if is_chinese(k)]
    digits, domain = phone_key(phone), domain_key(email, website)
    exact = Q(pk__in=[])
    if tax_id:
        exact |= Q(tax_id__iexact=tax_id)
    if email:
        exact |= Q(email__iexact=email)
    if keys:
        exact |= Q(name_key__in=keys) | Q(name_zh_key__in=keys) | Q(sound_key__in=sounds)
    rows = Party.objects.filter(merged_into__isnull=True)
    rows = rows.exclude(pk=exclude) if exclude else rows
    # Phones are written in a hundred ways: the last digits find candidates, the key decides.
    if digits:
        exact |= Q(phone__endswith=digits[-4:])
    alike: list[tuple[Party, Reason, float]] = []
    for party in rows.filter(exact).order_by("pk").only(*_SEEN)[: limit * 20]:
        reason = _reason(party, keys, sounds, tax_id, email, digits)
        if reason:
            alike.append((party, reason, 1.0))
    if keys and len(alike) < limit:
        with transaction.atomic(), connection.cursor() as cursor:
            # The index answers `%` at this threshold; `set local` ends with the transaction.
            cursor.execute(f"set local pg_trgm.similarity_threshold = {SIMILAR}")
            rest = rows.exclude(pk__in=[party.pk for party, _why, _likeness in alike])
            similar = _similar(rest, keys, chinese, limit)
        alike += [(party, "similar_name", likeness) for party, likeness in similar]
    if domain and len(alike) < limit:
        colleagues = rows.filter(domain_key=domain).exclude(pk__in=[party.pk for party, _why, _likeness in alike])
        alike += [(party, "domain", 1.0) for party in colleagues.order_by("pk").only(*_SEEN)[:limit]]
    alike.sort(key=lambda found: (_ORDER[found[1]], -found[2], found[0].pk))
    del alike[limit:]
    seen = _visible_of(actor, [party.pk for party, _why, _likeness in alike])
    return [_hit(party, reason, likeness, party.pk in seen) for party, reason, likeness in alike]


def _similar(
    rows: QuerySet[Party], keys: Sequence[str], sounds: Sequence[str], limit: int
) -> list[tuple[Party, float]]:
    """Whose name is written nearly so or, of Chinese names (`sounds`: their pinyin), reads nearly so: one letter of
    seven is a larger part of the writing than of the sound."""
    names = [(name, key) for name in _NAMES for key in keys]
    alike = reduce(or_, (Q(TrigramSimilar(F(name), Value(key))) for name, key in names))
    likeness = [TrigramSimilarity(name, key) for name, key in names]
    if sounds:
        heard = [TrigramSimilarity("sound_key", sound) for sound in sounds]
        rows = rows.annotate(heard=Greatest(*heard, Value(0.0)))
        near = reduce(or_, (Q(TrigramSimilar(F("sound_key"), Value(sound))) for sound in sounds))
        alike |= near & Q(heard__gte=SOUNDS_SIMILAR)
        likeness += heard
    found = rows.filter(alike).annotate(likeness=Greatest(*likeness)).order_by("-likeness", "pk").only(*_SEEN)
    return [(party, float(party.likeness)) for party in found[:limit]]


_NAMES = ("name_key", "name_zh_key")
_SEEN = (
    "id",
    "code",
    "name",
    "name_zh",
    *_NAMES,
    "sound_key",
    "domain_key",
    "tax_id",
    "email",
    "phone",
    "owner_id",
    "department_id",
)
_ORDER: dict[str, int] = {
    "tax_id": 0, "email": 1, "phone": 2, "name": 3, "sound": 4, "similar_name": 5, "domain": 6,
}  # fmt: skip


def _reason(
    party: Party, keys: Sequence[str], sounds: Sequence[str], tax_id: str, email: str, digits: str
) -> Reason | None:
    if tax_id and party.tax_id.casefold() == tax_id.casefold():
        return "tax_id"
    if email and party.email.casefold() == email.casefold():
        return "email"
    if digits and phone_key(party.phone) == digits:
        return "phone"
    if party.name_key in keys or (party.name_zh_key and party.name_zh_key in keys):
        return "name"
    return "sound" if party.sound_key and party.sound_key in sounds else None


def _visible_of(actor: Actor, keys: Sequence[int]) -> set[int]:
    """Which of these parties the actor may see; no query for who sees all."""
    entity = registry().entities.get("shared.party")
    condition = scope_filter(actor, entity) if entity else Q()
    return set(Party.objects.filter(condition, pk__in=keys).values_list("pk", flat=True)) if condition else set(keys)


def _hit(party: Party, reason: Reason, likeness: float, visible: bool) -> DuplicateHit:
    if not visible:
        return DuplicateHit("shared.party", None, str(_("A record of somebody else")), reason, likeness)
    return DuplicateHit("shared.party", party.pk, f"{party.code} {party.name}", reason, likeness)


def duplicate_groups(*, actor: Actor, role: str = "is_customer") -> list[tuple[str, list[tuple[int, str, str]]]]:
    """All groups of parties that share a name key, of either name: (key, [(id, code, name)]), for the report after an
    import. Of the rows that the actor may see."""
    entity = registry().entities.get("shared.party")
    seen = Party.objects.filter(
        scope_filter(actor, entity) if entity else Q(), merged_into__isnull=True, **{role: True}
    ).exclude(name_key="")
    groups: dict[str, list[tuple[int, str, str]]] = {}
    for key, second, pk, code, name in seen.order_by("name_key", "pk").values_list(*_NAMES, "pk", "code", "name"):
        for one in filter(None, (key, second)):
            groups.setdefault(one, []).append((pk, code, name))
    # Parties that share both names are one group, not two.
    return list({tuple(rows): (key, rows) for key, rows in reversed(groups.items()) if len(rows) > 1}.values())[::-1]
