"""Permissions of finance, and the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.crud import crud
from tenon.registry.types import Permission

LEDGER = ("finance.ledger",)
BUDGETS = ("finance.budgets",)
ASSETS = ("finance.assets",)
BANK = ("finance.bank",)
DOCUMENTS = ("finance.receivable", "finance.payable")
ACCOUNTANT = ("accountant",)
SALES = ("sales", "sales_manager")

ALL: tuple[Permission, ...] = (
    *crud("finance.account", pgettext_lazy("ledger", "Accounts"), view=("viewer",), edit=ACCOUNTANT, features=LEDGER),
    *crud("finance.posting_rule", _("Posting rules"), edit=ACCOUNTANT, features=LEDGER),
    *crud("finance.fiscal_year", _("Fiscal years"), view=("viewer",), edit=ACCOUNTANT, features=LEDGER),
    Permission("finance.period.view", _("Periods"), LEDGER, (*ACCOUNTANT, "viewer")),
    Permission("finance.period.close", _("Close periods"), LEDGER, ACCOUNTANT),
    Permission("finance.period.open", _("Open closed periods again"), LEDGER, ACCOUNTANT),
    Permission("finance.period.post_soft", _("Post to softly closed periods"), LEDGER, ACCOUNTANT),
    Permission("finance.journal_entry.view", _("Journal entries"), LEDGER, (*ACCOUNTANT, "viewer")),
    Permission("finance.journal_entry.create", _("Post journal entries by hand"), LEDGER, ACCOUNTANT),
    Permission("finance.journal_entry.reverse", _("Reverse journal entries"), LEDGER, ACCOUNTANT),
    Permission("finance.journal_line.view", _("Journal lines"), LEDGER, (*ACCOUNTANT, "viewer")),
    *crud("finance.voucher", _("Voucher drafts and templates"), view=("viewer",), edit=ACCOUNTANT, features=LEDGER),
    Permission("finance.revaluation.view", _("Currency revaluations"), LEDGER, (*ACCOUNTANT, "viewer")),
    Permission("finance.revaluation.create", _("Revalue what is open in foreign currency"), LEDGER, ACCOUNTANT),
    *crud("finance.asset", _("Fixed assets"), view=("viewer",), edit=ACCOUNTANT, features=ASSETS),
    Permission("finance.asset.post", _("Take assets into use, change and dispose of them"), ASSETS, ACCOUNTANT),
    Permission("finance.depreciation_run.view", _("Depreciation"), ASSETS, (*ACCOUNTANT, "viewer")),
    Permission("finance.depreciation_run.create", _("Post depreciation"), ASSETS, ACCOUNTANT),
    *crud("finance.cash_account", _("Bank and cash accounts"), view=("viewer",), edit=ACCOUNTANT, features=BANK),
    Permission("finance.bank_statement.view", _("Bank statements"), BANK, (*ACCOUNTANT, "viewer")),
    Permission("finance.bank_statement.create", _("Read bank statements"), BANK, ACCOUNTANT),
    Permission("finance.bank_statement.delete", _("Take back bank statements"), BANK, ACCOUNTANT),
    Permission("finance.bank_match.view", _("Bank matches"), BANK, (*ACCOUNTANT, "viewer")),
    Permission("finance.bank_match.create", _("Match bank lines"), BANK, ACCOUNTANT),
    Permission("finance.bank_match.undo", _("Undo bank matches"), BANK, ACCOUNTANT),
    Permission("finance.payment_run.view", _("Payment runs"), BANK, (*ACCOUNTANT, "viewer")),
    Permission("finance.payment_run.create", _("Propose, record and cancel payment runs"), BANK, ACCOUNTANT),
    # Who proposes does not approve: the accountant's role proposes and records, an administrator's approves.
    Permission("finance.payment_run.approve", _("Approve payment runs"), BANK),
    Permission("finance.payment_run.file", _("Files of payment runs for the bank"), BANK, ACCOUNTANT),
    *crud("finance.bank_rule", _("Bank rules"), view=("viewer",), edit=ACCOUNTANT, features=BANK),
    Permission("finance.suspense_item.view", _("Postings that await an account"), LEDGER, ACCOUNTANT),
    Permission("finance.suspense_item.resolve", _("Resolve postings that await an account"), LEDGER, ACCOUNTANT),
    Permission("finance.report.view", _("Trial balance and ledger reports"), LEDGER, (*ACCOUNTANT, "viewer")),
    # Which side of the documents somebody sees; the entities below ask for these besides their own.
    Permission(
        "finance.receivable.view", _("Receivable: invoices and payments of customers"), ("finance.receivable",),
        (*ACCOUNTANT, *SALES, "viewer"),
    ),
    Permission(
        "finance.payable.view", _("Payable: invoices and payments of suppliers"), ("finance.payable",),
        (*ACCOUNTANT, "buyer", "viewer"),
    ),
    *crud("finance.invoice", _("Invoices"), view=(*SALES, "buyer", "viewer"), edit=ACCOUNTANT, features=DOCUMENTS),
    Permission("finance.invoice.post", _("Post invoices"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.invoice.credit", _("Credit invoices"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.invoice.release", _("Release blocked supplier invoices"), ("finance.payable",), ACCOUNTANT),
    Permission("finance.invoice.reverse", _("Reverse invoices"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.payment.view", _("Payments"), DOCUMENTS, (*ACCOUNTANT, *SALES, "buyer", "viewer")),
    Permission("finance.payment.create", _("Record payments"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.payment.update", _("Change notes of payments"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.payment.reverse", _("Reverse payments"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.payment.allocate", _("Allocate payments and credit notes"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.allocation.view", _("Allocations"), DOCUMENTS, (*ACCOUNTANT, *SALES, "buyer", "viewer")),
    Permission("finance.settlement.view", _("Settlements"), DOCUMENTS, (*ACCOUNTANT, *SALES, "viewer")),
    Permission("finance.settlement.create", _("Settle open items without a payment"), DOCUMENTS, ACCOUNTANT),
    Permission("finance.settlement.update", _("Hand settlements over"), DOCUMENTS, ACCOUNTANT),
    # As with payment runs: the accountant proposes what exceeds the limits, an administrator approves.
    Permission("finance.settlement.approve", _("Approve write-offs beyond the limits"), DOCUMENTS),
    Permission("finance.settlement.reverse", _("Take settlements back"), DOCUMENTS, ACCOUNTANT),
    *crud("finance.settlement_policy", _("Settlement policies"), view=(*ACCOUNTANT, "viewer"), features=DOCUMENTS),
    Permission(
        "finance.account_statement.view", _("Statements of account"), ("finance.receivable",),
        (*ACCOUNTANT, *SALES, "viewer"),
    ),
    Permission(
        "finance.account_statement.create", _("Make statements of account"), ("finance.receivable",),
        (*ACCOUNTANT, *SALES),
    ),
    Permission(
        "finance.account_statement.update", _("Hand statements of account over"), ("finance.receivable",),
        (*ACCOUNTANT, *SALES),
    ),
    Permission(
        "finance.account_statement.delete", _("Delete drafts of statements of account"), ("finance.receivable",),
        (*ACCOUNTANT, *SALES),
    ),
    Permission(
        "finance.account_statement.send", _("Send statements of account"), ("finance.receivable",),
        (*ACCOUNTANT, *SALES),
    ),
    Permission(
        "finance.account_statement.answer", _("Record what customers answer to statements of account"),
        ("finance.receivable",), (*ACCOUNTANT, *SALES),
    ),
    *crud(
        "finance.credit_group", _("Credit groups"), view=(*SALES, "viewer"), edit=ACCOUNTANT,
        features=("finance.receivable",),
    ),
    *crud(
        "finance.credit_policy", _("Credit policies"), view=(*SALES, "viewer"), edit=ACCOUNTANT,
        features=("finance.receivable",),
    ),
    *crud(
        "finance.credit_override", _("Credit overrides"), view=("viewer",), edit=(*SALES, *ACCOUNTANT),
        features=("finance.receivable",),
    ),
    Permission(
        "finance.credit_override.approve", _("Approve credit overrides"), ("finance.receivable",), ACCOUNTANT,
    ),
    *crud("finance.budget", _("Budgets"), view=("viewer", "buyer"), edit=ACCOUNTANT, features=BUDGETS),
    Permission("finance.budget.enforce", _("Put budgets in force"), BUDGETS, ACCOUNTANT),
    Permission("finance.budget.exceed", _("Let purchases exceed a budget"), BUDGETS, ()),
    Permission(
        "finance.profit_analysis.view", _("Margins by customer, product, region and salesperson"), ("finance.costing",),
        (*ACCOUNTANT, "sales_manager"),
    ),
    *crud(
        "finance.overhead_pool", _("Overhead pools"), view=("viewer",), edit=ACCOUNTANT, features=("finance.costing",)
    ),
    Permission("finance.overhead_run.view", _("Overhead by month"), ("finance.costing",), (*ACCOUNTANT, "viewer")),
    Permission("finance.overhead_run.create", _("Share out overhead"), ("finance.costing",), ACCOUNTANT),
    Permission(
        "finance.order_profit.view", _("Profit of orders"), ("finance.costing",), (*ACCOUNTANT, "sales_manager"),
    ),
)  # fmt: skip
