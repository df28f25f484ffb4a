"""Handover: everything owned in every module finds an heir, access ends, closed things keep their name; at once or on
the last day, by itself, again after a crash, and held exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError
from django.db.models import ForeignKey
from django.utils import timezone

from modules.crm.models import Activity, Lead
from modules.shared.data.models import Party, SalesOrder
from tenants.models import Membership
from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Department, Member
from tenon.access.services.api_keys import api_key_create
from tenon.handover.errors import ExportHeld
from tenon.handover.models import Handover, HandoverItem
from tenon.handover.selectors import overview
from tenon.handover.selectors.holds import require_export
from tenon.handover.selectors.owned import kinds
from tenon.handover.services import run
from tenon.handover.services.due import handovers_due
from tenon.handover.services.plan import handover_cancel, handover_create, handover_get, handover_resume
from tenon.jobs.models import Job
from tenon.jobs.progress import Progress
from tenon.problems import Conflict, Forbidden, Invalid, StateRefused
from tenon.records.models import AuditEntry, SavedView
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.webhooks.models import WebhookEndpoint
from tests.platform.access.conftest import Join, join  # noqa: F401

Own = Callable[[Member], dict[str, list[int]]]


def work(handover: Handover, actor: Actor) -> Handover:
    """What a worker does with the job."""
    job = Job.objects.get(pk=handover.job_id or 0)
    assert job.kind == "tenon.handover.services.run.handover_run"
    run.handover_run(actor=actor, progress=Progress(job), **job.arguments)
    return Handover.objects.get(pk=handover.pk)


@pytest.fixture
def own(actor: Actor) -> Own:
    def make(member: Member) -> dict[str, list[int]]:
        with acting(actor):
            parties = [
                Party.objects.create(code=f"H-{member.pk}-{n}", name=f"Customer {n}", owner=member, is_customer=True)
                for n in range(3)
            ]
            leads = [
                Lead.objects.create(name=f"Lead {n}", owner=member, status=status)
                for n, status in enumerate(("new", "contacted", "lost"))
            ]
            todo = Activity.objects.create(
                kind="call", subject="Call back", owner=member, party=parties[0], status="planned",
                due_on=timezone.now().date(),
            )  # fmt: skip
            order = SalesOrder.objects.create(
                number=f"HS-{member.pk}", customer=parties[0], owner=member, status="confirmed", currency="CNY",
                ordered_on=timezone.now().date(),
            )  # fmt: skip
            done = SalesOrder.objects.create(
                number=f"HD-{member.pk}", customer=parties[0], owner=member, status="closed", currency="CNY",
                ordered_on=timezone.now().date(),
            )  # fmt: skip
            view = SavedView.objects.create(entity="shared.party", name="Mine", owner=member)
        return {
            "party": [p.pk for p in parties], "lead": [x.pk for x in leads], "todo": [todo.pk],
            "order": [order.pk, done.pk], "view": [view.pk],
        }  # fmt: skip

    return make


def test_all_that_belongs_to_somebody_is_known(serving_acme: Any) -> None:
    """A module's new column that points at a member either belongs to the handover or is named here, with why."""
    history = {
        "crm.StageHistory.owner": "who owned it then", "crm.ForecastSnapshot.owner": "whose forecast it was then",
        "jobs.Job.started_by": "stopped when access ends",
        "access.ApiKey.owner": "revoked when access ends", "access.Member.manager": "reports get the heir as manager",
    }  # fmt: skip
    known = {(k.model._meta.label, k.owner) for k in kinds()}
    unknown = []
    for app in settings.TENANT_APPS:
        label = next(c.label for c in apps.get_app_configs() if c.name == app)
        for model in apps.get_app_config(label).get_models():
            if label in ("handover", "webhooks", "notifications"):
                continue
            for field in model._meta.get_fields():
                if not isinstance(field, ForeignKey) or field.related_model is not Member:
                    continue
                name = f"{model._meta.label}.{field.name}"
                if field.name in ("created_by", "changed_by") or (model._meta.label, field.name) in known:
                    continue
                if name not in history and field.name in ("owner", "assignee", "responsible", "approver"):
                    unknown.append(name)
    assert unknown == [], "give its entity an owner_field or a handover_field"
    assert {"shared.party", "crm.lead", "crm.activity", "crm.opportunity", "crm.quote", "shared.sales_order",
            "shared.purchase_order", "finance.invoice", "records.saved_view"} <= {k.key for k in kinds()}  # fmt: skip


