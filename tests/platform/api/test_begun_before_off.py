# ruff: noqa: F811
"""Work that was begun while a function was on and goes on when it is off: imports half-way, jobs whose worker died,
schedules under way, messages in the queue. From the switch on nothing is sent, written or handed out by any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from modules.crm.models import Lead
from modules.production.services import planning_job
from tenants.models import Tenant
from tenon.access.actor import Actor, system
from tenon.access.models import Department, Member
from tenon.api.importing import run as importing
from tenon.api.importing import services as imports
from tenon.events import dispatcher
from tenon.events.models import Delivery
from tenon.jobs import gate, schedules, services
from tenon.jobs.models import Job
from tenon.problems import FeatureOff
from tenon.records.models import DataImport
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside, serving
from tenon.webhooks.models import WebhookMessage
from tenon.webhooks.services import log, sending
from tests.companies import owner_of
from tests.platform.api.client import Api
from tests.platform.webhooks.listening import Ear
from tests.platform.webhooks.test_webhooks import dispatch, ear, make, order_confirmed, own  # noqa: F401

ROWS = 1300  # three chunks


@pytest.fixture
def company(
    fresh_company: Callable[..., Company], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> Company:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    for module in (services, imports, planning_job):
        if hasattr(module, "enqueue"):
            monkeypatch.setattr(module, "enqueue", lambda *_a: None)
    return fresh_company("Begun before")  # type: ignore[return-value]


def switch(company: Company, on: bool) -> Company:
    """As the page of functions does, in another process."""
    with outside():
        features = list(registry().features) if on else []
        Tenant.objects.filter(pk=company.id).update(switched_on=features)
        return Tenant.objects.get(pk=company.id).company()


def begun(actor: Actor) -> DataImport:
    text = "name\n" + "".join(f"Lead {n}\n" for n in range(ROWS))
    upload = SimpleUploadedFile("leads.csv", text.encode())
    made = imports.import_start(actor=actor, entity="crm.lead", upload=upload)
    return imports.import_run(actor=actor, import_id=made.pk, dry_run=False)


def work(company: Company, pk: int) -> Job:
    """A worker takes the job's message: it finds the company as it is then."""
    with outside():
        now = Tenant.objects.get(pk=company.id).company()
    with serving(now):
        job = services.begin(pk)
        assert job is not None
        services.run(job)
        return Job.objects.get(pk=pk)


