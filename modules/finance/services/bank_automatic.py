"""What matches by itself: by a rule that says so, or as sure as the account asks for. Each in its own transaction, so
that one that cannot be posted keeps no other; each is reviewed and can be undone like any."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from modules.finance.models import BankRule, CashAccount, Invoice, StatementLine
from modules.finance.rules.bank_matching import Proposal
from modules.finance.selectors.bank import open_lines
from modules.finance.selectors.bank_desk import proposals, reason_words
from modules.finance.services.bank_matching import bank_match_make
from tenon.access.actor import Actor
from tenon.problems import Problem

MOST = 500  # lines at a time: what is left is taken the next time


def lines_match_themselves(*, actor: Actor, cash_account: CashAccount) -> int:
    """Returns how many were matched. A line is left to a person where two proposals are nearly as sure."""
    actor.require("finance.bank_match.create")
    lines = list(open_lines(cash_account)[:MOST])
    found, done, used = proposals(cash_account, lines), 0, set[tuple[str, int]]()
    for line in lines:
        best = _sure(found[line.pk], cash_account.auto_from)
        if best is None:
            continue
        touches = {("ledger", pk) for pk in best.ledger} | {("invoice", pk) for pk, _amount in best.invoices}
        if touches & used:
            continue  # proposed before another line took it
        try:
            with transaction.atomic():  # where the caller is inside a transaction, too, nothing half done stays
                propose_match(actor=actor, line=line, proposal=best, automatic=True)
        except Problem:
            continue  # it stays open, and the desk says why when a person tries
        used |= touches
        done += 1
    return done


def propose_match(*, actor: Actor, line: StatementLine, proposal: Proposal, automatic: bool) -> Any:
    """Carries a proposal out. Raises what matching raises."""
    rule = BankRule.objects.filter(pk=proposal.rule_id).first() if proposal.rule_id else None
    kinds = dict(Invoice.objects.filter(pk__in=[pk for pk, _a in proposal.invoices]).values_list("pk", "kind"))
    return bank_match_make(
        actor=actor, lines=[line.pk], ledger=proposal.ledger,
        invoices=[{"invoice": pk, "amount": abs(amount)} for pk, amount in proposal.invoices if pk in kinds],
        on_account={"party": proposal.party_id, "amount": proposal.on_account} if proposal.on_account else None,
        postings=[{"account": proposal.account_id, "amount": proposal.posting}] if proposal.posting else [],
        confidence=proposal.confidence, reason=", ".join(reason_words(proposal)), automatic=automatic, rule=rule,
    )  # fmt: skip


def _sure(found: list[Proposal], least: int | None) -> Proposal | None:
    if not found:
        return None
    best, second = found[0], found[1].confidence if len(found) > 1 else 0
    ruled = next((p for p in found if p.automatic), None)
    if ruled is not None and ruled.confidence >= best.confidence - 10:
        return ruled
    return best if least is not None and best.confidence >= least and best.confidence - second >= 10 else None
