"""Tables of finance."""

from modules.finance.models.account import Account
from modules.finance.models.account_statement import AccountStatement, AccountStatementLine
from modules.finance.models.asset import Asset, Depreciation, DepreciationRun
from modules.finance.models.bank import BankMatch, BankRule, BankStatement, CashAccount, MatchItem, StatementLine
from modules.finance.models.budget import Budget, BudgetExcess, BudgetLine
from modules.finance.models.credit import CreditGroup, CreditGroupMember, CreditOverride, CreditPolicy
from modules.finance.models.invoice import Invoice, InvoiceLine
from modules.finance.models.journal import AccountBalance, JournalEntry, JournalLine
from modules.finance.models.overhead import OverheadPool, OverheadRun, OverheadShare
from modules.finance.models.payment import Payment, PaymentAllocation
from modules.finance.models.payment_run import PaymentRun, PaymentRunLine
from modules.finance.models.period import FiscalYear, Period
from modules.finance.models.revaluation import Revaluation, RevaluationLine
from modules.finance.models.rule import Event, PostingRule, SuspenseItem
from modules.finance.models.settlement import Settlement, SettlementPolicy
from modules.finance.models.voucher import Voucher

__all__ = [
    "Account", "AccountBalance", "AccountStatement", "AccountStatementLine", "Asset",
    "BankMatch", "BankRule", "BankStatement", "Budget", "BudgetExcess",
    "BudgetLine", "CashAccount", "CreditGroup", "CreditGroupMember", "CreditOverride", "CreditPolicy", "Depreciation",
    "DepreciationRun", "Event", "FiscalYear", "Invoice", "InvoiceLine", "JournalEntry", "JournalLine", "MatchItem",
    "OverheadPool", "OverheadRun", "OverheadShare", "Payment", "PaymentAllocation", "PaymentRun", "PaymentRunLine",
    "Period", "PostingRule", "Revaluation", "RevaluationLine", "Settlement", "SettlementPolicy", "StatementLine",
    "SuspenseItem", "Voucher",
]  # fmt: skip
