"""Many places at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location
from modules.inventory.rules.bin_pattern import expand
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import frame, service, touch_ids


@service("inventory.location.create")
def bins_create(
    *,
    actor: Actor,
    location: Location,
    pattern: str,
    purpose: str | None = "",
    capacity: Decimal | None = None,
    preview: bool | None = False,
) -> dict[str, Any]:
    """The places of a pattern within another one, in walking order behind what is there; those that exist are left as
    they are. With `preview` nothing is written. Answers how many are new, how many exist, and some of the names.
    Raises Invalid on a pattern that cannot be read."""
    try:
        names = expand(pattern)
    except ValueError:
        message = _("Write ranges as {01..20} or {A..F}; no more than 5,000 places at once.")
        raise Invalid.field("pattern", message, "invalid") from None
    codes = {f"{location.code}/{name}": name for name in names}
    if any(len(code) > 120 for code in codes):
        raise Invalid.field("pattern", _("The names are too long."), "max_length")
    there = set(Location.objects.filter(code__in=list(codes)).values_list("code", flat=True))
    new = [code for code in codes if code not in there]
    answer = {"new": len(new), "existing": len(there), "names": [*new[:5], *(new[-1:] if len(new) > 5 else [])]}
    if preview or not new:
        return answer
    member_id = frame().actor.member_id
    rows = [
        Location(
            code=code, name=codes[code], kind=location.kind, warehouse_id=location.warehouse_id, parent=location,
            purpose=purpose or "", capacity=capacity, pick_order=location.pick_order + at,
            created_by_id=member_id, changed_by_id=member_id,
        )
        for at, code in enumerate(new, 1)
    ]  # fmt: skip
    Location.objects.bulk_create(rows, batch_size=1000)
    for row in rows:
        row.path = f"{location.path}{row.pk}/"
    Location.objects.bulk_update(rows, ["path"], batch_size=1000)
    touch_ids(Location, "insert", {row.pk for row in rows})
    return answer
