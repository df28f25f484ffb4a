"""Following up in the demo: rules that plan by themselves, cards of customers in short sales, a day with something
late, something at an hour and something that comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from modules.crm.models import Activity, FollowUpRule
from modules.crm.services import activity_create
from modules.crm.services.cards import customer_card_create
from modules.crm.services.follow_up import follow_up_rule_create, follow_ups_daily
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.tenancy.context import current

RULES = (
    ("New lead: call on the day", "lead", 0, "call", "First call", None, 1),
    ("Quote: ask after three days", "quote", 3, "call", "Any questions about the quote?", None, 3),
    ("Delivery: ask after a week", "delivered", 7, "call", "All well with the delivery?", None, None),
    ("A customers: every two weeks", "silence", 14, "visit", "Visit", "50000", 5),
    ("Everybody: every quarter", "silence", 90, "call", "How is business?", None, None),
)
# reach, intent, stage, amount, days until it is expected, next step
CARDS = (
    ("decides", "a", "terms", "18500", 9, "Agree the delivery weeks"),
    ("influences", "b", "offer", "7200", 20, "Send the drawing"),
    ("decides", "a", "offer", "12400", 12, "Show the new colours"),
    ("uses", "c", "need", "3900", 60, "Who decides?"),
    ("unknown", "d", "first", None, None, ""),
    ("decides", "b", "need", "9800", 25, "Bring the catalogue"),
    ("influences", "c", "first", "2500", 70, ""),
    ("decides", "d", "resting", None, None, ""),
)  # fmt: skip
# whose, kind, subject, days from today, hour
PLAN = (
    (0, "visit", "Look at the shop together", 0, 14), (0, "call", "Winter order", 0, None),
    (1, "call", "Complaint about a saddle: is it settled?", -4, None), (1, "visit", "Bring samples of helmets", 0, 10),
    (1, "email", "Send the price list for spring", 0, None), (1, "call", "Terms for a yearly order", -1, None),
    (1, "meeting", "Plan of the season", 1, 9), (1, "visit", "Trade fair: their stand", 4, 11),
    (2, "meeting", "Yearly talk with the owner", 0, 15), (2, "call", "Why did the order become smaller?", -2, None),
)  # fmt: skip


def following(owner: Actor, rep: Actor, manager: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    today, zone = current().today(), ZoneInfo(current().time_zone)
    for name, trigger, days, kind, subject, worth, escalate in RULES:
        follow_up_rule_create(
            actor=manager, name=name, trigger=trigger, after_days=days, kind=kind, subject=subject,
            worth_from=Decimal(worth) if worth else None, escalate_after=escalate, since=today - timedelta(days=7),
        )  # fmt: skip
    customers = list(Party.objects.filter(is_customer=True, is_active=True).order_by("code")[60 : 60 + len(PLAN)])
    for n, (reach, intent, step, amount, expected, words) in enumerate(CARDS):
        customer_card_create(
            actor=rep, party=customers[n], reach=reach, intent=intent, step=step,
            amount=Decimal(amount) if amount else None,
            expected_on=today + timedelta(days=expected) if expected else None,
            **({"next_on": today + timedelta(days=n + 1), "next_step": words} if words else {}),
        )  # fmt: skip
    for n, (whose, kind, subject, away, hour) in enumerate(PLAN):
        day = today + timedelta(days=away)
        activity_create(
            actor=(owner, rep, manager)[whose], kind=kind, subject=subject, party=customers[n], due_on=day,
            starts_at=datetime.combine(day, time(hour), zone) if hour else None, minutes=60 if hour else None,
        )  # fmt: skip
    follow_ups_daily()
    planned = Activity.objects.filter(status=Activity.Status.PLANNED).count()
    say(f"{'Following up':<24}{planned:>6} activities, {len(CARDS)} cards, {FollowUpRule.objects.count()} rules")
