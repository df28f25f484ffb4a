"""A company from its trial to paying, not paying, paying again and wanting less: over HTTP, with the simulator."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.services.mails import tell_standing
from billing.services.opening import modules_open
from billing.services.reviewing import review_due
from modules.production.models import WorkCentre
from modules.shared.contracts.valuation import WorkInProgress
from tenants.models import Tenant
from tenon import ports
from tenon.access.actor import Actor, system
from tenon.jobs import services as jobs
from tenon.jobs.models import Job
from tenon.problems import FeatureReadOnly, ReadOnly
from tenon.records.service import acting, touch_ids
from tenon.tenancy.context import outside, serving
from tests.billing.conftest import GOOD, Stripe, account_in, features_of
from tests.tenants.conftest import Web

BILLING = "/api/v1/billing/"
PRODUCTS = "/api/v1/shared/products/"


def status(web: Web) -> dict[str, Any]:
    answer = web.get(f"{BILLING}status/")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def subscribe(web: Web, stripe: Stripe, *modules: str, seats: int = 3, **more: Any) -> None:
    wanted = {"modules": list(modules), "seats": seats, "interval": "month", **more}
    answer = web.post(f"{BILLING}checkout/", wanted)
    assert answer.status_code == 200, answer.content
    stripe.type_card(answer.json()["url"], GOOD)


def preview(web: Web, *modules: str, seats: int = 3, interval: str = "month") -> dict[str, Any]:
    answer = web.post(f"{BILLING}preview/", {"modules": modules, "seats": seats, "interval": interval})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def change(web: Web, shown: dict[str, Any], *modules: str, seats: int = 3, interval: str = "month") -> Any:
    wanted = {"modules": modules, "seats": seats, "interval": interval, "proration_date": shown["proration_date"]}
    return web.post(f"{BILLING}change/", wanted)


def a_job(*, actor: Actor, progress: Any) -> dict[str, Any]:
    with acting(actor):
        return {"written": True}


def test_the_whole_life(owner_web: Web, on_trial: Tenant, stripe: Stripe, actor: Actor, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    web, tenant = owner_web, on_trial

    # On trial everything is open and nothing is owed.
    seen = status(web)
    assert (seen["standing"], seen["subscribed"], seen["items"]) == ("trialing", False, [])
    offers = {o["key"]: o for o in web.get(f"{BILLING}catalogue/").json()["offers"]}
    assert {"crm", "inventory", "production", "finance", "suite"} <= set(offers)
    assert offers["crm"]["prices"][0] == {"currency": "CNY", "month": "99.00", "year": "990.00"}

    # CRM and inventory for three, by card. The page says so before any webhook has come; the webhooks change nothing.
    subscribe(web, stripe, "crm", "inventory")
    assert status(web)["subscribed"] is False
    waited = web.get(f"{BILLING}status/?fresh=1").json()
    assert (waited["standing"], waited["seats"], waited["total"]) == ("active", 3, "534.00")
    assert stripe.deliver() > 0
    assert status(web) == waited
    assert {"crm.leads", "inventory.stock"} <= features_of(tenant)
    assert not any(f.startswith(("production.", "finance.")) for f in features_of(tenant))
    assert web.post(f"{BILLING}checkout/", {"modules": ["crm"], "seats": 1, "interval": "month"}).status_code == 409

    # Ten days later production is added. By hand: 129 × 3 seats, for the seconds that are left of the month.
    stripe.move(days=10)
    shown = preview(web, "crm", "inventory", "production")
    account = account_in(tenant)
    assert account.started_at
    assert account.period_end
    whole = int((account.period_end - account.started_at).total_seconds())
    left = int(account.period_end.timestamp()) - shown["proration_date"]
    by_hand = (Decimal("387.00") * left / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(shown["due_now"]) == by_hand
    assert Decimal(shown["next_total"]) == Decimal("921.00")  # (99 + 79 + 129) × 3
    assert shown["ends"] == []
    answer = change(web, shown, "crm", "inventory", "production")
    assert answer.status_code == 200, answer.content
    assert answer.json()["total"] == "921.00"
    bill = web.get(f"{BILLING}invoices/").json()["results"][0]
    assert (bill["status"], bill["total"]) == ("paid", str(by_hand))
    assert bill["pdf"]
    assert modules_open(tenant.pk, ["production"]) == []  # its switches were on and came back by themselves
    assert "production.bom" in features_of(tenant)

    # The card fails at the renewal: everything still works, those who look after it are told.
    stripe.card(account.customer_id or "", "pm_card_chargeCustomerFail")
    stripe.move(days=whole / 86_400 - 10, hours=2)
    stripe.deliver()
    seen = status(web)
    assert seen["standing"] == "past_due"
    assert "crm.leads" in features_of(tenant)
    assert web.post(PRODUCTS, product("P-1")).status_code == 201
    assert tell_standing(account_in(tenant).pk, "past_due") == 1
    assert mail.outbox[-1].to == ["owner@acme.example"]
    assert "/admin/subscription" in str(mail.outbox[-1].body)

    # Fourteen days of retries, then a week of grace with everything, then nothing is written by any way.
    stripe.move(days=14, hours=1)
    review_due()
    stripe.deliver()
    assert status(web)["standing"] == "grace"
    assert web.post(PRODUCTS, product("P-2")).status_code == 201
    stripe.move(days=7)
    review_due()
    assert status(web)["standing"] == "read_only"
    refused = web.post(PRODUCTS, product("P-3"))
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "read-only")
    assert web.get(PRODUCTS).status_code == 200
    assert web.get("/api/v1/bootstrap/").json()["tenant"]["read_only"] is True
    assert not any(f.startswith("finance.") for f in features_of(tenant)), "what was only on trial does not come back"
    refused_everywhere(tenant, actor, web)

    # Suspended: only the subscription opens. Then the card is put right: everything at once.
    stripe.move(days=31)
    review_due()
    assert web.get(PRODUCTS).status_code == 402
    assert web.get("/api/v1/bootstrap/").status_code == 200
    assert status(web)["standing"] == "suspended"
    assert web.post(f"{BILLING}pay/").status_code == 402
    stripe.card(account.customer_id or "", "pm_card_visa")
    paid = web.post(f"{BILLING}pay/")
    assert paid.status_code == 200, paid.content
    assert paid.json()["paid"] >= 1
    assert status(web)["standing"] == "active"
    assert web.post(PRODUCTS, product("P-3")).status_code == 201
    stripe.deliver()
    assert status(web)["standing"] == "active"

    # Production is dropped at the end of the period: until then it works, the loss is shown before.
    shown = preview(web, "crm", "inventory")
    assert (shown["due_now"], shown["ends"], shown["next_total"]) == ("0.00", ["production"], "534.00")
    assert change(web, shown, "crm", "inventory").status_code == 200
    seen = status(web)
    assert seen["next_plan"] == {"modules": ["crm", "inventory"], "seats": 3, "interval": "month"}
    assert "production.bom" in features_of(tenant)
    end = account_in(tenant).period_end
    assert end
    stripe.move(seconds=(end - stripe.now()).total_seconds(), hours=2)
    stripe.deliver()
    assert {i["key"] for i in status(web)["items"]} == {"crm", "inventory"}
    dropped_is_read_only(web, tenant, actor)
    assert "crm.leads" in features_of(tenant)

    # A month later it is out of sight; the data stays.
    stripe.move(days=31)
    stripe.deliver()
    review_due()
    assert "production.bom" not in features_of(tenant)
    assert status(web)["dropped"] == []
    off = web.get("/api/v1/production/boms/")
    assert (off.status_code, off.json()["type"].rpartition("/")[2]) == (403, "feature-off")


def dropped_is_read_only(web: Web, tenant: Tenant, actor: Actor) -> None:
    """What was dropped can be seen, and is written by nobody: not by hand, not by a job, not on a schedule."""
    assert "production.bom" in features_of(tenant)
    assert [row["key"] for row in status(web)["dropped"]] == ["production"]
    assert web.get("/api/v1/production/boms/").status_code == 200
    centre = {"code": "ASM", "name": "Assembly"}
    refused = web.post("/api/v1/production/work-centres/", centre)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "feature-read-only")
    started = web.get("/api/v1/bootstrap/").json()
    assert "production.bom" in started["tenant"]["read_only_features"]
    assert "production.work_centre.view" in started["permissions"]
    assert "production.work_centre.create" not in started["permissions"]
    assert started["entities"]["production.work_centre"]["can"]["create"] is False
    with outside():
        company = Tenant.objects.get(pk=tenant.pk).company()
    with serving(company), acting(system("planning")):
        for write in (lambda: WorkCentre(**centre).save(), lambda: touch_ids(WorkCentre, "insert", {1})):
            with pytest.raises(FeatureReadOnly):
                write()
    with serving(company):
        assert ports.find(WorkInProgress) is None, "for the others it is as good as gone"


def product(code: str) -> dict[str, Any]:
    return {"code": code, "name": f"Frame {code}"}


def refused_everywhere(tenant: Tenant, actor: Actor, web: Web) -> None:
    """Services, jobs, imports, bulk, files, comments: all come to the same gate."""
    with outside():
        company = Tenant.objects.get(pk=tenant.pk).company()
    assert company.read_only
    with serving(company):
        with pytest.raises(ReadOnly), acting(actor):
            pass
        job = Job.objects.create(kind="tests.billing.test_story.a_job", title="x", actor=actor.ref)
        jobs.run(job)
        job.refresh_from_db()
        assert job.state == Job.State.FAILED
        assert "paid" in job.error
    first = web.get(PRODUCTS).json()["results"][0]
    sheet = SimpleUploadedFile("products.csv", b"code,name\nP-9,Frame\n", "text/csv")
    for answer in (
        web.call("patch", f"{PRODUCTS}{first['id']}/", {"name": "Other"}, **{"If-Match": str(first["version"])}),
        web.call("delete", f"{PRODUCTS}{first['id']}/", **{"If-Match": str(first["version"])}),
        web.post(f"{PRODUCTS}{first['id']}/comments/", {"text": "Hello"}),
        web.client.post("/api/v1/imports/", {"entity": "shared.product", "file": sheet}),
    ):
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "read-only"), answer.content
    rows = web.post(f"{PRODUCTS}bulk/", {"create": [product("P-9")]})
    assert "read-only" in rows.content.decode(), rows.content
    assert not web.get(f"{PRODUCTS}?search=P-9").json()["results"]
    assert web.call("patch", "/api/v1/me/", {"language": "en"}).status_code == 200


def test_a_trial_that_nobody_pays_for_ends_read_only(owner_web: Web, on_trial: Tenant, stripe: Stripe) -> None:
    assert status(owner_web)["standing"] == "trialing"
    stripe.move(days=15, minutes=1)
    review_due()
    assert status(owner_web)["standing"] == "read_only"
    assert "crm.leads" in features_of(on_trial), "what was there can still be seen"
    assert owner_web.get(PRODUCTS).status_code == 200
    assert owner_web.post(PRODUCTS, product("P-1")).status_code == 403
    subscribe(owner_web, stripe, "crm", seats=1)
    stripe.deliver()
    assert owner_web.post(PRODUCTS, product("P-1")).status_code == 201
    assert "inventory.stock" not in features_of(on_trial)
    assert account_in(on_trial).standing == "active"
    assert timedelta(days=27) < (account_in(on_trial).period_end or stripe.now()) - stripe.now()
