"""What the staff does about companies and machinery: with a reason, by its role, in the log, in force at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing import clock
from billing.models import StripeEvent
from billing.services.reviewing import review_due
from console.models import StaffAction
from console.selectors.companies import lags, sizes
from console.selectors.overview import Alert, overview
from modules.inventory.services.place import warehouse_create
from tenants.models import CompanyLog, Entitlement, Tenant
from tenants.services import support
from tenon.events.models import Delivery, Outbox
from tenon.records.limits import LimitReached, used
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside, serving
from tenon.tenancy.models import Slot
from tests.companies import owner_of
from tests.console.conftest import Join, StaffPerson
from tests.tenants.conftest import Web

FEATURE = "inventory.purchasing"


def do(who: StaffPerson, company: Company, verb: str, **said: Any) -> Any:
    return who.client.post(f"/operator/companies/{company.id}/do/{verb}/", {"reason": "Ticket 7", **said})


def now_of(company: Company) -> Tenant:
    with outside():
        return Tenant.objects.get(pk=company.id)


def logged(company: Company) -> list[str]:
    with outside():
        return list(StaffAction.objects.filter(company_id=company.id).order_by("id").values_list("what", flat=True))


def test_a_feature_is_taken_away_and_given_back(operator: StaffPerson, acme: Company) -> None:
    before = now_of(acme)
    assert FEATURE in before.entitled
    assert do(operator, acme, "deny", feature=FEATURE).status_code == 302
    after = now_of(acme)
    assert FEATURE not in after.entitled
    assert not after.company().has_feature(FEATURE)
    lost = set(before.entitled) - set(after.entitled)
    assert lost == {f for f in before.entitled if FEATURE in needs(f)}  # it, and what needs it, nothing else
    assert after.revision > before.revision
    do(operator, acme, "lift", feature=FEATURE)
    assert set(now_of(acme).entitled) == set(before.entitled)
    assert logged(acme) == ["feature_denied", "override_lifted"]
    with outside():
        told = CompanyLog.objects.filter(tenant_id=acme.id, what="feature_denied").get()
    assert told.actor_label == "Operator engineer"
    assert told.detail["reason"] == "Ticket 7"


def needs(feature: str) -> frozenset[str]:
    from tenants.selectors import feature_graph

    return feature_graph().with_needs([feature])


def test_a_grant_ends_by_itself(operator: StaffPerson, acme: Company) -> None:
    with outside():
        without = [f for f in registry().features if FEATURE not in needs(f)]
        Tenant.objects.filter(pk=acme.id).update(entitled=without)
    do(operator, acme, "deny", feature=FEATURE)
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    do(operator, acme, "grant", feature=FEATURE, until=day)
    with outside():
        row = Entitlement.objects.get(tenant_id=acme.id, feature=FEATURE, source="grant")
        assert row.until is not None
        assert row.until.date().isoformat() == day
        assert not Entitlement.objects.filter(tenant_id=acme.id, source="deny").exists()
    assert FEATURE in now_of(acme).entitled


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("grant", {"feature": "no.such"}), ("grant", {"feature": FEATURE, "until": "2020-01-01"}),
        ("grant", {"feature": FEATURE, "reason": " "}), ("deny", {"feature": FEATURE, "reason": ""}),
        ("lift", {"feature": FEATURE}), ("extend-trial", {"days": "0"}), ("extend-trial", {"days": "-4"}),
        ("extend-trial", {"days": "99999"}), ("suspend", {"reason": "x"}), ("resume", {}), ("support", {}),
        ("grant", {"feature": FEATURE, "until": "tomorrow", "reason": ""}),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(operator: StaffPerson, acme: Company, verb: str, said: dict[str, str]) -> None:
    before = now_of(acme)
    assert do(operator, acme, verb, **said).status_code == 302
    assert b"errornote" in (page := operator.client.get(f"/operator/companies/{acme.id}/").content) or b"error" in page
    assert now_of(acme).__dict__ | {"_state": 0} == before.__dict__ | {"_state": 0}
    assert logged(acme) == []


WAREHOUSES = "inventory.warehouses"


def test_a_limit_is_raised_shown_and_ends_by_itself(
    operator: StaffPerson, acme: Company, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(operator, acme, "extend-trial", days="90")
    given = now_of(acme).limits[WAREHOUSES]
    day = (timezone.now() + timedelta(days=20)).date().isoformat()
    do(operator, acme, "raise-limit", limit=WAREHOUSES, most=str(given + 3), until=day)
    assert now_of(acme).limits[WAREHOUSES] == given + 3
    page = operator.client.get(f"/operator/companies/{acme.id}/").content.decode()
    assert f"until {day}" in " ".join(page.split())
    rows = Web("acme.localhost", owner).get("/api/v1/billing/status/").json()["limits"]
    raised = {row["key"]: row for row in rows}[WAREHOUSES]
    assert (raised["most"], raised["raised"]["given"], raised["raised"]["reason"]) == (given + 3, given, "Ticket 7")
    assert raised["raised"]["until"].startswith(day)
    assert {row["key"] for row in rows if row["raised"]} == {WAREHOUSES}
    with serving(now_of(acme).company()):
        for n in range(given + 3 - used(WAREHOUSES)):
            warehouse_create(actor=owner_of(acme), code=f"X{n}", name=f"More {n}")
        with pytest.raises(LimitReached):
            warehouse_create(actor=owner_of(acme), code="X99", name="One too many")
    review_due()
    assert now_of(acme).limits[WAREHOUSES] == given + 3
    later = timezone.now() + timedelta(days=21)
    monkeypatch.setattr(clock, "now", lambda: later)
    review_due()
    assert now_of(acme).limits[WAREHOUSES] == given, "by itself, and what there is stays"
    assert logged(acme) == ["trial_extended", "limit_raised"]
    with outside():
        told = CompanyLog.objects.get(tenant_id=acme.id, what="limit_raised")
    assert (told.actor_label, told.detail["most"]) == ("Operator engineer", given + 3)


def test_a_raised_limit_is_taken_back_and_storage_is_typed_in_gigabytes(operator: StaffPerson, acme: Company) -> None:
    do(operator, acme, "extend-trial", days="5")
    given = now_of(acme).limits["records.storage"]
    do(operator, acme, "raise-limit", limit="records.storage", most="20")
    assert now_of(acme).limits["records.storage"] == 20 * 1024**3
    do(operator, acme, "lower-limit", limit="records.storage")
    assert now_of(acme).limits["records.storage"] == given
    assert logged(acme) == ["trial_extended", "limit_raised", "limit_lowered"]


@pytest.mark.parametrize(
    "said",
    [
        {"limit": "no.such", "most": "9"}, {"limit": WAREHOUSES, "most": "1"}, {"limit": WAREHOUSES, "most": "501"},
        {"limit": WAREHOUSES, "most": "many"}, {"limit": WAREHOUSES, "most": "9", "reason": ""},
        {"limit": WAREHOUSES, "most": "9", "until": "2020-01-01"}, {"limit": "access.members", "most": "9"},
    ],
)  # fmt: skip
def test_a_limit_is_not_raised_like_this(operator: StaffPerson, acme: Company, said: dict[str, str]) -> None:
    do(operator, acme, "extend-trial", days="5")
    before = now_of(acme).limits
    do(operator, acme, "raise-limit", **said)
    assert now_of(acme).limits == before
    assert logged(acme) == ["trial_extended"]


def test_a_function_given_for_a_time_is_gone_when_it_is_over(
    operator: StaffPerson, acme: Company, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Source and dates are on the company's own page; then it ends by itself, audited like all the rest."""
    do(operator, acme, "deny", feature=FEATURE)
    assert FEATURE not in now_of(acme).entitled
    with outside():
        Entitlement.objects.filter(tenant_id=acme.id, feature=FEATURE, source="grant").delete()
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    do(operator, acme, "grant", feature=FEATURE, until=day)
    assert FEATURE in now_of(acme).company().working.features
    modules = Web("acme.localhost", owner).get("/api/v1/modules/").json()["modules"]
    rights = next(f for m in modules for f in m["features"] if f["key"] == FEATURE)["rights"]
    [given] = [r for r in rights if r["source"] == "grant"]
    assert given["until"].startswith(day)
    assert given["reason"] == "Ticket 7"
    later = timezone.now() + timedelta(days=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    review_due()
    assert FEATURE not in now_of(acme).company().working.features, "not written any more"
    assert logged(acme) == ["feature_denied", "feature_granted"]


def test_a_trial_is_extended(operator: StaffPerson, acme: Company) -> None:
    with outside():
        Tenant.objects.filter(pk=acme.id).update(trial_until=timezone.now() - timedelta(days=2))
    do(operator, acme, "extend-trial", days="10")
    found = now_of(acme)
    assert found.trial_until is not None
    assert timedelta(days=9) < found.trial_until - timezone.now() <= timedelta(days=10)
    assert set(found.entitled) == set(registry().features)
    assert logged(acme) == ["trial_extended"]


def test_suspended_and_released(operator: StaffPerson, acme: Company) -> None:
    do(operator, acme, "suspend")
    assert now_of(acme).state == Tenant.State.SUSPENDED
    assert b"Ticket 7" in operator.client.get(f"/operator/companies/{acme.id}/").content
    do(operator, acme, "resume")
    assert now_of(acme).state == Tenant.State.READY
    assert logged(acme) == ["suspended", "resumed"]


@pytest.mark.parametrize(
    "verb", ["suspend", "resume", "grant", "deny", "lift", "extend-trial", "support", "raise-limit", "lower-limit"]
)
def test_who_only_looks_changes_nothing(join: Join, acme: Company, verb: str) -> None:
    viewer = join("viewer")
    viewer.sign_in()
    assert b"Your role looks only" in viewer.client.get(f"/operator/companies/{acme.id}/").content
    before = now_of(acme)
    do(viewer, acme, verb, feature=FEATURE, days="5", limit="inventory.warehouses", most="400")
    assert now_of(acme).__dict__ | {"_state": 0} == before.__dict__ | {"_state": 0}
    assert logged(acme) == []


def test_a_support_visit_needs_consent(join: Join, acme: Company) -> None:
    helper = join("support")
    helper.sign_in()
    assert "/operator/" in do(helper, acme, "support")["Location"]
    with serving(acme):
        support.support_grant(actor=owner_of(acme), hours=4, scope="read_only", reason="A wrong invoice")
    assert do(helper, acme, "support")["Location"].startswith("http://acme.localhost")
    assert logged(acme) == ["support_entered"]


def test_dead_events_are_delivered_again(operator: StaffPerson, acme: Company) -> None:
    import uuid

    with outside():
        event = Outbox.objects.create(event_id=uuid.uuid4(), role=acme.role, name="x", payload={})
        row = Delivery.objects.create(event=event, role=acme.role, handler="x.y", state="dead", attempts=8, error="no")
    page = "/operator/events/delivery/"
    asked = operator.client.post(page, {"action": "again", "_selected_action": [row.pk]})
    assert b'name="reason"' in asked.content
    row.refresh_from_db()
    assert row.state == "dead"
    operator.client.post(page, {"action": "again", "_selected_action": [row.pk], "reason": "Mended"})
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("due", 0)
    with outside():
        assert StaffAction.objects.get().detail == {"ids": [row.pk], "done": 1}


def test_payment_events_are_tried_again(operator: StaffPerson) -> None:
    with outside():
        StripeEvent.objects.create(
            id="evt_1", type="charge.updated", created=timezone.now(), error="no",
            payload={"id": "evt_1", "type": "charge.updated", "created": 1, "data": {"object": {}}},
        )  # fmt: skip
    page = "/operator/billing/stripeevent/"
    operator.client.post(page, {"action": "again", "_selected_action": ["evt_1"], "reason": "Mended"})
    with outside():
        assert StripeEvent.objects.get(pk="evt_1").processed_at is not None


def texts(tone: str) -> list[str]:
    with outside():
        alerts: list[Alert] = overview().alerts
    return [alert.text for alert in alerts if alert.tone == tone]


def test_alerts(db: None, acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    import uuid

    with outside():
        Slot.objects.filter(state="ready").update(state="failed")
        Tenant.objects.filter(pk=acme.id).update(state="failed")
        event = Outbox.objects.create(event_id=uuid.uuid4(), role=acme.role, name="x", payload={})
        Outbox.objects.filter(pk=event.pk).update(created_at=timezone.now() - timedelta(minutes=10))
        assert lags([acme.role])[acme.role][0] > 590
    bad = " | ".join(texts("bad"))
    for words in ("could not be set up", "is empty", "Events wait for 6", "scheduler is silent"):
        assert words in bad
    assert any("could not be built" in text for text in texts("warn"))


def test_the_size_is_the_schemas(acme: Company, globex: Company) -> None:
    with outside():
        found = sizes([acme.schema, globex.schema])
    assert found.keys() == {acme.schema, globex.schema}
    assert all(size > 1_000_000 for size in found.values())


def test_queries_do_not_grow_with_companies(operator: StaffPerson, acme: Company, globex: Company) -> None:
    def count(page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert operator.client.get(page).status_code == 200
        return len(seen)

    lists, one, front = "/operator/tenants/tenant/", f"/operator/companies/{acme.id}/", "/operator/"
    narrow, first = count(f"{lists}?q=acme"), count(front)
    with outside():
        for n in range(12):
            slot = Slot.objects.create(state="claimed")
            Tenant.objects.create(name=f"C{n}", slug=f"more-{n}q", slot=slot, schema_name=f"t_{slot.pk}")
    assert count(f"{lists}?q=more") <= narrow + 1
    assert count(lists) <= narrow + 1
    assert count(front) == first
    assert narrow <= 30
    assert first <= 40
    assert count(one) <= 40


def test_the_console_speaks_chinese(operator: StaffPerson, acme: Company) -> None:
    for page in ("/operator/", f"/operator/companies/{acme.id}/", "/operator/tenancy/slot/"):
        text = operator.client.get(page, headers={"accept-language": "zh-hans"}).content.decode()
        assert "运营控制台" in text, page
    assert "企业" in operator.client.get("/operator/", headers={"accept-language": "zh-hans"}).content.decode()