def test_one_step_ends_access_and_finds_an_heir_for_everything(join: Join, actor: Actor, own: Own) -> None:  # noqa: F811
    boss, _b = join("sales_manager")
    heir, _h = join("sales", manager=boss)
    leaver, as_leaver = join("sales", manager=boss)
    report, _r = join("sales", manager=leaver)
    mine = own(leaver)
    others = own(boss)
    key = api_key_create(actor=as_leaver, data={"name": "mine", "permissions": []}) if as_leaver.can(
        "access.api_key.create"
    ) else None  # fmt: skip
    if key is None:
        with acting(actor):
            key = ApiKey.objects.create(name="k", owner=leaver, secret_hash="x", permissions=[])

    before = overview.preview(actor, leaver)
    figures = {k["entity"]: (k["open"], k["closed"]) for k in before["kinds"]}
    assert figures["shared.party"] == (3, 0)
    assert figures["crm.lead"] == (2, 1)
    assert figures["shared.sales_order"] == (1, 1)
    assert figures["records.saved_view"] == (1, 0)
    assert (before["access"]["keys"], before["access"]["reports"]) == (1, 1)
    assert before["manager"]["id"] == boss.pk

    handover = handover_create(
        actor=actor, member=leaver.pk, rules=[{"entity": "crm.lead", "to": heir.pk},
                                              {"entity": "shared.party", "to": heir.pk, "ids": mine["party"][:1]}],
    )  # fmt: skip
    leaver.refresh_from_db()
    assert not leaver.is_active, "access is over before a worker has looked"
    assert not ApiKey.objects.get(pk=key.pk).is_active
    handover = work(handover, actor)
    assert handover.state == Handover.State.DONE

    owners = dict(Party.objects.filter(pk__in=mine["party"]).values_list("pk", "owner_id"))
    assert [owners[pk] for pk in mine["party"]] == [heir.pk, boss.pk, boss.pk]
    assert list(Lead.objects.filter(pk__in=mine["lead"]).order_by("pk").values_list("owner_id", flat=True)) == [
        heir.pk, heir.pk, leaver.pk,
    ], "what is lost keeps its owner"  # fmt: skip
    assert list(SalesOrder.objects.filter(pk__in=mine["order"]).order_by("pk").values_list("owner_id", flat=True)) == [
        boss.pk, leaver.pk,
    ], "credit for what is closed stays"  # fmt: skip
    assert Activity.objects.get(pk=mine["todo"][0]).owner_id == boss.pk
    assert SavedView.objects.get(pk=mine["view"][0]).owner_id == boss.pk
    assert Party.objects.filter(pk__in=others["party"], owner=boss).count() == 3
    report.refresh_from_db()
    assert report.manager_id == boss.pk

    told = AuditEntry.objects.filter(request_id=f"handover-{handover.pk}")
    entry = told.get(table_name="data_party", row_id=mine["party"][1], op="update")
    assert entry.changes["owner_id"] == [leaver.pk, boss.pk]
    assert entry.actor == actor.ref
    found = overview.report(actor, handover_get(actor=actor, handover_id=handover.pk))
    by_kind = {k["entity"]: k for k in found["kinds"]}
    assert (by_kind["crm.lead"]["moved"], by_kind["crm.lead"]["kept"]) == (2, 1)
    assert [h["name"] for h in by_kind["shared.party"]["heirs"]] == [boss.name, heir.name]
    assert found["figures"]["moved"] == HandoverItem.objects.filter(handover=handover).count()
    assert [i.label for i in overview.items(actor, handover, "shared.party")] == ["Customer 0", "Customer 1", "Customer 2"]  # noqa: E501  # fmt: skip


def test_rules_choose_by_filter_and_closed_things_go_where_that_is_wanted(
    join: Join, actor: Actor, own: Own  # noqa: F811
) -> None:  # fmt: skip
    boss, _b = join("sales_manager")
    heir, _h = join("sales")
    leaver, _l = join("sales", manager=boss)
    mine = own(leaver)
    handover = handover_create(
        actor=actor, member=leaver.pk, ends=False, closed="keep",
        rules=[{"entity": "crm.lead", "to": heir.pk, "filters": {"status": "contacted"}},
               {"entity": "shared.sales_order", "to": heir.pk, "closed": "move"}],
    )  # fmt: skip
    handover = work(handover, actor)
    leaver.refresh_from_db()
    assert leaver.is_active, "who moves to another post stays a member"
    assert not handover.exports_held
    assert list(Lead.objects.filter(pk__in=mine["lead"]).order_by("pk").values_list("owner_id", flat=True)) == [
        boss.pk, heir.pk, leaver.pk,
    ]  # fmt: skip
    assert SalesOrder.objects.filter(pk__in=mine["order"], owner=heir).count() == 2
    with pytest.raises(Invalid) as refused:
        handover_create(
            actor=actor, member=leaver.pk, ends=False,
            rules=[{"entity": "crm.lead", "to": heir.pk, "filters": {"nonsense": "1"}},
                   {"entity": "no.such", "to": heir.pk}, {"entity": "crm.lead", "to": leaver.pk}],
        )  # fmt: skip
    assert [e.field for e in refused.value.errors] == ["rules.0.filters.nonsense", "rules.1.entity", "rules.2.to"]


