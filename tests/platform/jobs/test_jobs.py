"""Jobs: enqueued on commit, run in their company with the starter's rights, followed, cancelled, limited, recovered."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.jobs import limits, schedules, services
from tenon.jobs.models import Job
from tenon.jobs.progress import JobCancelled, Progress
from tenon.jobs.services import job_cancel, job_get, job_start, jobs_forget, jobs_of, jobs_recover, run
from tenon.jobs.task import ACTOR, COMPANY, REQUEST, CompanyTask, headers_for
from tenon.jobs.tasks import run_job, run_schedule, schedules_tick
from tenon.problems import NotFound, Problem, StateRefused
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.registry.types import ModuleManifest, Schedule
from tenon.tenancy.context import Company, NoCompany, current, current_or_none, serving
from tests.companies import owner_of

HERE = "tests.platform.jobs.test_jobs"
seen: dict[str, Any] = {}


def work_well(*, actor: Actor, progress: Progress, count: int) -> dict[str, Any]:
    for n in range(count):
        progress(n + 1, count, f"step {n + 1}")
    seen.update(company=current().slug, actor=actor.ref, request=actor.request_id, can=actor.can("access.member.view"))
    return {"counted": count}


def work_badly(*, actor: Actor, progress: Progress) -> None:
    with acting(actor):
        Department.objects.create(name="half done")
        raise ZeroDivisionError


def work_refused(*, actor: Actor, progress: Progress) -> None:
    raise Problem("there is nothing to plan")


def work_until_cancelled(*, actor: Actor, progress: Progress) -> None:
    with acting(actor):
        Department.objects.create(name="never")
        Job.objects.filter(pk=progress.job.pk).update(cancel_requested=True)  # somebody else's click, as it were
        progress(0.5)


def scheduled() -> None:
    seen["scheduled"] = current().slug


@pytest.fixture(autouse=True)
def fresh() -> None:
    seen.clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would go to the broker."""
    found: list[dict[str, Any]] = []

    def record(self: Any, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> None:
        found.append({"task": self.name, "args": args, **options})

    monkeypatch.setattr("celery.app.task.Task.apply_async", record)
    return found


def start(actor: Actor, name: str = "work_well", **arguments: Any) -> Job:
    return job_start(actor=actor, kind=f"{HERE}.{name}", title="A job", arguments=arguments)


def deliver(message: dict[str, Any]) -> None:
    """Runs a message as a worker does: outside of any company, with the headers it came with."""
    task = {t.name: t for t in (run_job, run_schedule)}[message["task"]]
    task.apply(args=message["args"], headers=message["headers"], throw=True)


def test_a_job_goes_from_commit_to_result(
    serving_acme: Company, actor: Actor, sent: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    from dataclasses import replace

    with django_capture_on_commit_callbacks(execute=True):
        job = start(replace(actor, request_id="req-12345"), count=3)
        assert sent == [], "nothing leaves before the commit"
    assert [(m["task"], m["args"], m["queue"]) for m in sent] == [("tenon.run_job", [job.pk], "interactive")]
    assert sent[0]["headers"] == {COMPANY: serving_acme.id, ACTOR: "", REQUEST: "req-12345"}
    deliver(sent[0])
    job.refresh_from_db()
    assert (job.state, job.result, job.progress) == ("done", {"counted": 3}, 1.0)
    assert seen == {"company": "acme", "actor": actor.ref, "request": "req-12345", "can": True}
    deliver(sent[0])
    assert Job.objects.get(pk=job.pk).done_at == job.done_at, "delivered twice, run once"


def test_a_job_whose_transaction_fails_is_never_sent(
    serving_acme: Company, actor: Actor, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        start(actor, count=1)
        raise ZeroDivisionError
    assert sent == []


def test_a_task_without_a_company_is_refused(db: None, acme: Company) -> None:
    assert current_or_none() is None
    with pytest.raises(NoCompany):
        run_job.apply_async([1])
    with pytest.raises(NoCompany):
        run_job.apply(args=[1], throw=True)
    with pytest.raises(NoCompany):
        run_job.apply(args=[1], headers={COMPANY: 999_999}, throw=True)
    assert issubclass(run_job.__class__, CompanyTask)


def test_a_job_of_one_company_is_nothing_in_another(
    acme: Company, globex: Company, actor: Actor, sent: list[Any]
) -> None:
    with serving(acme):
        job = start(actor, count=1)
    with serving(globex), pytest.raises(NotFound):
        job_get(actor=owner_of(globex), job_id=job.pk)
    deliver({"task": "tenon.run_job", "args": [job.pk], "headers": headers_for(globex)})
    assert seen == {}
    with serving(acme):
        assert Job.objects.get(pk=job.pk).state == "queued"


@pytest.mark.parametrize(
    ("work", "state", "message"),
    [("work_badly", "failed", "Something went wrong"), ("work_refused", "failed", "nothing to plan"),
     ("work_until_cancelled", "cancelled", "")],
)  # fmt: skip
def test_how_jobs_end_otherwise(
    serving_acme: Company, actor: Actor, sent: Any, work: str, state: str, message: str
) -> None:
    job = start(actor, work)
    found = services.begin(job.pk)
    assert found is not None
    run(found)
    job.refresh_from_db()
    assert job.state == state
    assert message in job.message
    assert job.done_at is not None
    assert not Department.objects.exists(), "its transaction rolled back"


def test_a_job_of_somebody_who_left_does_nothing(serving_acme: Company, actor: Actor, sent: Any) -> None:
    with acting(actor):
        clerk = Member.objects.create(person_id=77, name="Clerk", email="c@acme.example", roles=["viewer"])
    job = start(Actor(kind="member", label="Clerk", member_id=clerk.pk), count=1)
    with acting(actor):
        clerk.is_active = False
        clerk.save()
    run(services.begin(job.pk) or job)
    job.refresh_from_db()
    assert (job.state, seen) == ("failed", {})


def test_cancelling_and_seeing(serving_acme: Company, actor: Actor, sent: Any) -> None:
    with acting(actor):
        clerk = Member.objects.create(person_id=78, name="Clerk", email="c@acme.example", roles=["viewer"])
    clerks = Actor(kind="member", label="Clerk", member_id=clerk.pk)
    mine, other = start(clerks, count=1), start(actor, count=1)
    assert set(jobs_of(clerks).values_list("pk", flat=True)) == {mine.pk}
    assert {mine.pk, other.pk} <= set(jobs_of(actor).values_list("pk", flat=True))
    with pytest.raises(NotFound):
        job_cancel(actor=clerks, job_id=other.pk)
    assert job_cancel(actor=clerks, job_id=mine.pk).state == "cancelled"
    with pytest.raises(StateRefused):
        job_cancel(actor=clerks, job_id=mine.pk)
    assert services.begin(mine.pk) is None
    running = services.begin(other.pk)
    assert running is not None
    assert job_cancel(actor=actor, job_id=other.pk).state == "running"
    with pytest.raises(JobCancelled):
        Progress(running).check()


def test_a_worker_that_died_is_followed_by_another(
    serving_acme: Company, actor: Actor, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    job = start(actor, count=1)
    assert services.begin(job.pk) is not None
    assert services.begin(job.pk) is None, "another worker is at it"
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs_recover() == 0
    Job.objects.filter(pk=job.pk).update(seen_at=timezone.now() - services.SILENT - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs_recover() == 1
    assert sent[-1]["args"] == [job.pk]
    assert services.begin(job.pk) is not None
    Job.objects.filter(pk=job.pk).update(state="done", done_at=timezone.now() - timedelta(days=31))
    assert jobs_forget() == 1


def test_a_company_has_its_share_of_bulk_work_and_no_more(acme: Company, globex: Company) -> None:
    try:
        assert limits.take(acme.id, 1, 2)
        assert limits.take(acme.id, 2, 2)
        assert not limits.take(acme.id, 3, 2)
        assert limits.take(acme.id, 1, 2), "asking again keeps the place"
        assert limits.take(globex.id, 3, 2), "another company's places are its own"
        limits.give_back(acme.id, 1)
        assert limits.take(acme.id, 3, 2)
    finally:
        for company in (acme.id, globex.id):
            limits._client().delete(limits._key(company))


def test_a_place_is_lost_without_a_sign_of_life(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setattr(limits, "LEASE", 0.05)
        assert limits.take(acme.id, 1, 1)
        time.sleep(0.1)
        assert limits.take(acme.id, 2, 1)
    finally:
        limits._client().delete(limits._key(acme.id))


def test_a_bulk_job_waits_for_a_place(serving_acme: Company, actor: Actor, sent: list[Any], settings: Any) -> None:
    from celery.exceptions import Retry

    settings.BULK_JOBS_PER_COMPANY = 1
    job = job_start(actor=actor, kind=f"{HERE}.work_well", title="x", arguments={"count": 1}, queue="bulk")
    try:
        assert limits.take(serving_acme.id, 10_000, 1)
        with pytest.raises(Retry):
            run_job.apply(args=[job.pk], headers=headers_for(serving_acme), throw=True)
        assert Job.objects.get(pk=job.pk).state == "queued"
        limits.give_back(serving_acme.id, 10_000)
        run_job.apply(args=[job.pk], headers=headers_for(serving_acme), throw=True)
        assert Job.objects.get(pk=job.pk).state == "done"
        assert limits.take(serving_acme.id, 10_001, 1), "its place was given back"
    finally:
        limits._client().delete(limits._key(serving_acme.id))


# --- schedules


@pytest.fixture
def nightly(monkeypatch: pytest.MonkeyPatch) -> str:
    manifest = ModuleManifest("night", "Night", always_on=True)
    schedule = Schedule("night.count", f"{HERE}.scheduled", "0 5 * * *")
    monkeypatch.setattr(registry(), "schedules", {"night.count": (manifest, schedule)})
    monkeypatch.setitem(registry().modules, "night", manifest)
    return "night.count"


def test_schedules_keep_each_companys_own_time(acme: Company, nightly: str) -> None:
    from dataclasses import replace

    shanghai, berlin = replace(acme, time_zone="Asia/Shanghai"), replace(acme, id=2, time_zone="Europe/Berlin")
    at = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    assert [c.time_zone for _k, c in schedules.due(at, [shanghai, berlin])] == ["Asia/Shanghai"]
    assert [c.time_zone for _k, c in schedules.due(at.replace(hour=4), [shanghai, berlin])] == ["Europe/Berlin"]


def test_each_minute_is_enqueued_once_and_missed_minutes_are_caught_up(acme: Company, nightly: str) -> None:
    """Rule 16."""
    found: list[str] = []

    def note(key: str, company: Company) -> None:
        found.append(company.slug)

    at = datetime(2026, 11, 20, 20, 50, tzinfo=UTC)
    schedules.tick(at, note)
    assert found == []
    schedules.tick(at + timedelta(minutes=30), note)  # nobody ticked at 21:00 UTC, 05:00 in Shanghai
    assert "acme" in found
    once = len(found)
    cache.delete(schedules._LAST)
    schedules.tick(at + timedelta(minutes=10), note)
    assert len(found) == once, "another scheduler, the same minute"


def test_a_schedule_runs_inside_its_company_while_its_feature_is_on(
    serving_acme: Company, nightly: str, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules._enqueue(nightly, serving_acme)
    assert sent[0]["queue"] == "bulk"
    deliver(sent[0])
    assert seen == {"scheduled": "acme"}
    seen.clear()
    off = ModuleManifest("night", "Night", features=())
    schedule = Schedule("night.count", f"{HERE}.scheduled", "0 5 * * *", feature="night.owl")
    monkeypatch.setattr(registry(), "schedules", {"night.count": (off, schedule)})
    deliver(sent[0])
    assert seen == {}


def test_the_tick_itself_is_public_work(db: None, acme: Company, sent: list[Any]) -> None:
    with serving(acme):
        schedules_tick.apply(throw=True)
    connection.ensure_connection()


def test_every_declared_schedule_is_importable_and_well_formed() -> None:
    from croniter import croniter
    from django.utils.module_loading import import_string

    assert registry().schedules
    for key, (_manifest, schedule) in registry().schedules.items():
        assert callable(import_string(schedule.task)), key
        assert croniter.is_valid(schedule.cron), key
        assert not schedule.feature or schedule.feature in registry().features, key


def work_refused_in_words(*, actor: Actor, progress: Progress) -> None:
    from django.utils.translation import gettext_lazy

    raise Problem(gettext_lazy("This is required."))


def test_the_end_of_a_job_is_told_in_its_starters_language(serving_acme: Company, actor: Actor, sent: Any) -> None:
    with acting(actor):
        Member.objects.filter(pk=actor.member_id or 0).update(language="zh-hans")
    job = start(actor, "work_refused_in_words")
    run(job)
    job.refresh_from_db()
    assert job.message not in ("", "This is required.")


def test_a_second_message_about_a_running_job_does_not_free_its_place(
    serving_acme: Company, actor: Actor, sent: Any, settings: Any
) -> None:
    settings.BULK_JOBS_PER_COMPANY = 1
    job = job_start(actor=actor, kind=f"{HERE}.work_well", title="x", arguments={"count": 1}, queue="bulk")
    try:
        assert limits.take(serving_acme.id, job.pk, 1)
        assert services.begin(job.pk) is not None
        run_job.apply(args=[job.pk], headers=headers_for(serving_acme), throw=True)
        assert not limits.take(serving_acme.id, 10_001, 1)
    finally:
        limits._client().delete(limits._key(serving_acme.id))


def test_what_the_broker_did_not_take_is_offered_again(acme: Company, globex: Company, nightly: str) -> None:
    found: list[str] = []
    away = {"acme"}

    def note(key: str, company: Company) -> None:
        if company.slug in away:
            raise OSError("no broker")
        found.append(company.slug)

    at = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    cache.set(schedules._LAST, at - timedelta(minutes=1), None)
    with pytest.raises(OSError, match="no broker"):
        schedules.tick(at, note)
    others = list(found)
    away.clear()
    schedules.tick(at + timedelta(minutes=1), note)
    assert "acme" in found
    assert found.count("globex") == others.count("globex") == 1
