"""A confirmed order is changed: the effect is shown first, and what goes beyond the seller's limits waits for the head
of sales (domain rule 20). Over the API, as two people. Every figure was worked out by hand.

Goods A cost 60.00 (6 there, 10 more bought, 4 of them claimed), goods B 40.00 (5 there). Sold: 10 A and 5 B at 100.00.
A seller may move 300.00 and 20 % of an order, and not below a margin of 45 %; the head of sales 2,000.00.

| change | moves | worth | margin | who |
| --- | --- | --- | --- | --- |
| agreed | | 1,500.00 | (1,500 − 800) / 1,500 = 46.67 % | |
| A 10 → 9 | 100.00, 6.7 % | 1,400.00 | (1,400 − 740) / 1,400 = 47.14 % | the seller alone |
| A 9 → 5, B 5 → 9 | 400 + 400 = 800.00, 57.1 % | 1,400.00 | (1,400 − 660) / 1,400 = 52.86 % | approved |
| B 100.00 → 70.00 | 270.00, 19.3 % | 1,130.00 | (1,130 − 660) / 1,130 = 41.59 % | refused |
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from modules.finance.services.invoices import invoice_create_from_order
from modules.inventory.services.supply_claims import supply_claim
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesChangeLimit, SalesOrderChange
from tenon.access.actor import Actor
from tenon.access.models import Department, Member, Role
from tenon.access.selectors.actors import actor_of
from tenon.notifications.models import Notification
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api

D = Decimal
CHANGES = "/api/v1/shared/sales-order-changes/"


def person(owner: Actor, name: str, role: str) -> Actor:
    with acting(owner):
        serial = 9100 + Member.objects.count()
        sales, _made = Department.objects.get_or_create(name="Sales", defaults={"path": "0900."})
        Member(person_id=serial, name=name, email=f"{role}@acme.example", roles=[role], department=sales).save()
    return actor_of(Member.objects.select_related("department").get(person_id=serial))


class Desk:
    """One person at the order."""

    def __init__(self, actor: Actor, order: int) -> None:
        self.api, self.at, self.actor = Api(actor), f"/api/v1/shared/sales-orders/{order}/", actor

    def get(self) -> Any:
        return self.api.get(self.at).json

    def preview(self, **lines: dict[str, Any]) -> Any:
        answer = self.api.post(f"{self.at}change-preview/", {"lines": self._lines(lines)})
        assert answer.status == 200, answer.content
        return answer.json

    def save(self, reason: str = "", **lines: dict[str, Any]) -> Any:
        body = {"lines": self._lines(lines), "change_reason": reason}
        return self.api.patch(self.at, body, version=self.get()["version"])

    def _lines(self, changed: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**line, **changed.get(name, {})} for name, line in zip("ab", self.get()["lines"], strict=True)]

    def decide(self, change: int, verb: str, reason: str = "") -> Any:
        return self.api.post(f"{CHANGES}{change}/actions/{verb}/", {"reason": reason} if reason else {})


def told(actor: Actor) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(member=actor.member_id).order_by("id")
    return list(rows.values_list("kind", "excerpt"))


def test_two_people_and_a_confirmed_order(serving_acme: Company, actor: Actor) -> None:
    """Rule 20."""
    world = World(actor)
    a, b = world.product(source="buy"), world.product(source="buy")
    world.opening((a, 6, 60), (b, 5, 40))
    bought = world.purchase((a, 10, 60), due_on=current().today() + timedelta(days=9))
    made = world.sale((a, 10), (b, 5), confirm=False)
    owner = Desk(actor, made.pk)
    assert owner.save(a={"unit_price": "100"}, b={"unit_price": "100"}).status == 200
    assert Api(actor).post(f"{owner.at}actions/confirm/").status == 200
    first, second = made.lines.order_by("position")
    supply = RecordRef("shared.purchase_order_line", bought.lines.get().pk)
    claim = supply_claim(actor=actor, line=RecordRef("shared.sales_order_line", first.pk), supply=supply)
    seller = Desk(person(actor, "Seller", "sales"), made.pk)
    head = Desk(person(actor, "Head of sales", "sales_manager"), made.pk)
    with acting(actor):
        made.refresh_from_db()
        made.owner_id, made.department_id = seller.actor.member_id, seller.actor.department_id
        made.save()
        for role, limit in (
            ("sales", {"amount": D(300), "percent": D(20), "margin_percent": D(45)}),
            ("sales_manager", {"amount": D(2000)}),
        ):
            SalesChangeLimit(role=Role.objects.get(key=role), **limit).save()

    def stands() -> tuple[Any, ...]:
        for row in (first, second, claim):
            row.refresh_from_db()
        world.prove()
        return (first.quantity, first.reserved, claim.quantity if claim.state == "active" else 0,
                second.quantity, second.reserved, D(seller.get()["total"]))  # fmt: skip

    assert stands() == (10, 6, 4, 5, 5, 1500)

    # Within the limits the seller decides alone: one piece less gives its claim back, and is a revision.
    shown = seller.preview(a={"quantity": "9"})
    assert shown["value"] == {"before": "1500.00", "after": "1400.00", "beyond": []}
    assert seller.save("the customer needs one less", a={"quantity": "9"}).status == 200
    assert stands() == (9, 6, 3, 5, 5, 1400)
    (one,) = SalesOrderChange.objects.filter(order=made)
    assert (one.state, one.revision, one.value_before, one.value_after) == ("done", 2, 1500, 1400)
    assert [(x["label"], x["field"], x["old"], x["new"]) for x in one.differences] == [(a.code, "quantity", "10", "9")]

    # 800.00 change hands though the total stays: shown with its effect, and proposed.
    swap = {"a": {"quantity": "5"}, "b": {"quantity": "9"}}
    shown = seller.preview(**swap)
    assert shown["value"]["beyond"] == [
        {"limit": "amount", "is": "800.00", "allowed": "300.0000"},
        {"limit": "percent", "is": "57.1", "allowed": "20"},
    ]
    effect = {x["line"]: x for x in shown["lines"]}
    assert [D(effect[first.pk][when]["reserved"]) for when in ("before", "after")] == [6, 5]
    assert seller.save("other colours", **swap).status == 200
    assert stands() == (9, 6, 3, 5, 5, 1400)
    waiting = SalesOrderChange.objects.get(order=made, state="proposed")
    assert (waiting.margin_before, waiting.margin_after) == (D("47.14"), D("52.86"))
    assert told(head.actor) == [("ask", "other colours")]
    assert seller.save(a={"quantity": "8"}).type == "state"  # one at a time
    assert seller.decide(waiting.pk, "approve").status == 403
    assert Desk(actor, made.pk).decide(waiting.pk, "withdraw").type == "state"  # it is the seller's

    # The head of sales approves: stock follows, exactly; the seller is told.
    approved = head.decide(waiting.pk, "approve")
    assert approved.status == 200, approved.content
    assert stands() == (5, 5, 0, 9, 5, 1400)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.revision, waiting.decided_by, waiting.wanted) == ("done", 3, "Head of sales", None)
    assert told(seller.actor) == [("decided", "")]
    assert head.decide(waiting.pk, "approve").status in (403, 409)

    # A draft of the invoice asks for the old price: said. The margin would fall below 45 %: refused, all as it was.
    draft = invoice_create_from_order(actor=actor, order=made, basis="ordered")
    cheaper = {"b": {"unit_price": "70"}}
    shown = seller.preview(**cheaper)
    assert shown["value"] == {
        "before": "1400.00", "after": "1130.00", "beyond": [{"limit": "margin", "allowed": "45"}],
    }  # fmt: skip
    (line,) = shown["lines"]
    assert (line["line"], [x["id"] for x in line["bills"]]) == (second.pk, [draft.pk])
    assert seller.save("a rival asks 70", **cheaper).status == 200
    waiting = SalesOrderChange.objects.get(order=made, state="proposed")
    assert waiting.margin_after == D("41.59")
    assert head.decide(waiting.pk, "reject").status == 400  # why?
    assert head.decide(waiting.pk, "reject", "Not below 45 %").status == 200
    assert stands() == (5, 5, 0, 9, 5, 1400)
    assert told(seller.actor)[-1] == ("decided", "Not below 45 %")

    # Asked again and taken back; asked once more, and the order ends: nobody approves what has ended.
    for end in ("withdraw", "close"):
        assert seller.save("once more", **cheaper).status == 200
        waiting = SalesOrderChange.objects.get(order=made, state="proposed")
        if end == "withdraw":
            assert seller.decide(waiting.pk, end).status == 200
        else:
            assert head.api.post(f"{head.at}actions/close/", {"reason": "lost"}).status == 200
        waiting.refresh_from_db()
        assert (waiting.state, waiting.wanted) == ("withdrawn", None)
        assert head.decide(waiting.pk, "approve").status in (403, 409)
    states = SalesOrderChange.objects.filter(order=made).order_by("id").values_list("state", "revision")
    assert list(states) == [("done", 2), ("done", 3), ("refused", 0), ("withdrawn", 0), ("withdrawn", 0)]
    world.prove()
