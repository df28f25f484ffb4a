"""The course of an inquiry: who may open it when, what a new round tells, what an award refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from modules.inventory.models import Inquiry, InquirySupplier, Requisition, SupplierLink
from modules.inventory.rules.quotation import Quoted, landed
from modules.inventory.selectors.inquiry_comparison import described
from modules.inventory.selectors.supplier_portal import inquiry_of, inquiry_shown
from modules.inventory.services.inquiries import inquiry_cancel, inquiry_create, inquiry_of_needs, inquiry_update
from modules.inventory.services.inquiry_answers import answer_decline, answer_give
from modules.inventory.services.inquiry_awards import inquiry_award
from modules.inventory.services.inquiry_rounds import (
    inquiry_extend,
    inquiry_invite,
    inquiry_new_round,
    inquiry_open,
    inquiry_send,
)
from modules.inventory.services.requisitions import requisition_approve, requisition_create, requisition_submit
from modules.inventory.services.supplier_links import actor_of_link, link_new, link_of
from modules.inventory.services.supplier_mails import inquiry_mail_send
from modules.inventory.services.supplier_orders import order_confirmed
from modules.shared.data.models import Party
from modules.shared.data.services import purchase_order_dates
from tenon.access.models import Role
from tenon.access.services.roles import roles_seed
from tenon.problems import Forbidden, Invalid, NotFound, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World


class Asking:
    """One product, two suppliers in our own money, an inquiry that collects answers."""

    def __init__(self, world: World) -> None:
        self.world, self.product = world, world.product()
        with acting(world.actor):
            self.parties = [Party(code=f"ASK-{n}", name=f"Asked {n}", is_supplier=True) for n in (1, 2)]
            for party in self.parties:
                party.email = f"{party.code.lower()}@suppliers.example"
                party.save()
            self.links = [link_new(party)[0] for party in self.parties]
        made = inquiry_create(
            actor=world.actor, lines=[{"product": self.product, "quantity": 10}],
            suppliers=[{"supplier": party.pk} for party in self.parties],
        )  # fmt: skip
        self.inquiry = inquiry_send(actor=world.actor, inquiry=made, closes_at=timezone.now() + timedelta(hours=1))
        self.line = self.inquiry.lines.get().pk

    def answer(self, number: int, price: Any, **values: Any) -> None:
        link = self.links[number]
        answer_give(
            actor=actor_of_link(link), link=link, inquiry_id=self.inquiry.pk, currency="CNY",
            lines=[{"line": self.line, "price": str(price), **values}],
        )  # fmt: skip

    def over(self) -> None:
        with acting(self.world.actor):
            Inquiry.objects.filter(pk=self.inquiry.pk).update(closes_at=timezone.now() - timedelta(seconds=1))

    def totals(self) -> dict[str, D]:
        seen = described(Inquiry.objects.get(pk=self.inquiry.pk))
        names = {str(s["id"]): s["supplier"]["label"] for s in seen["suppliers"]}
        return {names[key]: cell["total"] for key, cell in seen["lines"][0]["cells"].items()}


@pytest.fixture
def asking(world: World) -> Asking:
    return Asking(world)


def test_before_the_time_only_with_the_right_and_a_reason(asking: Asking) -> None:
    actor = asking.world.actor
    buyer = replace(actor, permissions=actor.permissions - {"inventory.inquiry.open_early"})
    with pytest.raises(Forbidden):
        inquiry_open(actor=buyer, inquiry=asking.inquiry, reason="I am curious")
    with pytest.raises(Invalid):
        inquiry_open(actor=actor, inquiry=asking.inquiry, reason=" ")
    with pytest.raises(Invalid):  # an earlier end would be the same by another name
        inquiry_extend(actor=actor, inquiry=asking.inquiry, closes_at=timezone.now() + timedelta(minutes=1))
    with pytest.raises(StateRefused):
        inquiry_update(actor=actor, inquiry=asking.inquiry, closes_at=timezone.now())
    inquiry_extend(actor=actor, inquiry=asking.inquiry, closes_at=timezone.now() + timedelta(days=1), reason="Holiday")
    asking.over()
    inquiry_open(actor=buyer, inquiry=asking.inquiry)
    kinds = [event["kind"] for event in described(Inquiry.objects.get(pk=asking.inquiry.pk))["history"]]
    assert kinds == ["opened", "extended", "invited", "invited", "sent"]


def test_the_last_answer_counts_and_who_declines_offers_nothing(asking: Asking) -> None:
    asking.answer(0, 9)
    asking.answer(0, 7)
    asking.answer(1, 5)
    link = asking.links[1]
    answer_decline(actor=actor_of_link(link), link=link, inquiry_id=asking.inquiry.pk, words="No capacity")
    asking.over()
    with pytest.raises(StateRefused):
        asking.answer(1, 6)
    inquiry_open(actor=asking.world.actor, inquiry=asking.inquiry)
    assert asking.totals() == {"Asked 1": D("70.00")}


def test_a_new_round_tells_ranks_and_is_sealed_again(asking: Asking) -> None:
    actor = asking.world.actor
    asking.answer(0, 9)
    asking.answer(1, 5)
    asking.over()
    inquiry_open(actor=actor, inquiry=asking.inquiry)
    inquiry_new_round(
        actor=actor, inquiry=asking.inquiry, closes_at=timezone.now() + timedelta(hours=1), reveals="rank"
    )
    shown = [inquiry_shown(inquiry_of(link, asking.inquiry.pk))["lines"][0] for link in asking.links]
    assert [(line["rank"], line["of"]) for line in shown] == [(2, 2), (1, 2)]
    assert "best_price" not in shown[0]
    asking.answer(0, 4)
    assert asking.totals() == {"Asked 1": D("90.00"), "Asked 2": D("50.00")}, "the new figure is sealed"
    asking.over()
    inquiry_open(actor=actor, inquiry=asking.inquiry)
    assert asking.totals() == {"Asked 1": D("40.00"), "Asked 2": D("50.00")}, "who is silent stands by the last offer"


def test_a_round_for_one_supplier_is_closed_to_the_other(asking: Asking) -> None:
    asking.answer(0, 9)
    asking.over()
    inquiry_open(actor=asking.world.actor, inquiry=asking.inquiry)
    inquiry_new_round(
        actor=asking.world.actor, inquiry=asking.inquiry, closes_at=timezone.now() + timedelta(hours=1),
        suppliers=[asking.parties[0].pk], reveals="best",
    )  # fmt: skip
    with pytest.raises(StateRefused):
        asking.answer(1, 1)
    assert inquiry_shown(inquiry_of(asking.links[0], asking.inquiry.pk))["lines"][0]["best_price"] == 9
    assert "best_price" not in inquiry_shown(inquiry_of(asking.links[1], asking.inquiry.pk))["lines"][0]


def test_an_award_is_never_more_than_was_asked(asking: Asking) -> None:
    actor = asking.world.actor
    asking.answer(0, 9, min_quantity=4)
    asking.answer(1, 5)
    with pytest.raises(StateRefused):
        inquiry_award(actor=actor, inquiry=asking.inquiry, awards=[{"line": asking.line, "supplier": 1}])
    asking.over()
    inquiry_open(actor=actor, inquiry=asking.inquiry)
    first, second = (party.pk for party in asking.parties)

    def award(*rows: tuple[int, Any]) -> Any:
        wanted = [{"line": asking.line, "supplier": s, "quantity": q, "reason": "Two sources"} for s, q in rows]
        return inquiry_award(actor=actor, inquiry=asking.inquiry, awards=wanted)

    for wrong in ([(second, 11)], [(first, 5), (second, 6)], [(first, 3)], [(second, 0)]):
        with pytest.raises(Invalid):
            award(*wrong)
    assert len(award((second, 6))) == 1
    assert Inquiry.objects.get(pk=asking.inquiry.pk).status == "opened"
    award((first, 4))
    assert Inquiry.objects.get(pk=asking.inquiry.pk).status == "awarded"
    with pytest.raises(StateRefused):
        award((first, 4))
    with pytest.raises(StateRefused):
        inquiry_cancel(actor=actor, inquiry=asking.inquiry)


def test_a_mail_brings_a_link_that_opens_the_inquiry(asking: Asking) -> None:
    asked = InquirySupplier.objects.get(inquiry=asking.inquiry, supplier=asking.parties[0])
    before = SupplierLink.objects.count()
    inquiry_mail_send(kind="inquiry", asked_id=asked.pk)
    (sent,) = mail.outbox
    assert sent.to == ["ask-1@suppliers.example"]
    assert asking.inquiry.number in sent.subject
    secret = str(sent.body).partition("/portal#")[2].split()[0]
    link = link_of(secret)
    assert (link.supplier, SupplierLink.objects.count()) == (asking.parties[0], before + 1)
    assert inquiry_of(link, asking.inquiry.pk) == asked


def test_a_mail_is_in_the_suppliers_language(asking: Asking) -> None:
    with acting(asking.world.actor):
        asking.parties[0].language = "zh-hans"
        asking.parties[0].save()
    for asked in InquirySupplier.objects.filter(inquiry=asking.inquiry).order_by("supplier__code"):
        inquiry_mail_send(kind="inquiry", asked_id=asked.pk)
    chinese, english = mail.outbox
    assert "询价" in chinese.subject or "报价" in chinese.subject
    assert "asks for your offer" in english.subject
    assert "asks for" not in chinese.subject


def test_a_link_in_a_mail_lasts_a_year_at_most(asking: Asking) -> None:
    """The inquiry closes in 300 days; its 90 days of grace would go beyond what any link may last."""
    with acting(asking.world.actor):
        Inquiry.objects.filter(pk=asking.inquiry.pk).update(closes_at=timezone.now() + timedelta(days=300))
    asked = InquirySupplier.objects.get(inquiry=asking.inquiry, supplier=asking.parties[0])
    inquiry_mail_send(kind="inquiry", asked_id=asked.pk)
    link = SupplierLink.objects.latest("pk")
    assert timedelta(days=365) < link.expires_at - timezone.now() <= timedelta(days=366)


def test_who_confirms_keeps_the_day_it_promised_before(asking: Asking) -> None:
    world, today = asking.world, current().today()
    order = world.purchase((world.product(), 5, 3), (world.product(), 5, 3), due_on=today + timedelta(days=10))
    promised, open_ = order.lines.order_by("position")
    purchase_order_dates(
        actor=world.actor, order=order, lines=[{"line": promised.pk, "on": today + timedelta(days=14)}]
    )
    link = link_for(asking, order.supplier)
    order_confirmed(actor=actor_of_link(link), link=link, order_id=order.pk)
    days = dict(order.lines.values_list("pk", "confirmed_on"))
    assert days == {promised.pk: today + timedelta(days=14), open_.pk: today + timedelta(days=10)}


def test_more_suppliers_until_it_is_opened(asking: Asking) -> None:
    third = asking.world.party("supplier")
    with pytest.raises(NotFound):
        inquiry_of(link_for(asking, third), asking.inquiry.pk)
    inquiry_invite(actor=asking.world.actor, inquiry=asking.inquiry, supplier=third)
    assert inquiry_of(link_for(asking, third), asking.inquiry.pk).round == 1
    with pytest.raises(Invalid):
        inquiry_invite(actor=asking.world.actor, inquiry=asking.inquiry, supplier=third)


def link_for(asking: Asking, party: Party) -> SupplierLink:
    with acting(asking.world.actor):
        return link_new(party)[0]


def test_needs_become_an_inquiry_and_the_award_covers_the_wish(asking: Asking) -> None:
    actor, product = asking.world.actor, asking.world.product()
    wish = requisition_create(actor=actor, lines=[{"product": product, "quantity": 10}])
    requisition_submit(actor=actor, requisition=wish)
    requisition_approve(actor=actor, requisition=wish)
    made = inquiry_of_needs(actor=actor, keys=[f"{product.pk}-0"])
    assert made.lines.get().requisition_line == wish.lines.get()
    inquiry_invite(actor=actor, inquiry=made, supplier=asking.parties[0])
    asking.inquiry = inquiry_send(actor=actor, inquiry=made, closes_at=timezone.now() + timedelta(hours=1))
    asking.line = made.lines.get().pk
    asking.answer(0, 3)
    asking.over()
    inquiry_open(actor=actor, inquiry=made)
    inquiry_award(actor=actor, inquiry=made, awards=[{"line": asking.line, "supplier": asking.parties[0].pk}])
    assert Requisition.objects.get(pk=wish.pk).status == "ordered"


def test_the_purchasing_manager_approves_and_opens_early_and_buys_as_a_buyer(world: World) -> None:
    roles_seed(actor=world.actor)
    held = {key: set(Role.objects.get(key=key).permissions) for key in ("buyer", "purchasing_manager")}
    assert held["purchasing_manager"] - held["buyer"] == {
        "shared.purchase_order.approve", "inventory.inquiry.open_early",
    }  # fmt: skip
    assert held["buyer"] < held["purchasing_manager"]


def test_landed_costs_share_freight_so_that_it_sums_exactly() -> None:
    """10 of freight over three equal lines: 3.34, 3.33, 3.33. A price for 100 is a hundredth of it a piece."""
    lines = [Quoted(n, D(50), D(100), Fraction(1), D(20)) for n in (1, 2, 3)]
    costs = landed(lines, rate=D(2), freight=D(10), duty_percent=D(10), step=D("0.01"))
    assert [(c.goods, c.duty, c.freight) for c in costs.values()] == [
        (D("20.00"), D("2.00"), D("3.34")), (D("20.00"), D("2.00"), D("3.33")), (D("20.00"), D("2.00"), D("3.33")),
    ]  # fmt: skip
    assert costs[1].unit_price == 1
