"""A year of one company's subscription as it is written here, driven through the simulator by a test clock, and the
recording of what the simulator said about it.

    TENON_RECORD=1 pytest tests/billing/test_year.py -k recording        drives it and writes the recording anew

The recording is two files of JSON lines: `events` with the deliveries as they went out (body and signature), `world`
with Stripe's objects as they are when the year is over. Ids are drawn anew each time; the events and their times are
not, and a test holds the recording to them."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from billing.simulator.webhooks import signature
from billing.simulator.world import Options
from tests.billing.simulator.inprocess import SECRET, InProcess

HERE = Path(__file__).parent / "recorded"
EVENTS, WORLD = HERE / "year_events.jsonl.gz", HERE / "year_world.jsonl.gz"
ON_THE_WAY = 2  # seconds from an event to its delivery
BASE_URL = "https://pay.example"
END = "2027-01-17"

# Each step with its day; the hour is noon, so that renewals (at midnight) lie before what happens on their day.
YEAR: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("2026-01-17", "begin", {"keys": ["crm"], "seats": 3, "trial_until": "2026-01-31"}),
    ("2026-01-25", "card", {"token": "pm_card_visa"}),
    ("2026-02-10", "add", {"key": "inventory"}),
    ("2026-02-20", "seats", {"seats": 5}),
    ("2026-03-05", "later", {"keys": ["crm", "inventory"], "seats": 2}),  # fewer seats from 31 March on
    ("2026-04-02", "coupon", {"percent": 20, "months": 3}),
    ("2026-04-25", "card", {"token": "pm_card_chargeCustomerFail"}),  # 30 April is refused, and asked for again
    ("2026-05-12", "card", {"token": "pm_card_visa"}),
    ("2026-05-12", "pay", {}),
    ("2026-05-20", "later", {"keys": ["crm"], "seats": 2}),  # inventory is dropped at the end of May
    ("2026-06-10", "yearly", {}),
    ("2026-07-05", "by_transfer", {"days": 14}),
    ("2026-07-05", "add", {"key": "production"}),  # billed by an invoice, which is not paid in time
    ("2026-07-22", "wait", {}),
    ("2026-07-24", "transfer_arrives", {}),
    ("2026-07-25", "by_card", {}),
    ("2026-08-15", "chargeback", {}),  # of the year that was paid in June
    ("2026-09-01", "give_in", {}),
    ("2026-10-01", "cancel", {}),
    ("2026-11-15", "begin", {"keys": ["suite"], "seats": 4, "trial_until": None}),
    ("2026-11-20", "chargeback", {}),
    ("2026-12-05", "answer", {}),  # and this one is won
    ("2027-01-05", "seats", {"seats": 6}),
)


def stamp(day: str, hour: int = 12) -> int:
    return int(datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC).timestamp())


@dataclass
class Company:
    """One customer of the simulator, by a test clock of its own."""

    stripe: InProcess
    clock: str = ""
    customer: str = ""
    told: int = 0
    api: Any = field(init=False)

    def __post_init__(self) -> None:
        self.api = self.stripe.client()
        self.told = len(self.stripe.events())  # the catalogue was there before
        self.clock = self.api.test_helpers.test_clocks.create({"frozen_time": stamp(YEAR[0][0], 0)}).id
        self.customer = self.api.customers.create({"name": "Acme Bicycles", "test_clock": self.clock}).id

    def live(self, until: str, hour: int = 12) -> None:
        self.api.test_helpers.test_clocks.advance(self.clock, {"frozen_time": stamp(until, hour)})

    def step(self, number: int) -> None:
        day, verb, said = YEAR[number]
        if stamp(day) > self.now:
            self.live(day)
        getattr(self, verb)(**said)

    @property
    def now(self) -> int:
        return int(self.api.test_helpers.test_clocks.retrieve(self.clock).frozen_time)

    def news(self) -> list[tuple[bytes, str, int]]:
        """Deliveries (body, signature, when) of what has happened since they were asked for last."""
        every = self.stripe.events()
        fresh, self.told = every[self.told :], len(every)
        found = []
        for event in fresh:
            body, at = json.dumps(event).encode(), event["created"] + ON_THE_WAY
            found.append((body, signature(body, [SECRET], at), at))
        return found

    # --- what may happen

    def wait(self) -> None:
        """Nothing but time."""

    def running(self) -> Any:
        return self.api.subscriptions.list({"customer": self.customer}).data[0]

    def prices(self, keys: list[str], interval: str = "month") -> dict[str, str]:
        names = [f"tenon_{key}_{interval}" for key in keys]
        found = self.api.prices.list({"lookup_keys": names, "limit": 100}).data
        return {p.product.removeprefix("tenon_"): p.id for p in found}

    def begin(self, keys: list[str], seats: int, trial_until: str | None) -> None:
        items = [{"price": price, "quantity": seats} for price in self.prices(keys).values()]
        more = {"trial_end": stamp(trial_until, 0)} if trial_until else {}
        self.api.subscriptions.create({"customer": self.customer, "currency": "cny", "items": items, **more})

    def change(self, items: list[dict[str, Any]], **more: Any) -> None:
        wanted = {"items": items, "proration_behavior": "always_invoice", **more}
        self.api.subscriptions.update(self.running().id, wanted)

    def card(self, token: str) -> None:
        method = self.api.payment_methods.attach(token, {"customer": self.customer})
        self.api.customers.update(self.customer, {"invoice_settings": {"default_payment_method": method.id}})

    def add(self, key: str) -> None:
        held = self.running()["items"].data[0]
        price = self.prices([key], held.price.recurring.interval)[key]
        self.change([{"price": price, "quantity": held.quantity}])

    def seats(self, seats: int) -> None:
        self.change([{"id": i.id, "quantity": seats} for i in self.running()["items"].data])

    def later(self, keys: list[str], seats: int) -> None:
        """From the end of the period on, as our own page plans it."""
        made = self.api.subscription_schedules.create({"from_subscription": self.running().id})
        now = made.phases[0]
        kept = [{"price": i.price, "quantity": i.quantity} for i in now["items"]]
        first = {"items": kept, "start_date": now.start_date, "end_date": now.end_date}
        rows = [{"price": price, "quantity": seats} for price in self.prices(keys).values()]
        second = {
            "items": rows, "duration": {"interval": "month", "interval_count": 1}, "proration_behavior": "none",
            "metadata": {"tenon_keys": ",".join(sorted(keys)), "tenon_seats": seats, "tenon_interval": "month"},
        }  # fmt: skip
        held = [{"discount": d.discount} for d in now.discounts]
        if held:
            first["discounts"] = second["discounts"] = held
        self.api.subscription_schedules.update(made.id, {"end_behavior": "release", "phases": [first, second]})

    def coupon(self, percent: int, months: int) -> None:
        wanted = {"percent_off": percent, "duration": "repeating", "duration_in_months": months}
        made = self.api.coupons.create(wanted)
        self.api.subscriptions.update(self.running().id, {"discounts": [{"coupon": made.id}]})

    def pay(self) -> None:
        for invoice in self.open_ones():
            self.api.invoices.pay(invoice.id)

    def open_ones(self) -> Any:
        return self.api.invoices.list({"customer": self.customer, "status": "open"}).data

    def yearly(self) -> None:
        if (schedule := self.running().schedule) is not None:
            self.api.subscription_schedules.release(schedule)
        items = self.running()["items"].data
        keys = {i.price.product.removeprefix("tenon_"): i for i in items}
        prices = self.prices(list(keys), "year")
        self.change([{"id": item.id, "price": prices[key]} for key, item in keys.items()])

    def by_transfer(self, days: int) -> None:
        wanted = {"collection_method": "send_invoice", "days_until_due": days}
        self.api.subscriptions.update(self.running().id, wanted)

    def transfer_arrives(self) -> None:
        for invoice in self.open_ones():
            self.api.invoices.pay(invoice.id, {"paid_out_of_band": True})

    def by_card(self) -> None:
        self.api.subscriptions.update(self.running().id, {"collection_method": "charge_automatically"})

    def chargeback(self) -> None:
        charge = next(c for c in self.api.charges.list({"customer": self.customer}).data if c.paid and not c.disputed)
        self.stripe.ask("/simulator/disputes", f"charge={charge.id}")

    def dispute(self) -> Any:
        return self.api.disputes.list().data[0]

    def give_in(self) -> None:
        self.api.disputes.close(self.dispute().id)

    def answer(self) -> None:
        self.api.disputes.update(self.dispute().id, {"evidence": {"uncategorized_text": "winning_evidence"}})

    def cancel(self) -> None:
        self.api.subscriptions.cancel(self.running().id, {"prorate": True, "invoice_now": True})


def lived(stripe: InProcess) -> tuple[Company, list[tuple[bytes, str, int]]]:
    """The whole year, and all that was said about it."""
    company = Company(stripe)
    for number in range(len(YEAR)):
        company.step(number)
    company.live(END)
    return company, company.news()


def told_of(deliveries: list[tuple[bytes, str, int]]) -> list[tuple[int, str]]:
    """(when, what) without the ids, which are drawn anew each time. A coupon lives by no test clock."""
    events = (json.loads(body) for body, _signature, _at in deliveries)
    return [(0 if e["type"] == "coupon.created" else e["created"], e["type"]) for e in events]


# --- the recording ----------------------------------------------------------------------------------------------------


def record(stripe: InProcess) -> None:
    company, deliveries = lived(stripe)
    HERE.mkdir(exist_ok=True)
    rows = [{"body": body.decode(), "signature": header, "at": at} for body, header, at in deliveries]
    _write(EVENTS, rows)
    world = [{"clock": company.clock, "customer": company.customer}, *stripe.objects()]
    _write(WORLD, world)


def _write(path: Path, rows: list[Any]) -> None:
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def recorded_events() -> list[tuple[bytes, str, int]]:
    rows = map(json.loads, gzip.decompress(EVENTS.read_bytes()).decode().splitlines())
    return [(row["body"].encode(), row["signature"], row["at"]) for row in rows]


def recorded_world() -> tuple[InProcess, str, str]:
    """Stripe as it was at the end of the year, the company's clock, and its customer."""
    about, *rows = map(json.loads, gzip.decompress(WORLD.read_bytes()).decode().splitlines())
    return InProcess(Options(base_url=BASE_URL), rows=rows), about["clock"], about["customer"]