def test_an_import_stops_at_the_switch_and_goes_on_behind_it(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = owner_of(company)
    with serving(company):
        made = begun(actor)
    chunk = importing.Importer.chunk

    def then_off(self: Any, *args: Any, **named: Any) -> Any:
        done = chunk(self, *args, **named)
        switch(company, on=False)
        return done

    monkeypatch.setattr(importing.Importer, "chunk", then_off)
    job = work(company, made.job_id or 0)
    assert (job.state, job.message) == ("failed", str(FeatureOff.title))
    with serving(company):
        assert Lead.objects.count() == importing.CHUNK, "what was done before the switch"
        found = DataImport.objects.get(pk=made.pk)
        assert (found.state, found.done) == ("failed", importing.CHUNK)
    with serving(switch(company, on=False)):
        assert Api(actor).get(f"/api/v1/imports/{made.pk}/").status == 404, "nor is it handed out"
    monkeypatch.setattr(importing.Importer, "chunk", chunk)
    with serving(switch(company, on=True)):
        imports.import_run(actor=actor, import_id=made.pk, dry_run=False)
        job_id = DataImport.objects.get(pk=made.pk).job_id
    assert work(company, job_id or 0).state == "done"
    with serving(company):
        assert Lead.objects.count() == ROWS, "each row once"


def test_an_import_whose_worker_died_is_not_taken_up_while_it_is_off(company: Company) -> None:
    actor = owner_of(company)
    with serving(company):
        made = begun(actor)
        long_ago = timezone.now() - services.SILENT - timedelta(minutes=1)
        Job.objects.filter(pk=made.job_id or 0).update(state="running", started_at=long_ago, seen_at=long_ago)
    with serving(switch(company, on=False)):
        assert services.jobs_recover() == 1
    job = work(company, made.job_id or 0)
    assert (job.state, job.message) == ("failed", str(FeatureOff.title))
    with serving(company):
        assert Lead.objects.count() == 0


def test_a_job_of_a_module_does_not_begin_once_it_is_off_nor_is_its_result_told(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = owner_of(company)
    with serving(company):
        done = Job.objects.create(
            kind=planning_job.KIND, title="Planning", actor=actor.ref, started_by_id=actor.member_id, state="done",
            result={"orders": 7},
        )  # fmt: skip
        waits = services.job_start(actor=actor, kind=planning_job.KIND, title="Planning")
        assert Api(actor).get(f"/api/v1/jobs/{done.pk}/").json["result"] == {"orders": 7}
    off = switch(company, on=False)
    monkeypatch.setattr(services, "import_string", lambda path: pytest.fail(f"{path} ran"))
    job = work(company, waits.pk)
    assert (job.state, job.message) == ("failed", str(FeatureOff.title))
    with serving(off):
        answer = Api(actor).get(f"/api/v1/jobs/{done.pk}/")
        assert (answer.json["state"], answer.json["result"]) == ("done", None)


def long_work(*, actor: Actor, progress: Any) -> None:
    with acting(actor):
        Department.objects.create(name="before")
    switch(current(), on=False)
    with acting(actor):
        Department.objects.create(name="after")


def work_that_outlives(*, actor: Actor, progress: Any) -> None:
    with acting(actor):
        Department.objects.create(name="while here")
        Member.objects.filter(pk=actor.member_id or 0).update(is_active=False)
    with acting(actor):
        Department.objects.create(name="gone")


def names() -> set[str]:
    return set(
        Department.objects.filter(name__in=("before", "after", "while here", "gone")).values_list("name", flat=True)
    )


@pytest.mark.parametrize("module", sorted(m.key for m in registry().modules.values() if m.features and not m.always_on))
def test_a_job_under_way_writes_nothing_more(module: str, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "module_of", lambda _path: module)
    with serving(company):
        waits = services.job_start(actor=owner_of(company), kind=f"{__name__}.long_work", title="Long")
    job = work(company, waits.pk)
    assert (job.state, job.message) == ("failed", str(FeatureOff.title))
    with serving(company):
        assert names() == {"before"}


def test_a_job_under_way_ends_with_whoever_started_it(company: Company) -> None:
    with serving(company):
        waits = services.job_start(actor=owner_of(company), kind=f"{__name__}.work_that_outlives", title="Long")
    assert work(company, waits.pk).state == "failed"
    with serving(company):
        assert names() == {"while here"}


def switched_schedules() -> list[str]:
    found = registry().schedules.items()
    return sorted(key for key, (module, schedule) in found if schedule.feature or not module.always_on)


@pytest.mark.parametrize("key", switched_schedules())
def test_a_schedule_under_way_writes_nothing_more(key: str, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = system("schedule")
    monkeypatch.setattr(schedules, "import_string", lambda _path: lambda: long_work(actor=keeper, progress=None))
    with serving(switch(company, on=True)):
        with pytest.raises(FeatureOff):
            schedules.run(key)
        assert names() == {"before"}
        assert schedules.run(key) is False, "and the next one does not begin"


@pytest.fixture
def switched_back(own: Company) -> Iterator[Company]:
    yield own
    switch(own, on=True)


def test_a_message_in_the_queue_does_not_leave_once_its_function_is_off(
    switched_back: Company,
    ear: Ear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = switched_back
    endpoint = make(own, ear)
    order_confirmed(own)
    dispatch(own)
    told = sending.still_told.__globals__["told_events"]
    real = told()["SalesOrderConfirmed"]
    # Sales orders are always on; as an event of a module that is not:
    monkeypatch.setitem(sending.still_told.__globals__, "told_events", lambda: {real.name: replace(real, module="crm")})
    switch(own, on=False)
    assert sending.send_all_due() == 0
    assert ear.heard == []
    assert WebhookMessage.objects.get().state == "held"
    switch(own, on=True)
    assert sending.send_all_due() == 0, "held back until somebody asks"
    assert log.messages_replay(actor=owner_of(own), endpoint=endpoint) == 1
    assert sending.send_all_due() == 1
    assert len(ear.heard) == 1


def test_a_switch_between_two_messages_stops_the_second(
    switched_back: Company,
    ear: Ear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = switched_back
    make(own, ear)
    for _ in range(3):
        order_confirmed(own)
    dispatch(own)
    post = sending.post

    def then_quiet(*args: Any) -> Any:
        answer = post(*args)
        with outside():
            Tenant.objects.filter(pk=own.id).update(state="read_only")
        return answer

    monkeypatch.setattr(sending, "post", then_quiet)
    assert sending.send_all_due() == 1, "the company was shut while the first one was being sent"
    assert len(ear.heard) == 1
    with outside():
        Tenant.objects.filter(pk=own.id).update(state="ready")


def test_what_an_owner_who_left_was_to_be_told_stays(switched_back: Company, ear: Ear) -> None:
    own = switched_back
    endpoint = make(own, ear)
    order_confirmed(own)
    dispatch(own)
    with acting(system("test")):
        Member.objects.filter(pk=endpoint.owner_id).update(is_active=False)
    assert sending.send_all_due() == 0
    assert (ear.heard, WebhookMessage.objects.get().state) == ([], "held")


def test_an_event_that_waits_finds_its_handler_off(company: Company) -> None:
    """The dispatcher asks for each delivery: what was spread while a module was on is skipped, and caught up later."""
    key, (module, handler) = next(
        (name, rows[0]) for name, rows in registry().handlers.items() if rows and not rows[0][0].always_on
    )
    from tenon.events.models import Outbox

    with outside():
        event = Outbox.objects.create(
            event_id="00000000-0000-4000-8000-00000000beef", role=company.role, payload={}, name=key, actor="system:x",
            spread_at=timezone.now(),
        )  # fmt: skip
        delivery = Delivery.objects.create(event=event, role=company.role, handler=handler.key)
        switch(company, on=False)
        dispatcher.deliver_due(1000)
        delivery.refresh_from_db()
        assert delivery.state == "skipped"
        assert module.key
        Outbox.objects.filter(pk=event.pk).delete()
