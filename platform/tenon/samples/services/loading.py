"""Bringing the sample data of all modules that are on, and noting which rows it is."""

from __future__ import annotations

from django.db import connection

from tenon.access.actor import system
from tenon.records.service import acting
from tenon.registry import hooks
from tenon.registry.registry import registry
from tenon.samples.models import SampleRecord
from tenon.tenancy.context import current

ACTOR = "samples"


def samples_load() -> int:
    """Once per company: where sample records are already, nothing happens. Returns how many rows came.

    The audit trail tells which: whatever services write below a record (lines, contacts, history) is in it, and no
    module need keep a list of its own."""
    actor, company = system(ACTOR), current()
    with acting(actor):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('tenon.samples'), %s)", [company.id])
            if SampleRecord.objects.exists():
                return 0
            cursor.execute("select coalesce(max(id), 0) from records_audit")
            before = cursor.fetchone()[0]
        for key in hooks.in_order(registry().modules):
            if company.has_module(key):
                hooks.sample(key, actor=actor, company=company)
        with connection.cursor() as cursor:
            cursor.execute(
                """insert into samples_samplerecord (table_name, row_id)
                   select a.table_name, a.row_id from records_audit a
                    where a.id > %s and a.actor = %s and a.op = 'insert' and not exists (
                          select from records_audit d where d.id > a.id and d.table_name = a.table_name
                             and d.row_id = a.row_id and d.op = 'delete')
                    order by a.id on conflict do nothing""",
                [before, actor.ref],
            )
            return int(cursor.rowcount)
