"""Goods in two quantities: what documents say of the second one, and what of it goes with each movement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import HOLDING
from modules.inventory.rules.second_quantity import Part, Unclear, plausible, shares
from modules.inventory.services.movement import Movement
from modules.shared.data.models import Product
from tenon.problems import Invalid

ZERO = Decimal(0)
MOST = Decimal(10) ** 12
Key = tuple[int, int, str]  # product, place, lot


def second_read(product: Product, pieces: Decimal, given: Any, field: str, *, required: bool = True) -> Decimal | None:
    """What was said of the second quantity of so many pieces; None of goods that have one quantity only, and where
    nothing was said and need not be. Raises Invalid on goods that have no second one, a missing one, a fraction that
    its unit does not have, nothing for some pieces or some for none, and what is out of the product's tolerance."""
    if product.second_unit is None:
        if given not in (None, ""):
            raise Invalid.field(field, _("%(product)s has one quantity only.") % {"product": product}, "second")
        return None
    words = {"product": product, "unit": product.second_unit.code, "pieces": plain(pieces)}
    if given in (None, ""):
        if not pieces:
            return ZERO
        if required:
            message = _("%(product)s: say also how many %(unit)s the %(pieces)s are.") % words
            raise Invalid.field(field, message, "required")
        return None
    try:
        second = Decimal(str(given))
    except InvalidOperation:
        second = Decimal("nan")
    if not second.is_finite() or not ZERO <= second < MOST:
        raise Invalid.field(field, _("Enter a number that is not negative."), "invalid")
    if second != second.quantize(Decimal(1).scaleb(-product.second_unit.decimals)):
        raise Invalid.field(field, _("The unit does not allow such a fraction."), "unit-step")
    if (second == 0) != (pieces == 0):
        raise Invalid.field(field, _("Pieces weigh something, and only pieces do."), "second-zero")
    if not plausible(pieces, second, product.second_nominal or ZERO, product.second_tolerance):
        words |= {"second": plain(second), "each": plain(product.second_nominal or ZERO)}
        words["tolerance"] = plain(product.second_tolerance or ZERO)
        message = _("%(pieces)s × %(each)s %(unit)s ± %(tolerance)s %% is usual: %(second)s must be a mistake.")
        raise Invalid.field(field, message % words, "second-range")
    return second


def second_back(
    product: Product, pieces: Decimal, given: Any, parts: Sequence[Any], *, rest: Decimal | None
) -> Decimal | None:
    """What comes back weighs, or, when it is the `rest` of what went, that; None of goods with one quantity. Raises
    Invalid, also where one figure would stand for the pieces of several lots."""
    if product.second_unit_id is None and given is None:
        return None
    if given is None and rest is not None:
        return rest
    if len(parts) > 1:
        message = _("%(product)s: each lot and each serial number weighs its own. One at a time.")
        raise Invalid.field("seconds", message % {"product": product}, "second-lots")
    return second_read(product, pieces, given, "seconds")


def seconds_of(lines: Sequence[Any]) -> dict[int, Decimal]:
    """Line of a document → what its pieces weigh, of its goods in two quantities. Raises Invalid where nobody said."""
    out: dict[int, Decimal] = {}
    for index, line in enumerate(lines):
        if line.product.second_unit_id is not None:
            at = f"lines.{index}.second_quantity"
            out[line.pk] = second_read(line.product, line.quantity, line.second_quantity, at) or ZERO
    return out


def weighed(
    movements: Sequence[Movement],
    weighing: Collection[int],
    kinds: Mapping[int, str],
    there: Mapping[Key, tuple[Decimal, Decimal]],
    said: Mapping[int, Decimal],
) -> list[Movement]:
    """The movements with their second quantity, of the products that are `weighing`: what the movement has; what was
    `said` of the document's line, over the balances it takes from (`there`: pieces and weight under lock); all of a
    balance that goes whole. Raises Invalid."""
    out = list(movements)
    left = dict(there)
    lines: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, m in enumerate(movements):
        if m.product_id not in weighing:
            if m.second is not None:
                raise _unfit(m.product_id, "extra")
        elif m.second is not None:
            _take(left, m, m.second)
        else:
            lines[(m.product_id, -at - 1 if m.line_id is None else m.line_id)].append(at)
    for (product_id, line_id), places in lines.items():
        mine = [movements[at] for at in places]
        if any(kinds[m.from_id] not in HOLDING for m in mine):
            raise _unfit(product_id, "missing")
        parts = []
        for m in mine:
            pieces, weight = left.get((product_id, m.from_id, m.lot), (ZERO, ZERO))
            parts.append(Part(m.quantity, max(pieces, m.quantity), weight))  # what is not there is refused after this
        weights = weigh_parts(product_id, parts, said.get(line_id))
        for at, weight in zip(places, weights, strict=True):
            out[at] = replace(movements[at], second=weight)
            _take(left, out[at], weight)
    return out


def weigh_parts(product_id: int, parts: Sequence[Part], total: Decimal | None) -> list[Decimal]:
    """What each part weighs, of a total that was said or not. Raises Invalid."""
    try:
        return shares(parts, total)
    except Unclear as unclear:
        raise _unfit(product_id, unclear.code, unclear.weight) from None


def _take(left: dict[Key, tuple[Decimal, Decimal]], m: Movement, weight: Decimal) -> None:
    key = (m.product_id, m.from_id, m.lot)
    if key in left:
        left[key] = (left[key][0] - m.quantity, left[key][1] - weight)


def left_check(on_hand: Mapping[Key, Decimal], second: Mapping[Key, Decimal]) -> None:
    """Where there are pieces there is weight, and only there. Raises Invalid."""
    for key, weight in second.items():
        pieces = on_hand[key]
        if weight < 0 or (pieces == 0) != (weight == 0):
            product = Product.objects.select_related("unit", "second_unit").get(pk=key[0])
            words = {
                "product": product, "pieces": plain(pieces), "unit": product.unit.code, "second": plain(weight),
                "second_unit": product.second_unit.code if product.second_unit else "",
            }  # fmt: skip
            message = _(
                "%(product)s: %(pieces)s %(unit)s of %(second)s %(second_unit)s would be left. Weigh again, or count"
                " first."
            )
            raise Invalid.field("lines", message % words, "second-left")


def _unfit(product_id: int, code: str, weight: Decimal = ZERO) -> Invalid:
    product = Product.objects.select_related("second_unit").get(pk=product_id)
    unit = product.second_unit.code if product.second_unit else ""
    words = {"product": product, "unit": unit, "weight": plain(weight)}
    texts = {
        "extra": _("%(product)s has one quantity only."),
        "missing": _("%(product)s is kept in two quantities, and here is said only one: say how many %(unit)s."),
        "several": _("%(product)s: pieces stay in more than one place or lot. Take them one after the other."),
        "whole": _("%(product)s: all that lies there goes, and that is %(weight)s %(unit)s. Say so, or count first."),
        "range": _("%(product)s: pieces stay, so less than %(weight)s %(unit)s can go, and some. Weigh again."),
    }
    return Invalid.field("lines", texts[code] % words, f"second-{code}")


def plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
