"""Statements of account: made from the ledger, sent, and what the customer said to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from modules.finance.models import AccountStatement, AccountStatementLine
from modules.finance.selectors.account_statements import movement_label, party_account
from modules.finance.services.account_statement_mails import statement_mail
from modules.shared.data.models import Party
from modules.shared.data.selectors.rates import known_currency
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service, touch_ids
from tenon.registry.registry import registry
from tenon.tenancy.context import current

SERIES = "SOA"
Status = AccountStatement.Status


@service("finance.account_statement.create")
def account_statement_create(
    *,
    actor: Actor,
    party: Any,
    since: date,
    until: date | None = None,
    currency: str = "",
    owner: Any = None,
    department: Any = None,
    custom: Mapping[str, Any] | None = None,
) -> AccountStatement:
    """The account of a customer the actor sees, in its currency unless said, as it stands now. Raises Invalid, and
    StateRefused where ledger and open items differ: a statement that does not tie is not told."""
    actor.require("finance.receivable.view")
    found = visible(actor, registry().entities["shared.party"], Party.objects.all()).filter(pk=_key(party)).first()
    if found is None:
        raise Invalid.field("party", _("There is no such customer"), "unknown")
    until = until or current().today()
    if since > until:
        raise Invalid.field("until", _("The last day is before the first"), "range")
    if until > current().today():
        raise Invalid.field("until", _("A statement does not tell what is to come"), "range")
    currency = known_currency(currency or found.currency or current().currency)
    account = party_account(party_id=found.pk, currency=currency, since=since, until=until)
    if account.difference:
        raise StateRefused(
            _("Ledger and open items of this customer differ by %(amount)s: check the books")
            % {"amount": f"{account.difference:f}"}
        )
    statement = AccountStatement(
        number=next_number(SERIES), party=found, currency=currency, since=since, until=until, opening=account.opening,
        charged=sum((m.charged for m in account.movements), start=account.opening * 0),
        settled=sum((m.settled for m in account.movements), start=account.opening * 0),
        closing=account.closing, overdue=account.overdue, custom=dict(custom or {}),
        open_items=[
            {
                "kind": i.kind, "number": i.number, "dated": i.dated.isoformat(), "due_on": i.due_on.isoformat(),
                "reference": i.reference, "total": f"{i.total:f}", "open": f"{i.open_amount:f}",
            }
            for i in account.items
        ],
        owner_id=key_of(owner) or found.owner_id or actor.member_id,
        department_id=key_of(department) or found.department_id or actor.department_id,
    )  # fmt: skip
    statement.save()
    with translation.override(language_of(found)):
        lines = [
            AccountStatementLine(
                statement=statement, position=n, day=m.day, document=m.document[:80],
                text=movement_label(m.kind, m.back), reference=m.reference[:120], charged=m.charged,
                settled=m.settled, balance=m.balance, created_by_id=actor.member_id, changed_by_id=actor.member_id,
            )
            for n, m in enumerate(account.movements, 1)
        ]  # fmt: skip
    AccountStatementLine.objects.bulk_create(lines)
    touch_ids(AccountStatementLine, "insert", {x.pk for x in lines})
    return statement


@service("finance.account_statement.delete")
def account_statement_delete(*, actor: Actor, statement: AccountStatement) -> None:
    """A draft that nobody was told. Raises StateRefused."""
    statement = _locked(statement)
    if statement.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted"))
    statement.delete()


@service("finance.account_statement.send")
def account_statement_send(*, actor: Actor, statement: AccountStatement, email: str = "") -> AccountStatement:
    """By e-mail with its PDF, in the customer's language, to the address given or the customer's. Again, if asked
    again. Raises Invalid where there is no address."""
    statement = _locked(statement)
    address = (email or statement.party.email).strip()
    if not address:
        raise Invalid.field("email", _("The customer has no e-mail address: name one"), "required")
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid.field("email", _("This is not an e-mail address"), "invalid") from None
    if statement.status == Status.DRAFT:
        statement.status = Status.SENT
    statement.sent_to, statement.sent_at = address, timezone.now()
    statement.save()
    statement_mail(statement)
    return statement


@service("finance.account_statement.answer")
def account_statement_confirm(
    *, actor: Actor, statement: AccountStatement, answered_by: str, on: date | None = None, answer: str = ""
) -> AccountStatement:
    """The customer agrees (对账确认): who of them, when; the member who records it is kept. Raises StateRefused,
    Invalid."""
    return _answered(actor, statement, Status.CONFIRMED, answered_by, on, answer)


@service("finance.account_statement.answer")
def account_statement_dispute(
    *, actor: Actor, statement: AccountStatement, answered_by: str, answer: str, on: date | None = None
) -> AccountStatement:
    """The customer does not agree, and says why. Raises StateRefused, Invalid."""
    if not answer.strip():
        raise Invalid.field("answer", _("Say what the customer does not agree with"), "required")
    return _answered(actor, statement, Status.DISPUTED, answered_by, on, answer)


def _answered(
    actor: Actor, statement: AccountStatement, status: str, by: str, on: date | None, answer: str
) -> AccountStatement:
    statement = _locked(statement)
    if statement.status == Status.CONFIRMED:
        raise StateRefused(_("The customer has confirmed this statement"))
    if not by.strip():
        raise Invalid.field("answered_by", _("Name who of the customer said so"), "required")
    day = on or current().today()
    if not statement.until <= day <= current().today():
        raise Invalid.field("on", _("The answer is not before the statement's last day, nor in the future"), "range")
    statement.status, statement.answered_by, statement.answered_on = status, by.strip()[:120], day
    statement.answer, statement.recorded_by_id = answer[:500], actor.member_id
    statement.save()
    return statement


def language_of(party: Party) -> str:
    return party.language or current().language


def _locked(statement: AccountStatement) -> AccountStatement:
    return AccountStatement.objects.select_for_update(of=("self",)).select_related("party").get(pk=statement.pk)


def _key(value: Any) -> int:
    try:
        return key_of(value) or 0
    except (TypeError, ValueError):
        return 0
