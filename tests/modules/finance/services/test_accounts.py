"""Accounts: what may stand where. And every service of finance leaves its trace."""

from __future__ import annotations

import pytest

from modules.finance.models import PaymentAllocation, Period, PostingRule, SuspenseItem
from modules.finance.services.accounts import account_create, account_update
from modules.finance.services.allocation import allocation_undo, payment_allocate
from modules.finance.services.closing import period_close, period_open
from modules.finance.services.invoice_posting import invoice_credit, invoice_reverse
from modules.finance.services.journal import journal_entry_reverse, suspense_resolve
from modules.finance.services.payments import payment_reverse, payment_update
from modules.shared.contracts.posting import PostingLine
from tenon.problems import Invalid
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tests.modules.finance.services.test_ledger import rent


def test_a_group_is_made_of_unposted_accounts_only(books):
    rent(books)
    for code in ("5602", "1122"):  # posted to; named by a rule
        with pytest.raises(Invalid) as refused:
            account_create(
                actor=books.actor, data={"code": "X", "name": "X", "type": "asset", "parent": books.account(code)}
            )
        assert [e.field for e in refused.value.errors] == ["parent"]
    made = account_create(
        actor=books.actor, data={"code": "5601.04", "name": "Fairs", "type": "expense", "parent": books.account("5601")}
    )
    assert made.parent_id == books.account("5601").pk


def test_no_account_stands_below_itself(books):
    with pytest.raises(Invalid):
        account_update(actor=books.actor, account=books.account("2221"), data={"parent": books.account("2221.01")})
    moved = account_update(
        actor=books.actor, account=books.account("2221.02"), data={"parent": books.account("2221.01")}
    )
    assert moved.parent_id == books.account("2221.01").pk


def test_an_account_that_a_rule_names_stays_in_use(books):
    with pytest.raises(Invalid):
        account_update(actor=books.actor, account=books.account("1122"), data={"is_active": False})
    account_update(actor=books.actor, account=books.account("1131"), data={"is_active": False})
    with pytest.raises(Invalid):
        from modules.finance.services.journal import journal_entry_post

        journal_entry_post(
            actor=books.actor,
            lines=[
                {"account": books.account("1131"), "debit": "1"},
                {"account": books.account("1002"), "credit": "1"},
            ],
        )


def test_every_service_leaves_its_trace(books):
    """Each step adds audit rows that name the actor."""
    seen = AuditEntry.objects.count()

    def traced(result):
        nonlocal seen
        rows = AuditEntry.objects.order_by("-id")[: AuditEntry.objects.count() - seen]
        assert rows
        assert {r.actor for r in rows} == {books.actor.ref}
        seen += len(rows)
        return result

    invoice = traced(books.charge("100"))
    payment = traced(books.pay("100"))
    traced(payment_update(actor=books.actor, payment=payment, data={"note": "x"}))
    traced(payment_allocate(actor=books.actor, payment=payment, invoice=invoice))
    traced(allocation_undo(actor=books.actor, allocation=PaymentAllocation.objects.get()))
    traced(payment_reverse(actor=books.actor, payment=payment))
    traced(invoice_credit(actor=books.actor, invoice=invoice))
    traced(invoice_reverse(actor=books.actor, invoice=traced(books.charge("5"))))
    entry = traced(rent(books))
    traced(journal_entry_reverse(actor=books.actor, entry=entry))
    first = Period.objects.order_by("starts_on")[0]
    traced(period_close(actor=books.actor, period=first))
    traced(period_open(actor=books.actor, period=first))
    with acting(books.actor):
        PostingRule.objects.filter(event="delivery").delete()
    traced(books.post("delivery", PostingLine(books.vat().rate, books.product().pk)))
    traced(
        suspense_resolve(
            actor=books.actor, item=SuspenseItem.objects.get(), debit_account=books.account("5402"),
            credit_account=books.account("1405"),
        )
    )  # fmt: skip
