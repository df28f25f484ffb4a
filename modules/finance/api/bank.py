"""The matching desk: statements read, lines matched, accounts reconciled."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.models import Account, BankMatch, CashAccount, Invoice, JournalLine, StatementLine
from modules.finance.rules.bank_files import CsvMapping, Unreadable, format_of, guess_mapping, table_of
from modules.finance.rules.bank_files.table import COLUMNS, DAY_FORMATS
from modules.finance.rules.bank_matching import Proposal
from modules.finance.selectors.bank import (
    OutstandingLine,
    before_first,
    last_statement,
    ledger_balance,
    open_lines,
    outstanding,
    reconciliation,
    statement_balance,
    to_review,
)  # fmt: skip
from modules.finance.selectors.bank_desk import BEFORE, found_invoices, proposals, reason_words
from modules.finance.services.bank_automatic import lines_match_themselves
from modules.finance.services.bank_matching import bank_match_make
from modules.finance.services.bank_statements import WRONG, bank_statement_import, compared, statements_of
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.problems import Invalid, NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
AMOUNT: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
SHOWN = 200  # open lines at a time
ZERO = Decimal(0)


class AccountQuery(serializers.Serializer):
    """`account`: the bank account's id; left out, the first in use."""

    account = serializers.IntegerField(required=False, **KEY)
    day = serializers.DateField(required=False)


class InvoicesQuery(serializers.Serializer):
    """Open invoices to match with: `direction` in or out, `search` by number, reference, party."""

    account = serializers.IntegerField(**KEY)
    search = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")
    direction = serializers.ChoiceField(["in", "out", ""], required=False, default="", allow_blank=True)


class SettledIn(serializers.Serializer):
    invoice = serializers.IntegerField(**KEY)
    amount = serializers.DecimalField(**AMOUNT)


class OnAccountIn(serializers.Serializer):
    party = serializers.IntegerField(**KEY)
    amount = serializers.DecimalField(**AMOUNT)


class PostingIn(serializers.Serializer):
    """`amount` as the bank has it: what it took is negative."""

    account = serializers.IntegerField(**KEY)
    amount = serializers.DecimalField(**AMOUNT)
    narration = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    party = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)


class MatchIn(serializers.Serializer):
    """Bank lines, and what they are matched with; both sides add up to the same."""

    lines = serializers.ListField(child=serializers.IntegerField(**KEY), min_length=1, max_length=500)
    ledger = serializers.ListField(child=serializers.IntegerField(**KEY), max_length=500, required=False, default=list)
    invoices = SettledIn(many=True, required=False, default=list)
    on_account = OnAccountIn(required=False, allow_null=True, default=None)
    postings = PostingIn(many=True, required=False, default=list)
    confidence = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True, default=None)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


def _account(actor: Actor, key: int | None) -> CashAccount:
    rows = visible(actor, registry().entities["finance.cash_account"], CashAccount.objects.all())
    found = rows.filter(pk=key).first() if key else rows.filter(is_active=True).order_by("kind", "name").first()
    if found is None:
        raise NotFound
    return found


