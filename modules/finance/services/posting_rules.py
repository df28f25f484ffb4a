"""Posting rules: they name accounts that can be posted to, so that no truck waits for a chart of accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, PostingRule
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid
from tenon.records.service import service
from tenon.records.services.record import record_create, record_update
from tenon.registry.registry import registry

ENTITY = "finance.posting_rule"


@service("finance.posting_rule.create")
def posting_rule_create(*, actor: Actor, data: dict[str, Any]) -> PostingRule:
    """A new rule. Raises Invalid when an account of it is a group or out of use."""
    _check_accounts(data)
    made = record_create(actor=actor, entity=registry().entities[ENTITY], data=data)
    assert isinstance(made, PostingRule)
    return made


@service("finance.posting_rule.update")
def posting_rule_update(*, actor: Actor, rule: PostingRule, data: dict[str, Any]) -> PostingRule:
    """Changes a rule. Raises Invalid when an account of it is a group or out of use."""
    rule = PostingRule.objects.select_for_update().get(pk=rule.pk)
    _check_accounts(data)
    record_update(actor=actor, entity=registry().entities[ENTITY], record=rule, data=data)
    return rule


def _check_accounts(data: dict[str, Any]) -> None:
    errors = []
    for name in ("debit_account", "credit_account"):
        account = data.get(name)
        if not isinstance(account, Account):
            continue
        if not account.is_active:
            errors.append(FieldError(name, "inactive", _("This account is not in use")))
        elif Account.objects.filter(parent=account).exists():
            errors.append(FieldError(name, "group", _("This account has accounts below it: choose one of those")))
    if errors:
        raise Invalid(errors=errors)
