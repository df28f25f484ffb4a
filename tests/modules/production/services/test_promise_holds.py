"""Promises that are held for quotes: material and the time of machines, until a day, or for good."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from modules.crm.models import Quote
from modules.crm.services import quote_accept, quote_create, quote_hold, quote_release, quote_revise, quote_send
from modules.inventory.models import Reservation, SupplyClaim
from modules.inventory.services.holds import holds_run_out as stock_runs_out
from modules.production.models import HeldOperation, PlannedOrder, ProductionOrder, PromiseHold
from modules.production.rules.scheduling.terms import Schedule
from modules.production.selectors.scheduling import floor
from modules.production.selectors.scheduling_board import schedule_board
from modules.production.services import planning_run, production_order_release
from modules.production.services.held_orders import held_orders_cancel
from modules.production.services.promise_holds import holds_run_out, promise_hold_release
from modules.shared.data.models import Party, Product
from modules.shared.data.services import sales_order_cancel, sales_order_confirm
from tenon.access.actor import system
from tenon.problems import Forbidden, Problem, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.rules.scheduling.checker import contradictions
from tests.modules.production.services.test_material_locks import on_order
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_promising import ask, make_routed, schedule

D = Decimal


@pytest.fixture
def routed(factory: Factory) -> Factory:
    return make_routed(factory)


def quote_of(factory: Factory, product: Product, quantity: int) -> Quote:
    lines = [{"product": product, "quantity": D(quantity), "unit_price": D(2000)}]
    return quote_create(actor=factory.actor, party=Party.objects.get(code="C-1"), lines=lines)


def in_days(days: int):  # type: ignore[no-untyped-def]
    return current().today() + timedelta(days=days)


def feasible() -> None:
    there = floor()
    missing = frozenset(set(there.shop.tasks) - set(there.bars))
    assert contradictions(there.shop, Schedule(there.bars, missing)) == []


def test_what_is_held_nobody_else_is_promised(routed: Factory) -> None:
    """There are frames for ten bicycles and wheels for twenty. Eight are held: 8 frames and 16 wheels are locked, and
    the 16 hours 15 minutes that welding takes. Two more could be made at once; three lack a frame, which takes ten
    days to buy."""
    stocked(routed, (routed.frame, 10, "300"), (routed.wheel, 40, "50"))
    quote = quote_of(routed, routed.bike, 8)
    told = quote.promised_on
    free = ask(routed.bike, 2).on
    quote = quote_hold(actor=routed.actor, quote=quote, until=in_days(5))
    hold = PromiseHold.objects.get()
    assert (hold.state, hold.promised_on, hold.until, hold.quantity) == ("held", told, in_days(5), 8)
    locked = {r.product.code: r.quantity for r in Reservation.objects.filter(state="active")}
    assert locked == {"FRAME": 8, "WHEEL": 16}
    minutes = {
        op.operation.name: D((op.ends_at - op.starts_at).total_seconds()) / 60 for op in HeldOperation.objects.all()
    }
    assert set(minutes) == {"Weld", "Assemble"}
    assert [row["quantity"] for row in hold.lots] == ["8.000000"]
    two, three = ask(routed.bike, 2), ask(routed.bike, 3)
    assert two.on is not None
    assert free is not None
    assert three.on is not None
    assert two.on > free, "welding is taken for two days"
    assert {s.kind for s in three.steps if s.product_id == routed.frame.pk} == {"purchase"}
    assert three.on >= in_days(10)
    # The quote itself is promised what it holds.
    quote = quote_hold(actor=routed.actor, quote=quote, until=in_days(6), by=told)
    assert quote.promised_on == told
    assert PromiseHold.objects.filter(state="held").count() == 1
    feasible()


def test_it_is_free_again_by_itself(routed: Factory) -> None:
    stocked(routed, (routed.frame, 10, "300"), (routed.wheel, 40, "50"))
    before = ask(routed.bike, 9)
    quote_hold(actor=routed.actor, quote=quote_of(routed, routed.bike, 8), until=current().today())
    assert ask(routed.bike, 9).on != before.on
    assert holds_run_out() == 0, "the last day counts"
    with acting(routed.actor):
        PromiseHold.objects.update(until=in_days(-1))
        Reservation.objects.update(until=in_days(-1))
    assert ask(routed.bike, 1).on is not None
    stock_runs_out()
    assert (holds_run_out(), holds_run_out()) == (1, 0)
    assert PromiseHold.objects.get().state == "run_out"
    assert not Reservation.objects.filter(state="active").exists()
    assert ask(routed.bike, 9).on == before.on


def test_the_schedule_leaves_held_time_alone(routed: Factory) -> None:
    """Six bicycles are held, then four are ordered, made and scheduled: they weld after, or in a gap before."""
    stocked(routed, (routed.frame, 20, "300"), (routed.wheel, 80, "50"))
    quote_hold(actor=routed.actor, quote=quote_of(routed, routed.bike, 6), until=in_days(3))
    held = HeldOperation.objects.get(operation__name="Weld")
    order = routed.order(4)
    schedule(routed)
    weld = order.operations.get(position=10)
    today = current().today()
    shown = {bar["id"]: bar for bar in schedule_board(today, today + timedelta(days=14))["bars"]}
    assert (shown[-held.pk]["status"], shown[-held.pk]["start"], shown[-held.pk]["fixed"]) == (
        "held", held.starts_at, True,
    )  # fmt: skip
    assert shown[weld.pk]["status"] == "waiting"
    assert weld.planned_start is not None
    assert weld.planned_end is not None
    assert weld.planned_start >= held.ends_at or weld.planned_end <= held.starts_at
    feasible()


def test_the_order_takes_the_hold_over(routed: Factory) -> None:
    """Seven of eight frames are there, one of five that come in two days is claimed. Accepted and confirmed, eight
    bicycles are a draft with this material; planning has nothing to propose; released it stands where it was held."""
    stocked(routed, (routed.frame, 7, "300"), (routed.wheel, 40, "50"))
    on_order(routed, routed.frame, 5, 2)
    quote = quote_hold(actor=routed.actor, quote=quote_of(routed, routed.bike, 8))
    assert SupplyClaim.objects.get(state="active").quantity == 1
    weld = HeldOperation.objects.get(operation__name="Weld")
    order = sales_order_confirm(actor=routed.actor, order=quote_accept(actor=routed.actor, quote=quote))
    assert order.promised_on == quote.promised_on
    assert PromiseHold.objects.get().state == "ordered"
    [draft] = ProductionOrder.objects.all()
    assert (draft.status, draft.quantity, draft.demand_id) == ("draft", 8, order.lines.get().pk)
    frames = draft.components.get(product=routed.frame)
    of = {"demand_entity": "production.order_component", "demand_id": frames.pk, "state": "active"}
    assert [r.quantity for r in Reservation.objects.filter(**of)] == [7]
    assert [c.quantity for c in SupplyClaim.objects.filter(**of)] == [1]
    assert not Reservation.objects.filter(demand_entity="production.held_material", state="active").exists()
    planning_run(actor=routed.actor)
    assert not PlannedOrder.objects.exists()
    feasible()
    draft = production_order_release(actor=routed.actor, order=draft)
    step = draft.operations.get(position=10)
    assert (step.planned_start, step.planned_end) == (weld.starts_at, weld.ends_at)
    assert not HeldOperation.objects.exists()
    feasible()
    order.refresh_from_db()
    [promise] = [ask(routed.bike, 1)]
    assert promise.on is not None


def test_cancelled_it_is_free(routed: Factory) -> None:
    stocked(routed, (routed.frame, 10, "300"), (routed.wheel, 40, "50"))
    before = ask(routed.bike, 9)
    order = quote_accept(
        actor=routed.actor, quote=quote_hold(actor=routed.actor, quote=quote_of(routed, routed.bike, 8))
    )
    order = sales_order_confirm(actor=routed.actor, order=order)
    sales_order_cancel(actor=routed.actor, order=order)
    held_orders_cancel(actor=system("promises"), sales_order=order.pk)
    held_orders_cancel(actor=system("promises"), sales_order=order.pk)
    assert not ProductionOrder.objects.exists()
    assert not Reservation.objects.filter(state="active").exists()
    assert ask(routed.bike, 9).on == before.on


def test_it_follows_the_quote(routed: Factory) -> None:
    """To its next version; let go with it; by hand only by who may."""
    stocked(routed, (routed.frame, 10, "300"), (routed.wheel, 40, "50"))
    quote = quote_hold(actor=routed.actor, quote=quote_of(routed, routed.bike, 8))
    revised = quote_revise(actor=routed.actor, quote=quote_send(actor=routed.actor, quote=quote))
    hold = PromiseHold.objects.get(state="held")
    assert (hold.head_id, hold.line_id) == (revised.pk, revised.lines.get().pk)
    assert revised.promised_on == quote.promised_on
    with pytest.raises(Forbidden):
        promise_hold_release(actor=replace(routed.actor, permissions=frozenset()), hold=hold)
    promise_hold_release(actor=routed.actor, hold=hold)
    with pytest.raises(StateRefused):
        promise_hold_release(actor=routed.actor, hold=hold)
    revised = quote_hold(actor=routed.actor, quote=revised)
    quote_release(actor=routed.actor, quote=revised)
    assert not PromiseHold.objects.filter(state="held").exists()
    assert not Reservation.objects.filter(state="active").exists()


def test_of_two_who_want_the_last_exactly_one_holds(fresh_company: Callable[..., Company]) -> None:
    """Two quotes at once, by two connections, each for all the frames that are there, by the day it was told."""
    company = fresh_company()
    with serving(company):
        factory = make_routed(make_factory(owner_of(company)))
        stocked(factory, (factory.frame, 8, "300"), (factory.wheel, 40, "50"))
        quotes = [quote_of(factory, factory.bike, 8) for _ in range(2)]
        assert quotes[0].promised_on == quotes[1].promised_on, "nothing is held yet"
    won: list[int] = []
    refused: list[str] = []
    gate = threading.Barrier(2)

    def hold(quote: Quote) -> None:
        try:
            with serving(company):
                gate.wait()
                quote_hold(actor=factory.actor, quote=quote, by=quote.promised_on)
                won.append(quote.pk)
        except Problem as problem:
            refused.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=hold, args=(quote,)) for quote in quotes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with serving(company):
        assert (len(won), len(refused)) == (1, 1)
        assert PromiseHold.objects.get(state="held").head_id == won[0]
        assert sum(r.quantity for r in Reservation.objects.filter(product=factory.frame, state="active")) == 8
        assert HeldOperation.objects.count() == 2
