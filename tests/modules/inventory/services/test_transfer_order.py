"""Transfers keep value, transit is empty at the end, a loss goes to its account; repacking makes no value (rule 11)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Location, StockBalance
from modules.inventory.services.place import warehouse_create
from modules.inventory.services.repack import repack_create, repack_post
from modules.inventory.services.transfer_order import (
    transfer_cancel,
    transfer_create,
    transfer_lose,
    transfer_receive,
    transfer_send,
)
from tenon.problems import Invalid, StateRefused

D = Decimal


@pytest.fixture
def north(world):
    return warehouse_create(actor=world.actor, code="NORTH", name="North").stock_place


def held(product, kind_or_place) -> Decimal:
    rows = StockBalance.objects.filter(product=product)
    rows = rows.filter(location__kind=kind_or_place) if isinstance(kind_or_place, str) else rows.filter(
        location=kind_or_place
    )  # fmt: skip
    return sum((r.on_hand for r in rows), D(0))


def draft(world, north, *rows, **values):
    lines = [{"product": p, "quantity": D(str(q))} for p, q in rows]
    return transfer_create(actor=world.actor, from_location=world.place(), to_location=north, lines=lines, **values)


def test_two_steps_partial_receipt_and_a_loss_to_its_account(world, north, postings):
    """Rule 11."""
    p = world.product()
    world.opening((p, 10, 4))
    world.opening((p, 5, 7))
    assert world.cost(p) == (15, 75)
    transfer = transfer_send(actor=world.actor, transfer=draft(world, north, (p, 6)))
    line = transfer.lines.get()
    assert (held(p, "transit"), held(p, world.place()), world.cost(p)) == (6, 9, (15, 75))
    transfer_receive(actor=world.actor, transfer=transfer, lines={line.pk: "4"})
    assert (held(p, north), held(p, "transit")) == (4, 2)
    postings.clear()
    with pytest.raises(Invalid):
        transfer_lose(actor=world.actor, transfer=transfer, lines={line.pk: "3"})
    transfer_lose(actor=world.actor, transfer=transfer, lines={line.pk: "2"}, reason="fell off")
    transfer.refresh_from_db()
    line.refresh_from_db()
    assert (transfer.status, line.received, line.lost, line.lost_value) == ("done", 4, 2, 10)
    assert [(x.kind, [row.amount for row in x.lines]) for x in postings] == [("transit_loss", [D(10)])]
    assert held(p, "transit") == 0
    assert world.cost(p) == (13, 65)
    world.prove()


def test_one_step_moves_at_once_and_posts_nothing(world, north, postings):
    p = world.product()
    world.opening((p, 5, 3))
    postings.clear()
    transfer = transfer_send(actor=world.actor, transfer=draft(world, north, (p, 5), in_transit=False))
    assert (transfer.status, held(p, north), held(p, "transit"), postings) == ("done", 5, 0, [])
    assert world.cost(p) == (5, 15)
    world.prove()


def test_what_is_locked_is_not_sent_and_what_is_sent_is_not_cancelled(world, north):
    p = world.product()
    world.opening((p, 5, 3))
    world.sale((p, 3))
    transfer = draft(world, north, (p, 3))
    with pytest.raises(InsufficientStock):
        transfer_send(actor=world.actor, transfer=transfer)
    fits = transfer_send(actor=world.actor, transfer=draft(world, north, (p, 2)))
    with pytest.raises(StateRefused):
        transfer_cancel(actor=world.actor, transfer=fits)
    transfer_receive(actor=world.actor, transfer=fits, location=world.place())
    assert held(p, world.place()) == 5
    world.prove()


def test_repacking_divides_exactly_the_value_that_goes_in(world, postings):
    box, bag, tin = world.products(3)
    world.opening((box, 3, "10.00"))
    postings.clear()
    repack = repack_create(
        actor=world.actor,
        location=world.place(),
        lines=[
            {"direction": "in", "product": box, "quantity": D(1)},
            {"direction": "out", "product": bag, "quantity": D(2), "share": D(2)},
            {"direction": "out", "product": tin, "quantity": D(7), "share": D(1)},
        ],
    )
    repack_post(actor=world.actor, repack=repack)
    assert world.cost(box) == (2, 20)
    assert world.cost(bag) == (2, D("6.67"))
    assert world.cost(tin) == (7, D("3.33"))
    (posting,) = postings
    assert (posting.kind, sum(x.amount for x in posting.lines)) == ("repacking", 0)
    assert {x.product_id: x.amount for x in posting.lines} == {box.pk: -10, bag.pk: D("6.67"), tin.pk: D("3.33")}
    world.prove()


def test_repacking_by_quantity_when_no_cost_is_known_and_never_out_of_nothing(world):
    box, part = world.products(2)
    world.opening((box, 1, 9))
    lines = [
        {"direction": "in", "product": box, "quantity": D(2)},
        {"direction": "out", "product": part, "quantity": D(3)},
    ]
    repack = repack_create(actor=world.actor, location=world.place(), lines=lines)
    with pytest.raises(InsufficientStock):
        repack_post(actor=world.actor, repack=repack)
    lines[0]["quantity"] = D(1)
    repack_post(actor=world.actor, repack=repack_create(actor=world.actor, location=world.place(), lines=lines))
    assert world.cost(part) == (3, 9)
    only = repack_create(actor=world.actor, location=world.place(), lines=lines[:1])
    with pytest.raises(Invalid):
        repack_post(actor=world.actor, repack=only)
    assert Location.objects.filter(kind="transit").count() == 0
    world.prove()
