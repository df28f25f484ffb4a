"""Which lots of a line go back, to the supplier or from the customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.selectors.moves import MoveOfLine
from modules.inventory.services.lots import lots_of_line
from modules.shared.data.models import Product
from modules.shared.data.services.order_lines import key_of
from tenon.problems import Invalid

ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """A quantity of one lot, and the moves that it takes back."""

    lot: str
    quantity: Decimal
    moves: tuple[int, ...]


def lots_by_line(given: Any) -> dict[int, str]:
    """Line id → what was said of its lots. Raises Invalid."""
    if not given:
        return {}
    if not isinstance(given, Mapping) or any(key_of(line) is None for line in given):
        raise Invalid.field("lots", _("Say which line and which lots."), "invalid")
    return {key_of(line) or 0: str(text or "") for line, text in given.items()}


def parts_back(
    product: Product, quantity: Decimal, went: Iterable[MoveOfLine], back: Mapping[str, Decimal], said: str
) -> list[Part]:
    """Divides `quantity` over the lots of `went` less what is `back` already: those that are `said`, else in the order
    given. Raises Invalid when more of a lot would go back than there was of it."""
    left: dict[str, Decimal] = defaultdict(Decimal)
    moves: dict[str, tuple[int, ...]] = defaultdict(tuple)
    for move in went:
        left[move.lot] += move.quantity
        moves[move.lot] = (move.pk, *moves[move.lot])
    for lot in left:
        left[lot] -= back.get(lot, ZERO)
    if said.strip():
        wanted = lots_of_line(product, said, quantity, "lots")
        for lot, asked in wanted.items():
            if asked > left.get(lot, ZERO):
                words = {"product": product, "lot": lot, "left": f"{left.get(lot, ZERO).normalize():f}"}
                message = _("%(product)s: at most %(left)s of lot %(lot)s can go back.") % words
                raise Invalid.field("lots", message, "range")
    else:
        wanted, rest = {}, quantity
        for lot, there in left.items():
            take = min(rest, there)
            if take > 0:
                wanted[lot] = take
                rest -= take
        assert not rest, "no more goes back than came"
    return [Part(lot, take, moves[lot]) for lot, take in wanted.items()]
