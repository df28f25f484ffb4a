"""Making the demo company and bringing its spreadsheets in. Every step is one transaction and done once: a load that
was interrupted goes on where it stopped."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from demo import (
    assets,
    bank,
    budgets,
    buying,
    changes,
    collecting,
    deals,
    demand,
    following,
    inspecting,
    ledger,
    live,
    making,
    offers,
    overhead,
    people,
    shopfloor,
    stocktaking,
)
from demo.mapping import SHEETS, Sheet
from modules.shared.contracts.posting import OrderCostEstimate
from modules.shared.data.models import Party, Product, Tax
from modules.shared.data.selectors.duplicates import duplicate_groups
from modules.shared.data.services import product_update
from tenants.models import Tenant
from tenants.services.companies import company_create
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.api.importing import ImportResult, import_file, import_rows
from tenon.ports import find
from tenon.records.models import CustomField, HandledEvent
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import outside, serving

SLUG, NAME = "adventure", "Adventure Works"
FILES = Path(__file__).resolve().parent / "adventureworks"
MARKS = "demo_load"  # under this name the company remembers which steps are done
Say = Callable[[str], None]
# Columns of the spreadsheets that Tenon has no field for become the company's own fields.
OWN_FIELDS = (
    ("shared.party", "salesperson", "Salesperson", "业务员", "text"),
    ("shared.party", "preferred", "Preferred supplier", "优先供应商", "boolean"),
    ("shared.sales_order", "ship_method", "Ship method", "发运方式", "text"),
)


class LoadFailed(Exception):
    """A file did not come in as its README promises."""


def company() -> Tenant | None:
    with outside():
        return Tenant.objects.filter(slug=SLUG).first()


def load(say: Say) -> Tenant:
    """The whole demo company. Raises LoadFailed."""
    secret = people.password()
    owner = people.person_of(people.OWNER, secret)
    began = time.monotonic()
    tenant = company() or company_create(
        person=owner, name=NAME, slug=SLUG, industry="manufacturing", language="en", currency="USD",
        time_zone="America/Los_Angeles", modules=tuple(registry().modules),
    )  # fmt: skip
    with serving(tenant.company()):
        member = Member.objects.get(person_id=owner.pk)
        with acting(actor_of(member)) as running:
            people.employ(actor=running.actor, tenant=tenant, secret=secret)
        actor = actor_of(Member.objects.get(pk=member.pk))
        _own_fields(actor)
        for sheet in SHEETS:
            _bring(actor, sheet, say)
            if sheet.entity == "production.bom_line":
                _costs_of_made_parts(actor, say)
        _report_duplicates(actor, say)
        with step(actor, "open business") as fresh:
            if fresh:
                live.open_business(say)
        with step(actor, "past demand") as fresh:
            if fresh:
                demand.past_demand(actor, FILES, say)
        with step(actor, "production") as fresh:
            if fresh:
                seller, planner, worker = (live.actor_named(name) for name in ("Sales manager", "Planner", "Worker"))
                making.works(actor, seller, planner, worker, say)
        with step(actor, "quality") as fresh:
            if fresh:
                inspecting.inspected(actor, live.actor_named("Planner"), say)
        with step(actor, "shop-floor documents") as fresh:
            if fresh:
                shopfloor.documents({login.name: live.actor_named(login.name) for login in people.STAFF}, say)
        with step(actor, "purchasing") as fresh:
            if fresh:
                buyer, planner, keeper = (live.actor_named(name) for name in ("Buyer", "Planner", "Warehouse"))
                buying.buying(actor, buyer, planner, say)
                stocktaking.stocktaking(actor, keeper, say)
                changes.changes(actor, live.actor_named("Sales"), say)
                offers.offers(actor, live.actor_named("Sales manager"), live.actor_named("Sales"), say)
        with step(actor, "deals") as fresh:
            if fresh:
                dealers = list(Party.objects.filter(is_customer=True, is_active=True).order_by("code")[:60])
                deals.past_of_deals(live.actor_named("Sales manager"), live.actor_named("Sales"), dealers, say)
        with step(actor, "following up") as fresh:
            if fresh:
                seller, manager = (live.actor_named(name) for name in ("Sales", "Sales manager"))
                following.following(actor, seller, manager, say)
        with step(actor, "ledger") as fresh:
            if fresh:
                ledger.ledger(say)
                assets.assets(say)
        with step(actor, "budget") as fresh:
            if fresh:
                budgets.budget(say)
                overhead.overhead(say)
        with step(actor, "bank") as fresh:
            if fresh:
                bank.bank(say)
                collecting.collecting(actor, say)
    say(f"{NAME} is loaded ({time.monotonic() - began:.0f} s).")
    return tenant


def _own_fields(actor: Actor) -> None:
    with acting(actor):
        for position, (entity, key, label, label_zh, kind) in enumerate(OWN_FIELDS):
            if not CustomField.objects.filter(entity=entity, key=key).exists():
                CustomField(entity=entity, key=key, label=label, label_zh=label_zh, type=kind, position=position).save()
        if not Tax.objects.filter(code="SALES8").exists():
            Tax(code="SALES8", name="Sales tax 8 %", rate=Decimal(8)).save()


def _bring(actor: Actor, sheet: Sheet, say: Say) -> None:
    """One file, once, through the importer."""
    with step(actor, f"{sheet.title}: {sheet.file}") as fresh:
        if not fresh:
            return
        began = time.monotonic()
        result = _import(actor, sheet)
        expected = sheet.rows if sheet.made is None else sheet.made
        # A unit that every company has already is left as it is: it counts as come.
        come = result.updated if sheet.changes else result.created + result.updated + result.skipped
        if come != expected or result.failed:
            faults = "; ".join(f"row {e.row} {e.field} {e.value!r}: {e.message}" for e in result.errors[:5])
            raise LoadFailed(f"{sheet.file}: {come} instead of {expected} records, {result.failed} refused. {faults}")
        note = f" ({sheet.why})" if sheet.why else ""
        say(f"{sheet.title:<24}{come:>6}{note}  {time.monotonic() - began:.1f} s")


def _import(actor: Actor, sheet: Sheet) -> ImportResult:
    path = FILES / sheet.file
    if not (sheet.only or sheet.unlike or sheet.copy):
        return import_file(
            actor=actor, entity_key=sheet.entity, path_or_bytes=path, mapping=sheet.mapping, key=sheet.key,
            on_existing=sheet.on_existing, defaults=sheet.defaults,
        )  # fmt: skip
    with path.open(encoding="utf-8", newline="") as opened:
        given = [
            row
            for row in csv.DictReader(opened)
            if all(row[column] == value for column, value in sheet.only.items())
            and all(row[column] != value for column, value in sheet.unlike.items())
        ]
    if sheet.once:
        given = list({row[sheet.once]: row for row in given}.values())
    columns = [*sheet.mapping.items(), *sheet.copy.items()]
    rows = [{**sheet.defaults, **{name: row[column] for column, name in columns}} for row in given]
    return import_rows(actor=actor, entity_key=sheet.entity, rows=rows, key=sheet.key, on_existing=sheet.on_existing)


@contextmanager
def step(actor: Actor, name: str) -> Iterator[bool]:
    """One transaction that leaves a mark when it is done; yields False when the mark is there already."""
    mark = uuid5(NAMESPACE_URL, name)
    with acting(actor):
        fresh = not HandledEvent.objects.filter(event_id=mark, handler=MARKS).exists()
        yield fresh
        if fresh:
            HandledEvent.objects.create(event_id=mark, handler=MARKS, at=timezone.now())


def _costs_of_made_parts(actor: Actor, say: Say) -> None:
    """Made parts come without a standard cost: rolled up through their bills, before stock is valued."""
    with step(actor, "costs of made parts") as fresh:
        estimate = find(OrderCostEstimate)
        if not fresh or estimate is None:
            return
        products = {p.pk: p for p in Product.objects.filter(source="make", standard_cost=0)}
        costs = estimate.unit_costs(list(products))
        known = {pk: sum(parts.values(), Decimal(0)) for pk, parts in costs.items()}
        for pk, cost in known.items():
            if cost > 0:
                product_update(actor=actor, product=products[pk], standard_cost=cost.quantize(Decimal("0.0001")))
        say(f"{'Costs rolled up':<24}{sum(c > 0 for c in known.values()):>6} made parts had none")


def _report_duplicates(actor: Actor, say: Say) -> None:
    groups = duplicate_groups(actor=actor)
    rows = sum(len(members) for _key, members in groups)
    say(f"{'Possible duplicates':<24}{len(groups):>6} customers stand on several rows ({rows} rows)")
