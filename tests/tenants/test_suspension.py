"""A company shut by whoever runs Tenon: nothing opens it but lifting the suspension."""

from __future__ import annotations

import pytest

from billing.services.accounts import account_of
from billing.services.reviewing import review_due
from tenants.models import CompanyLog, Tenant
from tenants.services.suspension import company_resume, company_suspend
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import Company, outside
from tests.tenants.conftest import Web


def state(company: Company) -> str:
    with outside():
        return Tenant.objects.get(pk=company.id).state


def test_suspended_by_the_staff_stays_suspended(acme: Company, acme_web: Web) -> None:
    account_of(acme.id)
    with pytest.raises(Invalid):
        company_suspend(tenant_id=acme.id, by="duty officer", why=" ")
    company_suspend(tenant_id=acme.id, by="duty officer", why="Sends unsolicited mail")
    refused = acme_web.get("/api/v1/shared/products/")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "company-suspended")
    assert refused.json()["by_staff"] is True
    assert acme_web.get("/api/v1/billing/status/").json()["suspended_by_staff"] is True
    assert acme_web.get("/api/v1/company/exports/").status_code == 200, "its data belongs to it"

    review_due()  # it owes nothing, and is not let in for that
    assert state(acme) == Tenant.State.SUSPENDED
    with pytest.raises(StateRefused):
        company_suspend(tenant_id=acme.id, by="duty officer", why="Once more")

    company_resume(tenant_id=acme.id, by="duty officer")
    assert state(acme) == Tenant.State.READY
    assert acme_web.get("/api/v1/shared/products/").status_code == 200
    with outside():
        said = CompanyLog.objects.filter(tenant_id=acme.id, actor="staff:duty officer").order_by("id")
        assert [(row.what, row.detail.get("why")) for row in said] == [
            ("suspended", "Sends unsolicited mail"),
            ("resumed", None),
        ]


def test_lifting_it_says_at_once_how_the_company_stands(acme: Company) -> None:
    account = account_of(acme.id)
    company_suspend(tenant_id=acme.id, by="duty officer", why="Court order")
    with outside():
        type(account).objects.filter(pk=account.pk).update(status="canceled", subscription_id="sub_1")
        Tenant.objects.filter(pk=acme.id).update(trial_until="2020-01-01T00:00Z")
    company_resume(tenant_id=acme.id, by="duty officer")
    assert state(acme) == Tenant.State.SUSPENDED, "by now for want of payment"
    with outside():
        assert Tenant.objects.get(pk=acme.id).suspended_at is None
