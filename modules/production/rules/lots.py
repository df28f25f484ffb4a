"""How much is ordered at once. Pure; quantities in millionths of the stock unit, as in rules/netting.py."""

from __future__ import annotations

from math import isqrt

from modules.production.rules.terms import MICRO, Item


def lots(net: int, item: Item, yearly: int = 0) -> list[int]:
    """Net requirement to order quantities: whole steps, minimum, multiple, split at the maximum. Every lot, the last
    too, is at least the minimum and a multiple: nobody sells half a carton. A maximum of nothing is none: exactly what
    is needed. Where the two contradict each other the maximum holds: more does not fit. Fixed lots are all alike; an
    economic one, of what is needed in a year, is the least to order at once, in as many lots as the maximum makes."""
    if item.lot_fixed:
        return [item.lot_fixed] * -(-net // item.lot_fixed)
    least = max(item.lot_min, economic(yearly, item)) if item.economic is not None else item.lot_min
    if not (least or item.lot_multiple or item.lot_max):
        return [-(-net // item.step) * item.step]
    multiple = item.lot_multiple or 1

    def sized(quantity: int, least: int) -> int:
        return -(-max(quantity, least) // multiple) * multiple

    quantity = sized(-(-net // item.step) * item.step, least)
    most = max(item.lot_max // multiple * multiple, multiple) if item.lot_max else quantity
    if quantity <= most:
        return [quantity]
    full, rest = divmod(quantity, most)
    return [most] * full + ([min(sized(rest, item.lot_min), most)] if rest else [])


def economic(yearly: int, item: Item) -> int:
    """The lot that costs least to order and to keep (经济批量, Andler and Harris): √(2 × demand of a year × cost of an
    order ÷ cost of keeping one for a year), to the next whole step."""
    if item.economic is None:
        return 0
    above, below = item.economic.as_integer_ratio()
    best = isqrt(yearly * MICRO * above // below)
    return (best + item.step // 2) // item.step * item.step
