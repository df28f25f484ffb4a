"""Taking goods from where they came in to where they belong, and from bin to bin by scan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, PutAwayRule, StockBalance
from modules.inventory.services.lines import check_step, record_of
from modules.inventory.services.locked_stock import move_with_locks
from modules.inventory.services.second_quantity import second_read
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service


@service("inventory.stock.transfer")
def stock_put_away(
    *, actor: Actor, stock: StockBalance, to_location: Any, quantity: Decimal, second_quantity: Any = None
) -> StockBalance:
    """Moves goods to a bin of the same warehouse; what is locked of them stays locked for its order, there. Raises
    Invalid, InsufficientStock."""
    place = record_of(Location.objects.all(), to_location, "to_location")
    if place.kind != Location.Kind.STOCK or not place.is_active:
        raise Invalid.field("to_location", _("Choose an open stock place."), "kind")
    if place.warehouse_id != stock.location.warehouse_id:
        raise Invalid.field("to_location", _("It lies in another warehouse: make a transfer."), "range")
    if place.pk == stock.location_id:
        raise Invalid.field("to_location", _("It is there already."), "same")
    if quantity <= 0:
        raise Invalid.field("quantity", _("The quantity must be greater than zero."), "min_value")
    check_step(quantity, stock.product, "quantity")
    second = second_read(stock.product, quantity, second_quantity, "second_quantity", required=False)
    move_with_locks(stock, place.pk, quantity, reason="", second=second)
    stock.refresh_from_db()
    return stock


@service("inventory.put_away_rule.create")
def put_away_rule_create(*, actor: Actor, **values: Any) -> PutAwayRule:
    """Raises Invalid when the place keeps no stock."""
    return _saved(PutAwayRule(**values))


@service("inventory.put_away_rule.update")
def put_away_rule_update(*, actor: Actor, rule: PutAwayRule, **values: Any) -> PutAwayRule:
    """Raises Invalid when the place keeps no stock."""
    for name, value in values.items():
        setattr(rule, name, value)
    return _saved(rule)


def _saved(rule: PutAwayRule) -> PutAwayRule:
    if rule.place.kind != Location.Kind.STOCK:
        raise Invalid.field("place", _("Choose an open stock place."), "kind")
    rule.save()
    return rule