class BankDeskView(APIView):
    """Accounts with what the bank and the ledger say; of one of them the open lines with proposals, and the ledger
    lines that wait for the bank."""

    @extend_schema(parameters=[AccountQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.bank_match.view")
        asked = AccountQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        entity = registry().entities["finance.cash_account"]
        accounts = list(visible(actor, entity, CashAccount.objects.filter(is_active=True)).order_by("kind", "name"))
        if not accounts:
            return Response({"accounts": [], "account": None})
        key = asked.validated_data.get("account")
        account = _account(actor, key) if key else accounts[0]
        rows = list(open_lines(account)[:SHOWN])
        found = proposals(account, rows)
        since = account.opening_on - BEFORE if account.opening_on and before_first(account) else None
        waiting = outstanding(account, most=SHOWN, since=since)
        last = last_statement(account)
        named = _named([p for some in found.values() for p in some])
        return Response(
            {
                "accounts": [
                    {"id": a.pk, "label": a.name, "currency": a.currency, "kind": a.kind, "number": a.number}
                    for a in accounts
                ],
                "account": {
                    "id": account.pk, "label": account.name, "currency": account.currency, "kind": account.kind,
                    "number": account.number, "statement": money(statement_balance(account)),
                    "ledger": money(ledger_balance(account)), "mapping": account.mapping,
                    "opening_on": account.opening_on, "last": last.ends_on if last else None,
                    "open": open_lines(account).count(), "review": to_review(account),
                    "targets": _targets(account),
                },
                "lines": [{**_line(x), "proposals": [_proposal(p, named) for p in found[x.pk]]} for x in rows],
                "outstanding": [_waiting(x) for x in waiting],
            }
        )  # fmt: skip


def _targets(account: CashAccount) -> list[dict[str, Any]]:
    """Where what is left over may go, as the account is set up."""
    kinds = (
        ("fee", account.fee_account_id), ("interest", account.interest_account_id),
        ("difference", account.difference_account_id),
    )  # fmt: skip
    found = Account.objects.in_bulk([pk for _kind, pk in kinds if pk])
    return [{"kind": kind, "id": pk, "label": str(found[pk])} for kind, pk in kinds if pk in found]


def _line(x: StatementLine) -> dict[str, Any]:
    return {
        "id": x.pk, "day": x.day, "amount": money(x.amount), "party": x.party_name, "party_account": x.party_account,
        "reference": x.reference, "text": x.text,
    }  # fmt: skip


def _waiting(x: OutstandingLine) -> dict[str, Any]:
    return {
        "id": x.id, "day": x.day, "amount": money(x.amount), "entry": {"id": x.entry_id, "label": x.number},
        "text": x.narration, "party": x.party, "number": x.source_number or x.number, "reference": x.reference,
    }  # fmt: skip


def _named(found: list[Proposal]) -> dict[str, dict[int, Any]]:
    """What proposals name, read once."""
    invoices = Invoice.objects.select_related("party").in_bulk({pk for p in found for pk, _a in p.invoices})
    ledger = JournalLine.objects.select_related("entry", "party").in_bulk({pk for p in found for pk in p.ledger})
    accounts = Account.objects.in_bulk({p.account_id for p in found if p.account_id})
    from modules.shared.data.models import Party

    parties = Party.objects.in_bulk({p.party_id for p in found if p.party_id})
    return {"invoices": invoices, "ledger": ledger, "accounts": accounts, "parties": parties}


def _proposal(p: Proposal, named: dict[str, dict[int, Any]]) -> dict[str, Any]:
    party, account = named["parties"].get(p.party_id or 0), named["accounts"].get(p.account_id or 0)
    return {
        "confidence": p.confidence, "reasons": reason_words(p),
        "party": {"id": party.pk, "label": party.name} if party else None,
        "ledger": [
            {"id": x.pk, "day": x.entry_date, "amount": money(x.amount_currency),
             "number": x.entry.source_number or x.entry.number, "party": x.party.name if x.party else "",
             "text": x.narration or x.entry.narration, "reference": "",
             "entry": {"id": x.entry_id, "label": x.entry.number}}
            for x in (named["ledger"][pk] for pk in p.ledger)
        ],
        "invoices": [
            {**_invoice(named["invoices"][pk]), "settled": money(abs(amount))} for pk, amount in p.invoices
        ],
        "on_account": money(p.on_account) if p.on_account else None,
        "posting": {"account": {"id": account.pk, "label": str(account)}, "amount": money(p.posting)}
        if account and p.posting else None,
    }  # fmt: skip


def _invoice(x: Invoice) -> dict[str, Any]:
    return {
        "id": x.pk, "number": x.number, "party": {"id": x.party_id, "label": x.party.name},
        "due_on": x.next_due_on or x.due_on, "reference": x.reference, "incoming": x.is_sales,
        "open": money(x.open_amount),
    }  # fmt: skip


class BankInvoicesView(APIView):
    """Open invoices to choose from."""

    @extend_schema(parameters=[InvoicesQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.bank_match.view")
        asked = InvoicesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        account = _account(actor, asked.validated_data["account"])
        way = asked.validated_data["direction"]
        found = found_invoices(account, asked.validated_data["search"], None if not way else way == "in")
        return Response({"results": [_invoice(x) for x in found]})


class BankMatchView(APIView):
    """Matches bank lines, in one transaction with what is recorded for them."""

    @extend_schema(request=MatchIn, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.bank_match.create")
        given = MatchIn(data=request.data)
        given.is_valid(raise_exception=True)
        match = bank_match_make(actor=actor, **given.validated_data)
        return Response(_match(match), status=201)


def _match(match: BankMatch) -> dict[str, Any]:
    return {"id": match.pk, "label": match.text, "version": match.version}


class BankAutomaticView(APIView):
    """Matches what is sure enough by the account's settings and rules."""

    @extend_schema(request=AccountQuery, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.bank_match.create")
        asked = AccountQuery(data=request.data)
        asked.is_valid(raise_exception=True)
        account = _account(actor, asked.validated_data.get("account"))
        return Response({"matched": lines_match_themselves(actor=actor, cash_account=account)})


class ReconciliationView(APIView):
    """What stands between the bank's balance and the ledger's at the end of a day (银行存款余额调节表)."""

    @extend_schema(parameters=[AccountQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.bank_match.view")
        asked = AccountQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        account = _account(actor, asked.validated_data.get("account"))
        last = last_statement(account)
        day = asked.validated_data.get("day") or (last.ends_on if last else current().today())
        found = reconciliation(account, day)
        return Response(
            {
                "day": day, "currency": account.currency, "statement": money(found.statement),
                "ledger": money(found.ledger), "before": money(found.before), "difference": money(found.difference),
                "lines_total": money(sum((x.amount for x in found.lines), ZERO)),
                "outstanding_total": money(sum((x.amount for x in found.outstanding), ZERO)),
                "lines": [_line(x) for x in found.lines[:SHOWN]],
                "outstanding": [_waiting(x) for x in found.outstanding[:SHOWN]],
            }
        )  # fmt: skip


class ImportIn(serializers.Serializer):
    """`mapping`: JSON of columns, for CSV; `preview`: only say what would be taken."""

    account = serializers.IntegerField(**KEY)
    file = serializers.FileField(max_length=200)
    mapping = serializers.CharField(required=False, allow_blank=True, max_length=8000, default="")
    opening = serializers.DecimalField(required=False, allow_null=True, default=None, **AMOUNT)
    closing = serializers.DecimalField(required=False, allow_null=True, default=None, **AMOUNT)
    preview = serializers.BooleanField(default=False)


class BankImportView(APIView):
    """A statement file of the bank: looked at, or taken."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request={"multipart/form-data": ImportIn}, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.bank_statement.create")
        given = ImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        account = _account(actor, asked["account"])
        content = asked["file"].read(10 * 1024 * 1024 + 1)
        mapping = _mapping(asked["mapping"])
        if asked["preview"]:
            return Response(_preview(account, content, mapping, asked["opening"], asked["closing"]))
        made = bank_statement_import(
            actor=actor, cash_account=account, content=content, name=asked["file"].name or "", mapping=mapping,
            opening=asked["opening"], closing=asked["closing"],
        )  # fmt: skip
        matched = 0
        if actor.can("finance.bank_match.create"):
            account.refresh_from_db()
            matched = lines_match_themselves(actor=actor, cash_account=account)
        return Response(
            {
                "statements": [{"id": s.pk, "label": str(s), "lines": s.line_count, "known": s.duplicates}
                               for s in made],
                "matched": matched,
            },
            status=201,
        )  # fmt: skip


def _mapping(text: str) -> dict[str, Any] | None:
    if not text.strip():
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid.field("mapping", WRONG["mapping"], "mapping")
    return found


def _preview(
    account: CashAccount, content: bytes, mapping: dict[str, Any] | None, opening: Any, closing: Any
) -> dict[str, Any]:
    """What would be taken; for CSV its columns and how they are read, even where that fails."""
    form = format_of(content)
    out: dict[str, Any] = {"format": form, "statements": [], "problem": "", "columns": list(COLUMNS),
                           "day_formats": list(DAY_FORMATS)}  # fmt: skip
    if form == "csv":
        try:
            used = CsvMapping.of(mapping or account.mapping) if mapping or account.mapping else guess_mapping(content)
            headings, rows = table_of(content, used.delimiter, used.skip)
            out |= {"mapping": used.as_json(), "headings": headings, "sample": rows[:5]}
            mapping = used.as_json()
        except Unreadable as wrong:
            out["problem"] = str(WRONG[wrong.code] % {"detail": wrong.detail})
            return out
    try:
        for one in statements_of(account, content, form, mapping):
            read = compared(account, one, opening, closing)
            out["statements"].append(
                {
                    "number": one.number, "starts_on": read.starts_on, "ends_on": read.ends_on,
                    "opening": money(read.opening), "closing": money(read.closing), "lines": len(one.lines),
                    "known": read.duplicates, "said": one.closing is not None,
                    "total_in": money(sum((x.amount for x in one.lines if x.amount > 0), ZERO)),
                    "total_out": money(sum((x.amount for x in one.lines if x.amount < 0), ZERO)),
                }
            )  # fmt: skip
    except Invalid as wrong:
        out["problem"] = "; ".join(str(e.message) for e in wrong.errors) or str(wrong.detail)
    return out
