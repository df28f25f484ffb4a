"""Goods that are kept for their owner (寄售 / 代管): theirs at ours, a quantity without value until we take it over.

Ours at a customer's needs nothing of its own: stock is transferred to a place of the customer, keeps its value there,
and a delivery takes it out of that place when it is sold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, Receipt, StockBalance, StockMove
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.services.lines import check_step, record_of
from modules.inventory.services.lots import NewLot, lots_ensure, lots_of_line
from modules.inventory.services.moves import Movement, post_moves
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.shared.data.models import Product, PurchaseOrder
from modules.shared.data.selectors.prices import PriceQuestion, supplier_prices
from modules.shared.data.services import purchase_order_confirm
from modules.shared.data.services.purchase_orders import purchase_order_draft
from tenon.access.actor import Actor, system
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting, service
from tenon.tenancy.context import current

Kind = StockMove.Kind


@service("inventory.custody.receive")
def custody_receive(
    *, actor: Actor, place: Location, product: Any, quantity: Decimal, lot: str | None = "",
    expires_on: date | None = None, reason: str | None = "",
) -> Location:  # fmt: skip
    """Goods of the place's owner come in. They stay theirs: no value, no accrual. Raises Invalid, StateRefused."""
    _check_custody(place)
    of = record_of(Product.objects.select_related("unit"), product, "product")
    if of.kind != Product.Kind.GOODS:
        raise Invalid.field("product", _("Only goods are kept in stock."), "kind")
    if quantity <= 0:
        raise Invalid.field("quantity", _("The quantity must be greater than zero."), "min_value")
    check_step(quantity, of, "quantity")
    parts = lots_of_line(of, lot or "", quantity, "lot")
    lots_ensure(NewLot(of.pk, number, supplier_id=place.party_id, expires_on=expires_on) for number in parts)
    outside = place_of_kind(Location.Kind.SUPPLIER)
    movements = [
        Movement(of.pk, Kind.CUSTODY, outside.pk, place.pk, part, lot=number) for number, part in parts.items()
    ]
    post_moves(movements, on=current().today(), reason=reason or "")
    return place


@service("inventory.custody.receive")
def custody_give_back(*, actor: Actor, stock: StockBalance, quantity: Decimal, reason: str | None = "") -> StockBalance:
    """Goods go back to their owner. Raises Invalid, StateRefused, InsufficientStock."""
    _check_custody(stock.location)
    _check_quantity(stock, quantity)
    outside = place_of_kind(Location.Kind.SUPPLIER)
    back = Movement(stock.product_id, Kind.RECEIPT_RETURN, stock.location_id, outside.pk, quantity, lot=stock.lot)
    post_moves([back], on=current().today(), reason=reason or "")
    stock.refresh_from_db()
    return stock


@service("inventory.custody.consume")
def custody_consume(*, actor: Actor, stock: StockBalance, quantity: Decimal, to_location: Any = None) -> Receipt:
    """We take goods over that were kept for their supplier: from now on they are ours, at the agreed price, and the
    supplier is owed it. A purchase order of that price and its receipt say so, so that the invoice is matched like any
    other. The agreement is the approval. Raises Invalid, StateRefused when no price is agreed, InsufficientStock."""
    _check_custody(stock.location)
    _check_quantity(stock, quantity)
    supplier, today = stock.location.party, current().today()
    assert supplier is not None
    place = record_of(Location.objects.all(), to_location, "to_location", required=False) or default_place()
    currency = supplier.currency or current().currency
    question = PriceQuestion(stock.product, quantity)
    (price,) = supplier_prices([question], supplier_id=supplier.pk, currency=currency, on=today)
    if price is None:
        words = {"supplier": supplier, "product": stock.product}
        raise StateRefused(_("No price is agreed with %(supplier)s for %(product)s.") % words)
    line = {"product": stock.product, "quantity": quantity, "unit": stock.product.unit_id, "unit_price": price}
    order = purchase_order_draft(
        actor=actor, supplier=supplier, lines=[{**line, "due_on": today}], currency=currency,
        note=_("Taken over out of custody."),
    )  # fmt: skip
    return _taken_over(order, stock, quantity, place)


def _taken_over(order: PurchaseOrder, stock: StockBalance, quantity: Decimal, place: Location) -> Receipt:
    agreed = system("consignment")
    with acting(agreed):
        order = purchase_order_confirm(actor=agreed, order=order)
        wanted = [{"order_line": order.lines.get().pk, "quantity": quantity, "lots": stock.lot}]
        receipt = receipt_create(actor=agreed, order=order, lines=wanted, location=place, from_place=stock.location)
        receipt_post(actor=agreed, receipt=receipt)
    receipt.refresh_from_db()
    return receipt


def _check_custody(place: Location) -> None:
    if place.kind != Location.Kind.CUSTODY or not place.is_active:
        raise StateRefused(_("This is no place where goods are kept for their owner."))


def _check_quantity(stock: StockBalance, quantity: Decimal) -> None:
    if quantity <= 0:
        raise Invalid.field("quantity", _("The quantity must be greater than zero."), "min_value")
    check_step(quantity, stock.product, "quantity")
