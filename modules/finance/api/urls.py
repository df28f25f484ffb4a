"""Addresses below /api/v1/finance/."""

from django.urls import path

from modules.finance.api import bank, budgets, closing, overhead, profit_analysis, rules, statements, views, vouchers
from modules.finance.api.credit import CreditStandingView

urlpatterns = [
    path("trial-balance/", views.TrialBalanceView.as_view()),
    path("trial-balance/<key:account_id>/", views.AccountLedgerView.as_view()),
    path("bank/desk/", bank.BankDeskView.as_view()),
    path("bank/invoices/", bank.BankInvoicesView.as_view()),
    path("bank/match/", bank.BankMatchView.as_view()),
    path("bank/automatic/", bank.BankAutomaticView.as_view()),
    path("bank/reconciliation/", bank.ReconciliationView.as_view()),
    path("bank/import/", bank.BankImportView.as_view()),
    path("credit/<key:party_id>/", CreditStandingView.as_view()),
    path("closing-desk/", closing.ClosingDeskView.as_view()),
    path("rules/", rules.RuleTableView.as_view()),
    path("rules/simulate/", rules.RuleSimulateView.as_view()),
    path("books/", closing.BooksView.as_view()),
    path("voucher-desk/", vouchers.VoucherDeskView.as_view()),
    path("voucher-entry/", vouchers.VoucherPostView.as_view()),
    path("statements/", statements.StatementView.as_view()),
    path("statements/parts/", statements.StatementPartsView.as_view()),
    path("statements/cash/<key:account_id>/", statements.CashLinesView.as_view()),
    path("statements/sheet/", statements.StatementSheetView.as_view()),
    path("statements/paper/", statements.StatementPaperView.as_view()),
    path("ratios/", statements.RatiosView.as_view()),
    path("budgets/<key:budget_id>/grid/", budgets.BudgetGridView.as_view()),
    path("budgets/<key:budget_id>/last-year/", budgets.BudgetLastYearView.as_view()),
    path("budget-actual/", budgets.BudgetActualView.as_view()),
    path("budget-actual/lines/", budgets.BudgetLinesView.as_view()),
    path("budget-document/", budgets.BudgetDocumentView.as_view()),
    path("profit-analysis/", profit_analysis.ProfitAnalysisView.as_view()),
    path("overhead/", overhead.OverheadMonthView.as_view()),
    path("check/", views.CheckView.as_view()),
    path("ageing/", views.AgeingView.as_view()),
    path("open-items/", views.OpenItemsView.as_view()),
    path("order-profit/", views.OrdersProfitView.as_view()),
    path("order-profit/unallocated/", views.UnallocatedProfitView.as_view()),
    path("order-profit/<key:sales_order_id>/", views.OrderProfitView.as_view()),
    path("invoices/from-order/", views.InvoiceFromOrderView.as_view()),
    path("invoices/from-supplier/", views.InvoiceFromSupplierView.as_view()),
    path("invoices/open-receipts/", views.OpenReceiptsView.as_view()),
    path("invoices/from-purchase-order/", views.InvoiceFromPurchaseOrderView.as_view()),
]
