"""Menu pages of finance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import MenuNode

LEDGER = ("finance.ledger",)
RECEIVABLE = ("finance.receivable",)
PAYABLE = ("finance.payable",)
BUDGETS = ("finance.budgets",)
ASSETS = ("finance.assets",)
BANK = ("finance.bank",)
COSTING = ("finance.costing",)

TREE: tuple[MenuNode, ...] = (
    MenuNode("finance", _("Finance"), icon="landmark", order=60),
    MenuNode("finance.ledger", _("Ledger"), parent="finance", order=10),
    MenuNode(
        "finance.ledger.journal_entries", _("Journal entries"), parent="finance.ledger", entity="finance.journal_entry",
        features=LEDGER, order=10,
    ),
    MenuNode(
        "finance.ledger.trial_balance", _("Trial balance"), parent="finance.ledger", route="/finance/trial-balance",
        permission="finance.report.view", features=LEDGER, order=20,
    ),
    MenuNode(
        "finance.ledger.accounts", pgettext_lazy("ledger", "Accounts"), parent="finance.ledger",
        entity="finance.account", features=LEDGER, order=30,
    ),
    MenuNode(
        "finance.ledger.journal_lines", _("Journal lines"), parent="finance.ledger", entity="finance.journal_line",
        features=LEDGER, order=40,
    ),
    MenuNode(
        "finance.ledger.suspense", _("Awaiting an account"), parent="finance.ledger", entity="finance.suspense_item",
        features=LEDGER, order=50,
    ),
    MenuNode(
        "finance.ledger.posting_rules", _("Posting rules"), parent="finance.ledger", route="/finance/rules",
        permission="finance.posting_rule.view", icon="git-branch", features=LEDGER, order=60,
    ),
    MenuNode(
        "finance.ledger.periods", _("Period close"), parent="finance.ledger", entity="finance.period", features=LEDGER,
        order=70,
    ),
    MenuNode(
        "finance.ledger.fiscal_years", _("Fiscal years"), parent="finance.ledger", entity="finance.fiscal_year",
        features=LEDGER, order=80,
    ),
    MenuNode("finance.vouchers", _("Vouchers"), parent="finance", order=5),
    MenuNode(
        "finance.vouchers.enter", _("Enter voucher"), parent="finance.vouchers", route="/finance/voucher",
        permission="finance.journal_entry.create", icon="file-pen-line", features=LEDGER, order=10,
    ),
    MenuNode(
        "finance.vouchers.drafts", _("Drafts and templates"), parent="finance.vouchers", entity="finance.voucher",
        features=LEDGER, order=20,
    ),
    MenuNode("finance.reports", _("Statements"), parent="finance", order=15),
    MenuNode(
        "finance.reports.statements", _("Financial statements"), parent="finance.reports", route="/finance/statements",
        permission="finance.report.view", features=LEDGER, order=10,
    ),
    MenuNode("finance.bank", _("Bank and cash"), parent="finance", order=35),
    MenuNode(
        "finance.bank.desk", _("Matching desk"), parent="finance.bank", route="/finance/bank",
        permission="finance.bank_match.view", icon="git-merge", features=BANK, order=10,
    ),
    MenuNode(
        "finance.bank.runs", _("Payment runs"), parent="finance.bank", entity="finance.payment_run", features=BANK,
        order=20,
    ),
    MenuNode(
        "finance.bank.accounts", _("Bank and cash accounts"), parent="finance.bank", entity="finance.cash_account",
        features=BANK, order=40,
    ),
    MenuNode(
        "finance.bank.statements", _("Bank statements"), parent="finance.bank", entity="finance.bank_statement",
        features=BANK, order=50,
    ),
    MenuNode(
        "finance.bank.lines", _("Bank lines"), parent="finance.bank", entity="finance.statement_line", features=BANK,
        order=60,
    ),
    MenuNode(
        "finance.bank.matches", _("Bank matches"), parent="finance.bank", entity="finance.bank_match", features=BANK,
        order=70,
    ),
    MenuNode(
        "finance.bank.rules", _("Bank rules"), parent="finance.bank", entity="finance.bank_rule", features=BANK,
        order=80,
    ),
    MenuNode("finance.assets", _("Fixed assets"), parent="finance", order=45),
    MenuNode(
        "finance.assets.register", _("Asset register"), parent="finance.assets", entity="finance.asset",
        features=ASSETS, order=10,
    ),
    MenuNode(
        "finance.assets.runs", _("Depreciation runs"), parent="finance.assets", entity="finance.depreciation_run",
        features=ASSETS, order=20,
    ),
    MenuNode(
        "finance.assets.depreciations", pgettext_lazy("fixed asset", "Depreciation by asset"), parent="finance.assets",
        entity="finance.depreciation", features=ASSETS, order=30,
    ),
    MenuNode("finance.closing", _("Period end"), parent="finance", order=50),
    MenuNode(
        "finance.closing.desk", _("Closing desk"), parent="finance.closing", route="/finance/closing",
        permission="finance.period.view", icon="list-checks", features=LEDGER, order=10,
    ),
    MenuNode(
        "finance.closing.books", _("Check the books"), parent="finance.closing", route="/finance/books",
        permission="finance.report.view", icon="shield-check", features=LEDGER, order=20,
    ),
    MenuNode(
        "finance.closing.revaluations", _("Currency revaluations"), parent="finance.closing",
        entity="finance.revaluation", features=LEDGER, order=30,
    ),
    MenuNode("finance.receivable", _("Receivable"), parent="finance", order=20),
    MenuNode(
        "finance.receivable.invoices", _("Invoices"), parent="finance.receivable", entity="finance.invoice",
        permission="finance.receivable.view", features=RECEIVABLE, order=10,
    ),
    MenuNode(
        "finance.receivable.payments", _("Payments"), parent="finance.receivable", entity="finance.payment",
        permission="finance.receivable.view", features=RECEIVABLE, order=20,
    ),
    MenuNode(
        "finance.receivable.allocations", _("Allocations"), parent="finance.receivable", entity="finance.allocation",
        permission="finance.receivable.view", features=RECEIVABLE, order=30,
    ),
    MenuNode(
        "finance.receivable.ageing", _("Ageing of receivables"), parent="finance.receivable",
        route="/finance/ageing/receivable", permission="finance.receivable.view", features=RECEIVABLE, order=40,
    ),
    MenuNode(
        "finance.receivable.credit_overrides", _("Credit overrides"), parent="finance.receivable",
        entity="finance.credit_override", features=RECEIVABLE, order=50,
    ),
    MenuNode(
        "finance.receivable.credit_groups", _("Credit groups"), parent="finance.receivable",
        entity="finance.credit_group", features=RECEIVABLE, order=60,
    ),
    MenuNode(
        "finance.receivable.credit_group_members", _("Members of credit groups"), parent="finance.receivable",
        entity="finance.credit_group_member", features=RECEIVABLE, order=70,
    ),
    MenuNode(
        "finance.receivable.credit_policies", _("Credit policies"), parent="finance.receivable",
        entity="finance.credit_policy", features=RECEIVABLE, order=80,
    ),
    MenuNode("finance.collections", _("Collections"), parent="finance", order=25),
    MenuNode(
        "finance.collections.plan", _("Collection plan"), parent="finance.collections",
        route="/finance/collections", icon="calendar-check", permission="finance.receivable.view",
        features=RECEIVABLE, order=10,
    ),
    MenuNode(
        "finance.collections.statements", _("Statements of account"), parent="finance.collections",
        entity="finance.account_statement", features=RECEIVABLE, order=20,
    ),
    MenuNode(
        "finance.collections.settlements", _("Settlements"), parent="finance.collections",
        entity="finance.settlement", features=RECEIVABLE, order=30,
    ),
    MenuNode(
        "finance.collections.policies", _("Settlement policies"), parent="finance.collections",
        entity="finance.settlement_policy", features=RECEIVABLE, order=60,
    ),
    MenuNode("finance.payable", _("Payable"), parent="finance", order=30),
    MenuNode(
        "finance.payable.invoices", _("Purchase invoices"), parent="finance.payable",
        route="/finance/invoices?view=purchase", permission="finance.payable.view", features=PAYABLE, order=10,
    ),
    MenuNode(
        "finance.payable.enter", _("Enter supplier invoice"), parent="finance.payable",
        route="/finance/supplier-invoice", icon="file-input", permission="finance.invoice.create", features=PAYABLE,
        order=15,
    ),
    MenuNode(
        "finance.payable.ageing", _("Ageing of payables"), parent="finance.payable", route="/finance/ageing/payable",
        permission="finance.payable.view", features=PAYABLE, order=20,
    ),
    MenuNode("finance.budgets", _("Budgets"), parent="finance", order=42),
    MenuNode(
        "finance.budgets.actual", _("Budget and actual"), parent="finance.budgets", route="/finance/budget-actual",
        icon="target", permission="finance.budget.view", features=BUDGETS, order=10,
    ),
    MenuNode(
        "finance.budgets.budgets", _("Versions of budgets"), parent="finance.budgets", entity="finance.budget",
        features=BUDGETS, order=20,
    ),
    MenuNode(
        "finance.budgets.excesses", _("Excesses over budgets"), parent="finance.budgets",
        entity="finance.budget_excess", features=BUDGETS, order=30,
    ),
    MenuNode("finance.costing", _("Costing"), parent="finance", order=40),
    MenuNode(
        "finance.costing.order_profit", _("Profit of orders"), parent="finance.costing", route="/finance/order-profit",
        permission="finance.order_profit.view", features=COSTING, order=10,
    ),
    MenuNode(
        "finance.costing.analysis", _("Profit analysis"), parent="finance.costing", route="/finance/profit-analysis",
        icon="chart-column", permission="finance.profit_analysis.view", features=COSTING, order=20,
    ),
    MenuNode(
        "finance.costing.overhead", _("Overhead of a month"), parent="finance.costing", route="/finance/overhead",
        icon="layers", permission="finance.overhead_run.view", features=COSTING, order=30,
    ),
    MenuNode(
        "finance.costing.overhead_runs", _("Overhead by month"), parent="finance.costing",
        entity="finance.overhead_run", features=COSTING, order=40,
    ),
    MenuNode(
        "finance.costing.overhead_pools", _("Overhead pools"), parent="finance.costing", entity="finance.overhead_pool",
        features=COSTING, order=50,
    ),
)  # fmt: skip
