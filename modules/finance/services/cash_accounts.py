"""Bank and cash accounts of the company, and the rules of what their lines are."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, BankRule, CashAccount
from modules.finance.models.account import CONTROLLED
from modules.shared.data.selectors.rates import known_currency
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service
from tenon.records.services.record import record_create, record_delete, record_update
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ENTITY, RULE = "finance.cash_account", "finance.bank_rule"
OTHERS = ("fee_account", "interest_account", "difference_account")


@service("finance.cash_account.create")
def cash_account_create(*, actor: Actor, data: dict[str, Any]) -> CashAccount:
    """An account of the bank, or a cash box. Raises Invalid when its ledger account is none of bank or cash, or is
    another's."""
    data = {**data, "currency": known_currency(data.get("currency") or current().currency)}
    _check(data, data.get("kind") or CashAccount.Kind.BANK)
    made = record_create(actor=actor, entity=registry().entities[ENTITY], data=data)
    assert isinstance(made, CashAccount)
    return made


@service("finance.cash_account.update")
def cash_account_update(*, actor: Actor, cash_account: CashAccount, data: dict[str, Any]) -> CashAccount:
    """Changes it. What statements were read for stays: currency, ledger account, kind. Raises Invalid, StateRefused."""
    cash_account = CashAccount.objects.select_for_update().get(pk=cash_account.pk)
    fixed = {k for k in ("currency", "account", "kind") if k in data and data[k] != getattr(cash_account, k)}
    if fixed and (cash_account.statements.exists() or cash_account.matches.exists()):
        raise StateRefused(_("Statements were read: currency, ledger account and kind stay as they are"))
    if "currency" in data:
        data = {**data, "currency": known_currency(data["currency"] or current().currency)}
    _check(data, data.get("kind") or cash_account.kind)
    record_update(actor=actor, entity=registry().entities[ENTITY], record=cash_account, data=data)
    return cash_account


@service("finance.cash_account.delete")
def cash_account_delete(*, actor: Actor, cash_account: CashAccount) -> None:
    """One that nothing was read for. Raises StateRefused."""
    if cash_account.statements.exists() or cash_account.matches.exists():
        raise StateRefused(_("Statements were read: take it out of use instead"))
    record_delete(actor=actor, entity=registry().entities[ENTITY], record=cash_account)


@service("finance.bank_rule.create")
def bank_rule_create(*, actor: Actor, data: dict[str, Any]) -> BankRule:
    """A rule. Raises Invalid."""
    _check_rule(data, None)
    made = record_create(actor=actor, entity=registry().entities[RULE], data=data)
    assert isinstance(made, BankRule)
    return made


@service("finance.bank_rule.update")
def bank_rule_update(*, actor: Actor, bank_rule: BankRule, data: dict[str, Any]) -> BankRule:
    """Changes a rule; what it matched stays. Raises Invalid."""
    bank_rule = BankRule.objects.select_for_update().get(pk=bank_rule.pk)
    _check_rule(data, bank_rule)
    record_update(actor=actor, entity=registry().entities[RULE], record=bank_rule, data=data)
    return bank_rule


def _check(data: dict[str, Any], kind: str) -> None:
    errors: list[FieldError] = []
    account = data.get("account")
    if isinstance(account, Account):
        if account.control != kind:
            message = _("Choose a ledger account that is kept as bank or as cash, like this one")
            errors.append(FieldError("account", "not_money", message))
        elif Account.objects.filter(parent=account).exists():
            errors.append(FieldError("account", "group", _("This account has accounts below it: choose one of those")))
    for name in OTHERS:
        _check_target(data.get(name), name, errors)
    if errors:
        raise Invalid(errors=errors)


def _check_target(account: Any, name: str, errors: list[FieldError]) -> None:
    if not isinstance(account, Account):
        return
    if account.control in CONTROLLED:
        message = _("%(account)s is kept by its documents: entries by hand would part it from them")
        errors.append(FieldError(name, "control", message % {"account": str(account)}))
    elif not account.is_active:
        errors.append(FieldError(name, "inactive", _("This account is not in use")))
    elif Account.objects.filter(parent=account).exists():
        errors.append(FieldError(name, "group", _("This account has accounts below it: choose one of those")))


def _check_rule(data: dict[str, Any], rule: BankRule | None) -> None:
    def value(name: str) -> Any:
        return data[name] if name in data else getattr(rule, name) if rule else None

    errors: list[FieldError] = []
    if bool(value("account")) == bool(value("party")):
        errors.append(
            FieldError("account", "target", _("Name an account to post to, or the party whose payment it is"))
        )
    if not (value("text") or "").strip() and not (value("party_text") or "").strip():
        errors.append(FieldError("text", "required", _("Say what the text or the payer contains")))
    least, most = value("least"), value("most")
    if least is not None and most is not None and least > most:
        errors.append(FieldError("most", "range", _("The last is not before the first")))
    _check_target(data.get("account"), "account", errors)
    if errors:
        raise Invalid(errors=errors)
