"""One customer in two rows, both with history in every module: merged, all of it is one customer's; taken apart again,
every reference stands where it stood. Worked out by hand: 1,130.00 + 565.00 owed, 400.00 paid on account."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from psycopg import sql

from modules.crm.services.activities import activity_create
from modules.crm.services.leads import lead_convert, lead_create
from modules.crm.services.opportunities import opportunity_create
from modules.crm.services.quotes import quote_create
from modules.finance.models import Invoice, JournalLine, Payment
from modules.finance.selectors.open_items import ageing
from modules.finance.selectors.proof import check as finance_check
from modules.finance.services.invoice_posting import invoice_reverse
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.selectors.merging import references
from modules.shared.data.services import contact_add
from modules.shared.data.services.merging import party_merge, party_merge_undo
from tenon.access.actor import Actor
from tenon.records.models import AuditEntry
from tenon.records.services.attachment import attachment_create
from tenon.records.services.comment import comment_create
from tenon.registry.registry import registry
from tenon.tenancy.context import Company
from tests.modules.finance.books import Books


def history(books: Books, party: Party, price: str) -> dict[str, Any]:
    """A lead, an opportunity, a quote, a visit, an order delivered, invoiced and paid in part, a contact, a word and a
    file."""
    actor, product = books.actor, books.product(list_price=D(price))
    entity = registry().entities["shared.party"]
    lead_convert(actor=actor, lead=lead_create(actor=actor, name=party.name), party=party, with_opportunity=False)
    deal = opportunity_create(actor=actor, party=party, name="Bicycles")
    quote = quote_create(actor=actor, party=party, opportunity=deal, lines=[{"product": product, "quantity": "10"}])
    activity_create(actor=actor, subject="Visit", party=party)
    order = books.sale((product, 10, price, books.vat()), customer=party)
    books.deliver(order, ["60.00"])
    invoice = books.invoice(order)
    contact_add(actor=actor, party=party, name="Purchasing")
    comment_create(actor=actor, entity=entity, record_id=party.pk, label=party.name, body="Calls back on Monday")
    attachment_create(
        actor=actor, entity=entity, record_id=party.pk, upload=SimpleUploadedFile("terms.txt", b"30 days net")
    )
    return {"order": order, "invoice": invoice, "quote": quote}


def pointing(*parties: Party) -> dict[tuple[str, str], dict[int, int]]:
    """(table, column) → row → which of these parties it points at."""
    out: dict[tuple[str, str], dict[int, int]] = {}
    with connection.cursor() as cursor:
        for one in (one for one in references() if one.model is not Party):
            cursor.execute(
                sql.SQL("select {}, {} from {} where {} = any(%s){}").format(
                    sql.Identifier(one.key), sql.Identifier(one.column), sql.Identifier(one.table),
                    sql.Identifier(one.column), sql.SQL(" and entity = 'shared.party'" if one.of else ""),
                ),
                [[party.pk for party in parties]],
            )  # fmt: skip
            if rows := dict(cursor.fetchall()):
                out[(one.table, one.column)] = rows
    return out


def owed(party: Party) -> D:
    """What the ledger says the customer owes: debit less credit of the control account."""
    lines = JournalLine.objects.filter(account__code="1122", party=party)
    return sum((line.debit - line.credit for line in lines), D(0))


def test_one_customer_again_and_apart_again(serving_acme: Company, actor: Actor) -> None:
    books = Books(actor)
    keep, gone = books.party("customer"), books.party("customer", name_zh="同一家")
    first, second = history(books, keep, "100"), history(books, gone, "50")
    paid = books.pay("400", party=gone)
    before = pointing(keep, gone)
    tables = {table for table, _column in before}
    everywhere = (
        "finance_journalline finance_invoice finance_payment data_salesorder data_partycontact crm_lead crm_quote "
        "crm_opportunity crm_activity records_comment records_attachment"
    )
    assert set(everywhere.split()) <= tables
    assert (owed(keep), owed(gone)) == (D(1130), D(165))
    # Goods were told to the ledger by hand here, so inventory knows less: what the checks say must not change.
    findings = finance_check(serving_acme)
    second["order"].refresh_from_db()

    merge = party_merge(actor=actor, survivor=keep, absorbed=gone)
    assert set(pointing(gone)) == set()
    assert {key: set(rows) for key, rows in pointing(keep).items()} == {key: set(rows) for key, rows in before.items()}
    assert merge.moved == sum(list(rows.values()).count(gone.pk) for rows in before.values())
    assert (owed(keep), owed(gone)) == (D(1295), D(0))
    assert [(row.party_id, row.total) for row in ageing(actor=actor, side="receivable")] == [(keep.pk, D(1295))]
    books.prove()
    assert finance_check(serving_acme) == findings
    # Whoever had the order open is told; the audit trail says who moved what.
    moved = SalesOrder.objects.get(pk=second["order"].pk)
    assert (moved.customer_id, moved.version) == (keep.pk, second["order"].version + 1)
    trail = AuditEntry.objects.filter(table_name="data_salesorder", row_id=moved.pk).latest("at")
    assert trail.changes["customer_id"] == [gone.pk, keep.pk]
    # Life goes on: the invoice of the one that is gone is reversed, in the name of who remains.
    invoice_reverse(actor=actor, invoice=Invoice.objects.get(pk=second["invoice"].pk))
    later = books.sale((books.product(), 1, "10", books.vat()), customer=keep)
    assert owed(keep) == D(730)
    books.prove()

    party_merge_undo(actor=actor, merge=merge)
    after = pointing(keep, gone)
    for key, rows in before.items():
        assert {pk: after[key][pk] for pk in rows} == rows, key
    assert SalesOrder.objects.get(pk=later.pk).customer_id == keep.pk
    assert Payment.objects.get(pk=paid.pk).party_id == gone.pk
    assert first["quote"].pk in after[("crm_quote", "party_id")]
    books.prove()
    assert finance_check(serving_acme) == findings
