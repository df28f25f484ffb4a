"""Who comes into the operator console, and who does not."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.models import StaffAction
from console.site import site
from tenants.models import Person, Staff
from tenon.tenancy.context import Company, outside
from tests.console.conftest import PASSWORD, Join, StaffPerson

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def pages() -> list[str]:
    lists = [f"/operator/{m._meta.app_label}/{m._meta.model_name}/" for m in site._registry]
    assert len(lists) == 5
    return ["/operator/", *lists]


def shut(answer: Any) -> bool:
    """Sent to the sign-in page, or nothing there at all."""
    return answer.status_code == 404 or (
        answer.status_code == 302 and answer["Location"].startswith("/operator/login/")
    )


def test_signed_in_with_a_second_factor_every_page_opens(operator: StaffPerson, acme: Company) -> None:
    for page in [*pages(), f"/operator/companies/{acme.id}/"]:
        answer = operator.client.get(page)
        assert answer.status_code == 200, page
        assert b"Acme" in answer.content or "tenant" not in page


def test_nobody_else_opens_any(join: Join, acme: Company) -> None:
    owner = Client(headers={"host": "localhost"})
    with outside():
        owner.force_login(Person.objects.get(email="owner@acme.example"), backend=BACKEND)
    plain = join("operator", mfa=False)
    half = join("viewer")
    with outside():
        for one in (plain, half):  # signed in by password alone, as on the web app's page
            one.client.force_login(one.person, backend=BACKEND)
    strangers = [Client(headers={"host": "localhost"}), owner, plain.client, half.client]
    for page in [*pages(), f"/operator/companies/{acme.id}/"]:
        for stranger in strangers:
            assert shut(stranger.get(page)), page
    for verb in ("suspend", "grant", "support", "extend-trial"):
        for stranger in strangers:
            assert shut(stranger.post(f"/operator/companies/{acme.id}/do/{verb}/", {"reason": "because"}))


def test_a_companys_host_has_no_console(operator: StaffPerson, acme: Company) -> None:
    operator.client.defaults["HTTP_HOST"] = "acme.localhost"
    for page in [*pages(), "/operator/login/", f"/operator/companies/{acme.id}/"]:
        assert operator.client.get(page, headers={"host": "acme.localhost"}).status_code == 404, page


def test_off_is_off(operator: StaffPerson, settings: Any) -> None:
    settings.CONSOLE = False
    for page in [*pages(), "/operator/login/"]:
        assert shut(operator.client.get(page))
    assert operator.client.get("/operator/login/").status_code == 404


@pytest.mark.parametrize("wrong", [{"password": "not it at all"}, {"code": "000000"}, {"email": "no@one.example"}])
def test_what_is_wrong_is_not_said(join: Join, wrong: dict[str, str]) -> None:
    answer = join("operator").sign_in(**wrong)
    assert answer.status_code == 401
    assert b"E-mail, password or code is not right" in answer.content


def test_without_a_second_factor_nobody_signs_in(join: Join) -> None:
    assert join("operator", mfa=False).sign_in().status_code == 401


def test_a_person_who_is_no_staff_does_not_sign_in(join: Join) -> None:
    one = join("viewer")
    with outside():
        Staff.objects.all().delete()
    assert one.sign_in().status_code == 401


def test_a_code_works_once(join: Join) -> None:
    one = join("operator")
    assert one.sign_in().status_code == 302
    assert one.client.post("/operator/logout/").status_code == 302
    assert shut(one.client.get("/operator/"))
    assert one.sign_in().status_code == 401


def test_tries_are_counted(join: Join) -> None:
    one = join("operator")
    codes = [one.sign_in(password="wrong it is").status_code for _ in range(9)]
    assert codes == [401] * 8 + [429]
    assert one.sign_in().status_code == 429  # the right one comes too late as well


def test_the_second_factor_grows_old(operator: StaffPerson, settings: Any) -> None:
    settings.CONSOLE_HOURS = 0
    assert shut(operator.client.get("/operator/"))


def test_who_is_removed_is_out_at_once(operator: StaffPerson) -> None:
    call_command("operator_create", operator.person.email, "--remove", stdout=StringIO())
    assert shut(operator.client.get("/operator/"))


def test_no_company_is_entered(operator: StaffPerson, acme: Company) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as seen:
        for page in [*pages(), f"/operator/companies/{acme.id}/"]:
            operator.client.get(page)
    statements = [q["sql"] for q in seen.captured_queries]
    assert len(statements) > 20
    assert not [s for s in statements if "set_config('role', 'tr_" in s or f"{acme.schema}." in s]


def test_an_account_is_made_without_a_password(join: Join) -> None:
    out = StringIO()
    call_command("operator_create", "New@operator.example", "--role", "support", "--title", "Helper", stdout=out)
    with outside():
        person = Person.objects.get(email="new@operator.example")
    assert not person.has_usable_password()
    path = urlsplit(out.getvalue().strip().splitlines()[-1]).path
    client = Client(headers={"host": "localhost"})
    assert client.get(path).status_code == 200
    secret = client.session["console_setup_secret"]
    new = join("viewer")
    new.secret = secret
    assert client.post(path, {"password": "short", "code": new.code()}).status_code == 400
    assert client.post(path, {"password": PASSWORD, "code": "000000"}).status_code == 400
    assert client.post(path, {"password": PASSWORD, "code": new.code()}).status_code == 302
    assert client.get(path).status_code == 404  # once
    assert shut(client.get("/operator/"))  # choosing is not signing in
    new.person = person
    assert new.sign_in().status_code == 302
    with outside():
        assert list(StaffAction.objects.values_list("what", flat=True)) == ["staff_made"]


def test_a_forged_or_old_link_opens_nothing(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(headers={"host": "localhost"})
    assert client.get("/operator/setup/forged/").status_code == 404
    out = StringIO()
    call_command("operator_create", "late@operator.example", stdout=out)
    path = urlsplit(out.getvalue().strip().splitlines()[-1]).path
    later = (timezone.now() + timedelta(hours=25)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(path).status_code == 404


def test_the_staffs_log_is_kept(operator: StaffPerson) -> None:
    with outside():
        row = StaffAction.objects.create(person="x", what="y")
        for change in (lambda: StaffAction.objects.filter(pk=row.pk).update(what="z"), row.delete):
            with pytest.raises(DatabaseError, match="kept as it is"), transaction.atomic():
                change()