def test_the_department_follows_the_heir(join: Join, actor: Actor) -> None:  # noqa: F811
    with acting(actor):
        north, south, board = (Department.objects.create(name=n) for n in ("North", "South", "Board"))
    heir, _h = join("sales", department=south)
    leaver, _l = join("sales", department=north)
    with acting(actor):
        a = Party.objects.create(code="D-1", name="A", owner=leaver, department=north, is_customer=True)
        b = Party.objects.create(code="D-2", name="B", owner=leaver, department=board, is_customer=True)
    work(handover_create(actor=actor, member=leaver.pk, heir=heir.pk, ends=False), actor)
    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.owner_id, a.department_id) == (heir.pk, south.pk)
    assert (b.owner_id, b.department_id) == (heir.pk, board.pk), "what was put elsewhere on purpose stays there"


def test_a_future_last_day_shuts_the_door_by_itself_and_holds_exports(
    join: Join, actor: Actor, own: Own, django_capture_on_commit_callbacks: Any  # noqa: F811
) -> None:  # fmt: skip
    boss, _b = join("sales_manager")
    leaver, as_leaver = join("sales", manager=boss)
    mine = own(leaver)
    from tenon.tenancy.context import current, outside

    company = current()
    with outside():
        from tenants.models import Person

        person = Person.objects.create_user("leaver@acme.example", "x" * 12)
        Membership.objects.create(person=person, tenant_id=company.id)
    with acting(actor):
        Member.objects.filter(pk=leaver.pk).update(person_id=person.pk)
    leaver.refresh_from_db()
    require_export(as_leaver)
    with django_capture_on_commit_callbacks(execute=True):
        handover = handover_create(
            actor=actor, member=leaver.pk, last_day=company.today() + timedelta(days=20), note="resigned"
        )
    assert handover.state == Handover.State.SCHEDULED
    assert handover.job_id is None
    leaver.refresh_from_db()
    assert leaver.is_active
    with pytest.raises(ExportHeld):
        require_export(as_leaver)
    with outside():
        until = Membership.objects.get(person=person).until
    assert until == handover.ends_at
    assert until is not None
    assert until.astimezone(company.now().tzinfo).date() == company.today() + timedelta(days=21)
    assert handovers_due() == 0
    with pytest.raises(Conflict):
        handover_create(actor=actor, member=leaver.pk)

    with acting(actor):
        Handover.objects.filter(pk=handover.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
    assert handovers_due() == 1
    assert handovers_due() == 0
    handover.refresh_from_db()
    from tenon.access.actor import system

    handover = work(handover, system("handover"))
    leaver.refresh_from_db()
    assert (handover.state, leaver.is_active) == (Handover.State.DONE, False)
    assert Party.objects.filter(pk__in=mine["party"], owner=boss).count() == 3


def test_what_is_scheduled_can_be_called_off(
    join: Join, actor: Actor, django_capture_on_commit_callbacks: Any  # noqa: F811
) -> None:  # fmt: skip
    from tenon.tenancy.context import current

    boss, _b = join("sales_manager")
    leaver, as_leaver = join("sales", manager=boss)
    handover = handover_create(actor=actor, member=leaver.pk, last_day=current().today())
    with django_capture_on_commit_callbacks(execute=True):
        handover_cancel(actor=actor, handover=handover)
    require_export(as_leaver)
    with pytest.raises(StateRefused):
        handover_cancel(actor=actor, handover=handover)
    assert handovers_due() == 0


def test_a_worker_that_died_leaves_nothing_undone_or_done_twice(
    join: Join, actor: Actor, own: Own, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    boss, _b = join("sales_manager")
    leaver, _l = join("sales", manager=boss)
    mine = own(leaver)
    handover = handover_create(actor=actor, member=leaver.pk)
    real, steps = run._step, []

    def dies(*args: Any) -> int:
        steps.append(args)
        if len(steps) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(run, "STEP", 2)
    monkeypatch.setattr(run, "_step", dies)
    with pytest.raises(KeyboardInterrupt):
        work(handover, actor)
    left = sum(k.of(leaver.pk).count() for k in kinds())
    assert 0 < left < 10
    monkeypatch.setattr(run, "_step", real)
    handover = work(handover_resume(actor=actor, handover=handover), actor)
    assert handover.state == Handover.State.DONE
    items = list(HandoverItem.objects.filter(handover=handover).values_list("entity", "record_id"))
    assert len(items) == len(set(items)) == 8
    assert Party.objects.filter(pk__in=mine["party"], owner=boss).count() == 3


def test_what_refuses_is_named_and_the_rest_moves(
    join: Join, actor: Actor, own: Own, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    boss, _b = join("sales_manager")
    leaver, _l = join("sales", manager=boss)
    mine = own(leaver)
    stubborn, real = mine["party"][1], run._move

    def move(actor: Actor, handover: Handover, share: run.Share, ids: list[int]) -> None:
        if share.kind.key == "shared.party" and stubborn in ids:
            raise DatabaseError("this one is locked by law")
        real(actor, handover, share, ids)

    monkeypatch.setattr(run, "_move", move)
    handover = work(handover_create(actor=actor, member=leaver.pk), actor)
    assert handover.figures["failed"] == 1
    failed = HandoverItem.objects.exclude(failed="").get(handover=handover)
    assert (failed.record_id, failed.failed, failed.heir_id) == (stubborn, "this one is locked by law", None)
    assert Party.objects.filter(owner=boss, pk__in=mine["party"]).count() == 2
    monkeypatch.setattr(run, "_move", real)
    handover = work(handover_resume(actor=actor, handover=handover), actor)
    assert handover.figures["failed"] == 0
    assert Party.objects.get(pk=stubborn).owner_id == boss.pk


def test_who_may_hand_over_what(join: Join, actor: Actor) -> None:  # noqa: F811
    manager, as_manager = join("sales_manager")
    theirs, _t = join("sales", manager=manager)
    stranger, as_stranger = join("sales")
    owner = Member.objects.get(pk=actor.member_id or 0)
    with pytest.raises(Forbidden):
        handover_create(actor=as_stranger, member=theirs.pk, heir=manager.pk, ends=False)
    with pytest.raises(Forbidden):
        handover_create(actor=as_manager, member=stranger.pk, heir=manager.pk, ends=False)
    with pytest.raises(Forbidden):  # a sales manager ends nobody's access
        handover_create(actor=as_manager, member=theirs.pk, heir=manager.pk)
    handover_create(actor=as_manager, member=theirs.pk, heir=manager.pk, ends=False)
    with pytest.raises(Forbidden):  # oneself
        handover_create(actor=actor, member=owner.pk, heir=manager.pk)
    with pytest.raises(Invalid):  # nobody to take over
        handover_create(actor=actor, member=stranger.pk)
    _admin, as_admin = join("admin")
    with pytest.raises(Forbidden):  # the mighty are not brought down by the weak
        handover_create(actor=as_admin, member=owner.pk, heir=manager.pk)


def test_a_thousand_records_cost_few_statements(join: Join, actor: Actor) -> None:  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    boss, _b = join("sales_manager")
    leaver, _l = join("sales", manager=boss)
    with acting(actor):
        Party.objects.bulk_create(
            [Party(code=f"B-{n}", name=f"B {n}", owner=leaver, is_customer=True) for n in range(1000)]
        )
    handover = handover_create(actor=actor, member=leaver.pk)
    with CaptureQueriesContext(connection) as queries:
        work(handover, actor)
    assert Party.objects.filter(owner=boss).count() == 1000
    assert len(queries) < 40 + 12 * len(kinds()), len(queries)
    assert {*registry().entities, "webhooks.endpoint"} > {k.key for k in kinds()}


def test_webhooks_go_along_and_are_silent_meanwhile(join: Join, actor: Actor) -> None:  # noqa: F811
    leaver, _l = join("sales_manager")
    heir, _h = join("admin")
    with acting(actor):
        hook = WebhookEndpoint.objects.create(
            name="Shop", url="https://shop.example/", events=["SalesOrderConfirmed"], owner=leaver, secret="x"
        )
        off = WebhookEndpoint.objects.create(
            name="Old", url="https://old.example/", events=["SalesOrderConfirmed"], owner=leaver, secret="x",
            is_active=False,
        )  # fmt: skip
    listed = {k["entity"]: k for k in overview.preview(actor, leaver)["kinds"]}
    assert (listed["webhooks.endpoint"]["open"], listed["webhooks.endpoint"]["closed"]) == (1, 1)
    shown = overview.records(actor, leaver, "webhooks.endpoint")
    assert shown["results"] == [{"id": hook.pk, "label": "Shop"}]
    handover = handover_create(actor=actor, member=leaver.pk, heir=heir.pk)
    handover = work(handover, actor)
    hook.refresh_from_db()
    off.refresh_from_db()
    assert (hook.owner_id, off.owner_id) == (heir.pk, leaver.pk), "what is off keeps its name"
    [line] = [k for k in overview.report(actor, handover)["kinds"] if k["entity"] == "webhooks.endpoint"]
    assert (line["moved"], line["kept"], line["route"]) == (1, 1, "/admin/webhooks")
