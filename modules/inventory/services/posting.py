"""Asking the ledger, in the same transaction. Without finance stock moves all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from modules.shared.contracts.posting import LedgerPosting, Posting, PostingKind, PostingLine
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor


def entry(kind: PostingKind, on: date, source: RecordRef, lines: Sequence[PostingLine]) -> Posting:
    """A posting without the lines that are worth nothing."""
    return Posting(kind, on, source, tuple(line for line in lines if line.amount))


def post_entries(actor: Actor, postings: Sequence[Posting]) -> None:
    """Raises what the ledger raises (a closed period); then nothing has moved either."""
    ledger, worth = ports.find(LedgerPosting), [p for p in postings if p.lines]
    if ledger is not None and worth:
        ledger.post(actor=actor, postings=worth)
