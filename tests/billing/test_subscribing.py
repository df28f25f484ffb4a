"""The catalogue at Stripe; beginning, changing and ending a subscription in all the ways there are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.catalogue import catalogue
from billing.catalogue.catalogue import Catalogue
from billing.catalogue.plans import ALL
from billing.catalogue.types import per_seat
from billing.errors import AlreadySubscribed, NotSubscribed, PaymentRefused, PreviewOutdated
from billing.rules.changes import Plan
from billing.services import paying
from billing.services.accounts import account_of, account_sync
from billing.services.catalogue_sync import catalogue_sync
from billing.services.changing import Preview, change_confirm, change_preview
from billing.services.reviewing import review_due
from billing.services.standing import plan_of
from billing.services.subscribing import subscribe
from tenants.models import Entitlement, Tenant
from tenon.access.actor import Actor
from tenon.access.services.guards import SeatsTaken
from tenon.access.services.members import member_add
from tenon.problems import Forbidden, Invalid
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside, serving
from tests.billing.conftest import account_in
from tests.billing.local import Local


@pytest.fixture
def local(db: None, monkeypatch: pytest.MonkeyPatch) -> Local:
    return Local(monkeypatch)


@pytest.fixture(autouse=True)
def inside(serving_acme: Company) -> None:
    """Everything here happens inside acme, as a request does."""


def plan(*keys: str, seats: int = 2, interval: Any = "month") -> Plan:
    return Plan(frozenset(keys), seats, interval)


def running(local: Local, tenant: Tenant, *keys: str, seats: int = 2, interval: str = "month") -> None:
    account = local.customer(tenant)
    local.subscribe(account, *keys, seats=seats, interval=interval)
    account_sync(account.pk)


def confirm(actor: Actor, wanted: Plan, shown: Preview) -> None:
    change_confirm(actor=actor, wanted=wanted, proration_date=shown.proration_date)


def company_now(tenant: Tenant) -> tuple[set[str], bool]:
    """(what it is entitled to for writing, whether it is read-only)."""
    with outside():
        tenant.refresh_from_db()
    return set(tenant.entitled) - set(tenant.read_only_features), tenant.company().read_only


def as_now(tenant: Tenant) -> Any:
    """Inside the company as the next request finds it."""
    with outside():
        tenant.refresh_from_db()
    return serving(tenant.company())


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_everything_installed_has_a_price_and_the_suite_is_cheaper() -> None:
    offers = catalogue().offers
    sold = {m.key for m in registry().modules.values() if m.features and not m.always_on}
    assert {o.key for o in offers.values() if not o.is_bundle} == sold
    for currency in ("CNY", "USD", "EUR"):
        one_by_one = sum(offers[k].price(currency, "month") for k in sold)
        assert offers["suite"].price(currency, "month") < one_by_one
        for offer in offers.values():
            assert offer.price(currency, "year") == 10 * offer.price(currency, "month")
    assert set(registry().features) >= set(offers["suite"].features)
    assert "inventory.stock" in offers["inventory"].features
    with pytest.raises(Invalid, match="bundle"):
        catalogue().chosen(["suite", "crm"])


def test_the_catalogue_is_brought_to_stripe_once(local: Local) -> None:
    assert not catalogue_sync(), "a second run finds nothing to do"
    price = local.api.prices.list({"lookup_keys": ["tenon_crm_month"], "expand": ["data.currency_options"]}).data[0]
    assert (price.currency, price.unit_amount, price.currency_options["usd"].unit_amount) == ("cny", 9_900, 1_900)

    dearer = [
        replace(f, prices={**f.prices, "EUR": per_seat("18", "180")}) if f.key == "crm" else f
        for f in ALL
        if f.key != "suite"
    ]
    done = catalogue_sync(Catalogue(dearer, registry()))
    assert [name.split()[0] for name in done.created] == ["tenon_crm_month", "tenon_crm_year"]
    assert price.id in done.archived
    assert "tenon_suite" in done.archived
    now = local.api.prices.list({"lookup_keys": ["tenon_crm_month"]}).data
    assert [p.id != price.id for p in now] == [True], "the key names the new price alone"
    assert catalogue_sync().updated == ["tenon_suite"], "back in the catalogue, on sale again"


# --- beginning --------------------------------------------------------------------------------------------------------


def test_an_invoice_instead_of_a_card(on_trial: Tenant, local: Local, actor: Actor) -> None:
    url = subscribe(actor=actor, plan=plan("suite", seats=5), email="a@acme.example", currency="EUR", by_invoice=True)
    account = account_in(on_trial)
    assert (url, account.by_invoice, account.currency, account.standing) == ("", True, "EUR", "active")
    local.move(hours=2)  # Stripe sends it an hour later
    [bill] = paying.invoices(actor=actor)
    assert (bill["status"], bill["open"]) == ("open", Decimal("265.00"))
    with outside():
        sources = set(Entitlement.objects.filter(tenant=on_trial, until=None).values_list("source", flat=True))
    assert sources == {"plan"}, "a bundle is the plan"
    with pytest.raises(AlreadySubscribed):
        subscribe(actor=actor, plan=plan("crm"), email="a@acme.example")

    local.move(days=15)  # not paid within its fourteen days
    account_sync(account.pk)
    assert account_in(on_trial).standing == "past_due"
    local.api.invoices.pay(bill["id"], {"paid_out_of_band": True})  # the money has come
    account_sync(account.pk)
    assert account_in(on_trial).standing == "active"


def test_what_is_left_of_the_trial_is_kept(on_trial: Tenant, local: Local, actor: Actor) -> None:
    subscribe(actor=actor, plan=plan("crm"), email="a@acme.example", by_invoice=True, after_trial=True)
    account = account_in(on_trial)
    assert (account.status, account.standing) == ("trialing", "trialing")
    assert account.trial_end
    assert on_trial.trial_until
    assert abs((account.trial_end - on_trial.trial_until).total_seconds()) < 1
    with outside():
        assert Entitlement.objects.filter(tenant=on_trial, source="trial", until=on_trial.trial_until).exists()
    shown = change_preview(actor=actor, wanted=plan("crm", "finance"))
    assert shown.due_now == 0, "nothing is paid before the trial ends"
    confirm(actor, plan("crm", "finance"), shown)
    local.move(days=15, hours=1)
    account_sync(account.pk)
    assert account_in(on_trial).standing == "active"
    entitled, _locked = company_now(on_trial)
    assert "finance.ledger" in entitled
    assert "production.bom" not in entitled


def test_only_those_who_look_after_it_and_only_what_there_is(on_trial: Tenant, local: Local, actor: Actor) -> None:
    seller = replace(actor, permissions=frozenset(), roles=("sales",))
    for attempt in (
        lambda: subscribe(actor=seller, plan=plan("crm"), email="x@acme.example"),
        lambda: change_preview(actor=seller, wanted=plan("crm")),
        lambda: paying.portal_url(actor=seller),
        lambda: paying.invoices(actor=seller),
    ):
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(NotSubscribed):
        change_preview(actor=actor, wanted=plan("crm"))
    with pytest.raises(Invalid):
        subscribe(actor=actor, plan=plan("moon"), email="x@acme.example")
    with pytest.raises(Invalid) as refused:
        subscribe(actor=actor, plan=plan("crm"), email="x@acme.example", coupon="NOSUCH")
    assert refused.value.errors[0].field == "coupon"


def test_one_payment_page_at_a_time_and_the_same_for_the_same_key(on_trial: Tenant, local: Local, actor: Actor) -> None:
    first = subscribe(actor=actor, plan=plan("crm"), email="a@acme.example", key="k1")
    opened = account_in(on_trial).checkout_id
    second = subscribe(actor=actor, plan=plan("crm", "finance"), email="a@acme.example", key="k2")
    assert first != second
    assert local.api.checkout.sessions.retrieve(opened).status == "expired"
    session = local.api.checkout.sessions.retrieve(account_in(on_trial).checkout_id)
    assert (session.status, session.client_reference_id) == ("open", str(on_trial.pk))
    assert session.tax_id_collection.enabled
    assert len(local.api.customers.list().data) == 1


# --- changing ---------------------------------------------------------------------------------------------------------


def test_a_refused_card_changes_nothing(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm")
    local.card(account_in(on_trial).customer_id, "pm_card_chargeCustomerFail")
    wanted = plan("crm", "production")
    shown = change_preview(actor=actor, wanted=wanted)
    assert shown.due_now > 0
    with pytest.raises(PaymentRefused):
        confirm(actor, wanted, shown)
    assert plan_of(account_in(on_trial)) == plan("crm")
    assert account_in(on_trial).standing == "active"
    fewer = plan("crm", seats=1)
    confirm(actor, fewer, change_preview(actor=actor, wanted=fewer))
    with pytest.raises(PaymentRefused):
        confirm(actor, wanted, change_preview(actor=actor, wanted=wanted))
    assert account_in(on_trial).next_plan == {"keys": ["crm"], "seats": 1, "interval": "month"}, "as planned before"


def test_more_seats_now_fewer_later_and_a_change_of_mind(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm")
    local.move(days=3)
    shown = change_preview(actor=actor, wanted=plan("crm", seats=5))
    assert 0 < shown.due_now < 3 * 99
    confirm(actor, plan("crm", seats=5), shown)
    assert paying.invoices(actor=actor)[0]["total"] == shown.due_now
    confirm(actor, plan("crm", seats=5), shown)  # pressed twice
    assert paying.invoices(actor=actor)[0]["total"] == shown.due_now
    assert len(paying.invoices(actor=actor)) == 2

    shown = change_preview(actor=actor, wanted=plan("crm", seats=1))
    assert (shown.due_now, shown.next_total) == (0, Decimal("99.00"))
    confirm(actor, plan("crm", seats=1), shown)
    assert account_in(on_trial).next_plan == {"keys": ["crm"], "seats": 1, "interval": "month"}
    assert plan_of(account_in(on_trial)) == plan("crm", seats=5)
    confirm(actor, plan("crm", seats=5), change_preview(actor=actor, wanted=plan("crm", seats=5)))
    assert account_in(on_trial).next_plan is None
    with pytest.raises(PreviewOutdated):
        change_confirm(actor=actor, wanted=plan("crm"), proration_date=shown.proration_date - 7_200)


def test_a_year_at_once_and_back_to_months_when_it_is_over(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm")
    yearly = plan("crm", interval="year")
    shown = change_preview(actor=actor, wanted=yearly)
    assert Decimal(1_700) < shown.due_now <= Decimal("1980.00"), "two years' seats less the month that was paid"
    confirm(actor, yearly, shown)
    account = account_in(on_trial)
    assert (account.interval, plan_of(account)) == ("year", yearly)
    confirm(actor, plan("crm"), change_preview(actor=actor, wanted=plan("crm")))
    assert account_in(on_trial).next_plan == {"keys": ["crm"], "seats": 2, "interval": "month"}
    local.move(days=366)
    account_sync(account.pk)
    assert plan_of(account_in(on_trial)) == plan("crm")
    assert account_in(on_trial).standing == "active"


def test_the_suite_takes_the_place_of_its_modules(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm", "inventory")
    shown = change_preview(actor=actor, wanted=plan("suite"))
    assert shown.ends == []
    confirm(actor, plan("suite"), shown)
    assert plan_of(account_in(on_trial)) == plan("suite")
    assert company_now(on_trial) == (set(registry().features), False)
    shown = change_preview(actor=actor, wanted=plan("crm"))
    assert shown.ends == ["finance", "inventory", "production"]
    assert shown.due_now == 0


def test_ending_and_coming_back(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm")
    nothing = Plan(frozenset(), 1, "month")
    shown = change_preview(actor=actor, wanted=nothing)
    assert (shown.whole_ends, shown.ends, shown.due_now) == (True, ["crm"], 0)
    confirm(actor, nothing, shown)
    assert account_in(on_trial).next_plan == {"keys": [], "seats": 0, "interval": "month"}
    confirm(actor, plan("crm"), change_preview(actor=actor, wanted=plan("crm")))
    assert account_in(on_trial).next_plan is None

    confirm(actor, nothing, change_preview(actor=actor, wanted=nothing))
    local.move(days=32)
    account_sync(account_in(on_trial).pk)
    account = account_in(on_trial)
    assert (account.status, account.standing) == ("canceled", "read_only")
    entitled, locked = company_now(on_trial)
    assert "crm.leads" in entitled, "it can still be read and exported"
    assert locked
    local.subscribe(account, "inventory")
    account_sync(account.pk)
    assert account_in(on_trial).standing == "active"
    entitled, locked = company_now(on_trial)
    assert "inventory.stock" in entitled
    assert "crm.leads" not in entitled
    assert "crm.leads" in on_trial.read_only_features, "it was paid for until yesterday: it can be read for a while"
    assert not locked


def test_a_code_takes_off_what_it_says(on_trial: Tenant, local: Local, actor: Actor) -> None:
    coupon = local.api.coupons.create({"percent_off": 50, "duration": "forever"})
    local.api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"})
    subscribe(actor=actor, plan=plan("crm"), email="a@acme.example", by_invoice=True, coupon="HALF")
    local.move(hours=2)
    assert paying.invoices(actor=actor)[0]["total"] == Decimal("99.00")


def test_seats_are_for_members(on_trial: Tenant, local: Local, actor: Actor) -> None:
    def join(number: int) -> Any:
        return member_add(actor=actor, person_id=900 + number, name="Buyer", email=f"buyer{number}@acme.example")

    join(1)  # on trial there is no limit
    running(local, on_trial, "crm", seats=2)
    with as_now(on_trial), pytest.raises(SeatsTaken):
        join(2)
    confirm(actor, plan("crm", seats=3), change_preview(actor=actor, wanted=plan("crm", seats=3)))
    with as_now(on_trial):
        join(2)
    assert account_of(on_trial.pk).standing == "active"


def test_the_portal_and_the_card_that_is_changed_there(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm")
    assert "/p/" in paying.portal_url(actor=actor)
    assert paying.pay_open(actor=actor) == 0


def test_a_company_that_is_to_be_deleted_pays_no_more(on_trial: Tenant, local: Local, actor: Actor) -> None:
    running(local, on_trial, "crm")
    with outside():
        Tenant.objects.filter(pk=on_trial.pk).update(state=Tenant.State.CLOSED)
    review_due()
    account = account_in(on_trial)
    assert account.status == "canceled"
    assert local.api.customers.retrieve(account.customer_id).balance <= -19_000, "nearly all of the month is credited"
    with outside():
        on_trial.refresh_from_db()
        assert on_trial.state == Tenant.State.CLOSED
        Tenant.objects.filter(pk=on_trial.pk).update(state=Tenant.State.READY)  # taken back
    local.move(days=15, hours=1)
    review_due()
    assert company_now(on_trial)[1], "its trial is over and nothing is paid"
    with outside():
        Tenant.objects.filter(pk=on_trial.pk).update(state=Tenant.State.READY)
    review_due()
    assert company_now(on_trial)[1]
