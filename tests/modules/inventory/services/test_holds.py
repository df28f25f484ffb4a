"""Stock held for quotes until a day: it comes to the order, or is free again by itself; never after it was shipped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from modules.crm.services import (
    quote_accept,
    quote_create,
    quote_hold,
    quote_reject,
    quote_release,
    quote_revise,
    quote_send,
    quote_update,
)
from modules.inventory.models import Reservation, ReservationChange
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.holds import hold_end, holds_run_out
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.services import sales_order_cancel, sales_order_confirm
from tenon.access.actor import system
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current


def quote_of(world, *rows):
    lines = [{"product": p, "quantity": D(q), "unit_price": D(200)} for p, q in rows]
    return quote_create(actor=world.actor, party=world.party("customer"), lines=lines)


def held(quote):
    rows = Reservation.objects.filter(head_entity="crm.quote", head_id=quote.pk, state="active")
    return sum((row.quantity for row in rows), D(0))


def test_held_then_ordered_and_never_lost_to_others(world, stranger):
    product = world.product()
    world.opening((product, 5, 1))
    quote = quote_of(world, (product, 8))
    with pytest.raises(Forbidden):
        quote_hold(actor=stranger, quote=quote)
    with pytest.raises(Invalid):
        quote_hold(actor=world.actor, quote=quote, until=current().today() - timedelta(days=1))
    quote = quote_hold(actor=world.actor, quote=quote, until=current().today() + timedelta(days=3))
    assert (held(quote), world.balance(product)) == (D(5), (D(5), D(5)))
    assert world.sale((product, 2)).lines.get().reserved == D(0)  # held is held
    world.opening((product, 1, 1))
    quote = quote_hold(actor=world.actor, quote=quote)  # takes what came in since, to the quote's last day
    assert (held(quote), quote.held_until) == (D(6), quote.valid_until)
    order = quote_accept(actor=world.actor, quote=quote)
    assert held(quote) == D(6)  # until the order is confirmed
    order = sales_order_confirm(actor=world.actor, order=order)
    assert (held(quote), order.lines.get().reserved) == (D(0), D(6))
    row = Reservation.objects.get(demand_id=order.lines.get().pk, state="active")
    assert row.until is None
    assert holds_run_out() == 0
    world.prove()


def test_free_again_when_the_day_is_over(world):
    product = world.product()
    world.opening((product, 5, 1))
    quote = quote_hold(actor=world.actor, quote=quote_of(world, (product, 5)), until=current().today())
    assert holds_run_out() == 0  # the last day counts
    with acting(world.actor):
        Reservation.objects.filter(product=product).update(until=current().today() - timedelta(days=1))
    assert holds_run_out() == 1
    assert held(quote) == D(0)
    assert world.balance(product) == (D(5), D(0))
    assert ReservationChange.objects.get(product=product).kind == "run_out"
    assert holds_run_out() == 0
    world.prove()


def test_what_was_shipped_is_not_released(world):
    """Rule 15: The job saw the hold; before it comes to it, the order is confirmed and shipped."""
    product, yesterday = world.product(), current().today() - timedelta(days=1)
    world.opening((product, 5, 1))
    quote = quote_hold(actor=world.actor, quote=quote_of(world, (product, 5)))
    line = Reservation.objects.get(product=product)
    with acting(world.actor):
        Reservation.objects.filter(product=product).update(until=yesterday)
    order = sales_order_confirm(actor=world.actor, order=quote_accept(actor=world.actor, quote=quote))
    assert order.lines.get().reserved == D(5)
    seen = RecordRef(line.demand_entity, line.demand_id)
    assert hold_end(actor=system("holds"), line=seen, today=current().today()) == 0
    delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=order))
    assert hold_end(actor=system("holds"), line=seen, today=current().today()) == 0
    assert order.lines.get().delivered == D(5)
    world.prove()


def test_let_go_with_the_quote(world):
    product = world.product()
    world.opening((product, 9, 1))
    declined = quote_hold(actor=world.actor, quote=quote_of(world, (product, 3)))
    quote_reject(actor=world.actor, quote=declined, reason="too dear")
    assert held(declined) == D(0)
    released = quote_hold(actor=world.actor, quote=quote_of(world, (product, 3)))
    released = quote_release(actor=world.actor, quote=released)
    assert (held(released), released.held_until) == (D(0), None)
    with pytest.raises(StateRefused):
        quote_release(actor=world.actor, quote=released)
    cut = quote_hold(actor=world.actor, quote=quote_of(world, (product, 6)))
    line = cut.lines.get()
    quote_update(actor=world.actor, quote=cut, lines=[{"id": line.pk, "quantity": D(4)}])
    assert held(cut) == D(4)
    sent = quote_send(actor=world.actor, quote=cut)
    revised = quote_revise(actor=world.actor, quote=sent)
    assert (held(sent), held(revised), revised.held_until) == (D(0), D(4), cut.held_until)
    order = quote_accept(actor=world.actor, quote=revised)
    sales_order_cancel(actor=world.actor, order=order)
    assert held(revised) == D(0)
    world.prove()
