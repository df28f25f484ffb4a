"""Accounts of the chart: what may stand where, so that no rule and no posting loses its account."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, JournalLine, PostingRule
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service
from tenon.records.services.record import record_create, record_update
from tenon.registry.registry import registry

ENTITY = "finance.account"


@service("finance.account.create")
def account_create(*, actor: Actor, data: dict[str, Any]) -> Account:
    """A new account. Raises Invalid when its parent is posted to: a group has no postings of its own."""
    _check_parent(None, key_of(data.get("parent")))
    made = record_create(actor=actor, entity=registry().entities[ENTITY], data=data)
    assert isinstance(made, Account)
    return made


@service("finance.account.update")
def account_update(*, actor: Actor, account: Account, data: dict[str, Any]) -> Account:
    """Renames, moves, takes out of use. Raises Invalid: not below itself, not below an account that is posted to, and
    not out of use while a posting rule names it."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    parent_id = key_of(data.get("parent"))
    if parent_id is not None and parent_id != account.parent_id:
        _check_parent(account, parent_id)
    if data.get("is_active") is False and account.is_active and _named_by_rule(account.pk):
        raise Invalid.field("is_active", _("A posting rule uses this account: change the rule first"), "in_use")
    record_update(actor=actor, entity=registry().entities[ENTITY], record=account, data=data)
    return account


def _check_parent(account: Account | None, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parents = dict(Account.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    above: int | None = parent_id
    while above is not None:
        if account is not None and above == account.pk:
            raise Invalid.field("parent", _("An account cannot stand below itself"), "cycle")
        above = parents.get(above)
    is_group = parent_id in parents.values()
    if not is_group and (JournalLine.objects.filter(account_id=parent_id).exists() or _named_by_rule(parent_id)):
        raise Invalid.field(
            "parent", _("This account is posted to: it cannot become a group. Make a new group for both"), "posted"
        )


def _named_by_rule(account_id: int) -> bool:
    return PostingRule.objects.filter(Q(debit_account_id=account_id) | Q(credit_account_id=account_id)).exists()
