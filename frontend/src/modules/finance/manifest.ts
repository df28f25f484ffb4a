/** What finance adds to the app: trial balance, profit of orders, ageing; settling invoices and matching payments. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

const ageing = () => import("./pages/ageing-page");

export const finance = defineModule({
  key: "finance",
  routes: [
    { path: "/finance/voucher", permission: "finance.journal_entry.create", page: () => import("./ledger/voucher-page").then((part) => part.VoucherPage) },
    { path: "/finance/bank", permission: "finance.bank_match.view", page: () => import("./bank/bank-page").then((part) => part.BankPage) },
    { path: "/finance/collections", permission: "finance.receivable.view", page: () => import("./collections/collections-page").then((part) => part.CollectionsPage) },
    { path: "/finance/closing", permission: "finance.period.view", page: () => import("./ledger/closing-page").then((part) => part.ClosingPage) },
    { path: "/finance/books", permission: "finance.report.view", page: () => import("./ledger/books-page").then((part) => part.BooksPage) },
    { path: "/finance/rules", permission: "finance.posting_rule.view", page: () => import("./ledger/rules-page").then((part) => part.RulesPage) },
    { path: "/finance/statements", permission: "finance.report.view", page: () => import("./ledger/statements-page").then((part) => part.StatementsPage) },
    { path: "/finance/budget-actual", permission: "finance.budget.view", page: () => import("./budget/budget-actual-page").then((part) => part.BudgetActualPage) },
    { path: "/finance/profit-analysis", permission: "finance.profit_analysis.view", page: () => import("./costing/analysis-page").then((part) => part.ProfitAnalysisPage) },
    { path: "/finance/overhead", permission: "finance.overhead_run.view", page: () => import("./costing/overhead-page").then((part) => part.OverheadPage) },
    { path: "/finance/trial-balance", permission: "finance.report.view", page: () => import("./pages/trial-balance-page").then((part) => part.TrialBalancePage) },
    { path: "/finance/order-profit", permission: "finance.order_profit.view", page: () => import("./pages/order-profit-page").then((part) => part.OrderProfitPage) },
    { path: "/finance/ageing/receivable", permission: "finance.receivable.view", page: () => ageing().then((part) => part.ReceivablePage) },
    { path: "/finance/ageing/payable", permission: "finance.payable.view", page: () => ageing().then((part) => part.PayablePage) },
    { path: "/finance/supplier-invoice", permission: "finance.invoice.create", page: () => import("./pages/supplier-invoice-page").then((part) => part.SupplierInvoicePage) },
  ],
  entities: {
    "finance.voucher": { detail: () => import("./ledger/voucher-page").then((part) => part.KeptVoucherPage) },
    "finance.journal_entry": { detail: () => import("./pages/journal-entry-page").then((part) => part.JournalEntryPage) },
    "finance.payment": { detail: () => import("./pages/payment-page").then((part) => part.PaymentPage) },
  },
  actions: {
    "finance.payment": { allocate: { dialog: lazy(() => import("./components/allocate-payment").then((part) => ({ default: part.AllocatePayment }))) } },
  },
  slots: [
    { slot: "budget.detail.tabs", key: "table", title: "budget:tab", order: -10, feature: "finance.budgets", permission: "finance.budget.view", component: lazy(() => import("./budget/budget-tab").then((part) => ({ default: part.BudgetTab }))) as never },
    ...["purchase-order", "requisition"].map((of) => ({ slot: `${of}.detail.panels`, key: "budget", order: 50, feature: "finance.budgets", permission: "finance.budget.view", component: lazy(() => import("./budget/budget-panel").then((part) => ({ default: part.BudgetPanel }))) as never })),
    { slot: "payment-run.detail.actions", key: "file", permission: "finance.payment_run.file", component: lazy(() => import("./bank/run-file").then((part) => ({ default: part.RunFile }))) as never },
    { slot: "account-statement.detail.actions", key: "paper", permission: "finance.account_statement.view", component: lazy(() => import("./collections/statement-file").then((part) => ({ default: part.StatementFile }))) as never },
    { slot: "journal-entry.detail.actions", key: "copy", permission: "finance.journal_entry.create", component: lazy(() => import("./ledger/copy-entry").then((part) => ({ default: part.CopyEntry }))) as never },
    { slot: "party.detail.panels", key: "credit", permission: "finance.receivable.view", component: lazy(() => import("./components/credit-panel").then((part) => ({ default: part.CustomerCredit }))) as never },
    { slot: "sales-order.detail.panels", key: "credit", order: 40, permission: "finance.receivable.view", component: lazy(() => import("./components/credit-panel").then((part) => ({ default: part.OrderCredit }))) as never },
    { slot: "invoice.detail.panels", key: "match", permission: "finance.payable.view", component: lazy(() => import("./components/findings").then((part) => ({ default: part.MatchPanel }))) as never },
    { slot: "invoice.detail.actions", key: "payment", permission: "finance.payment.create", component: lazy(() => import("./components/record-payment").then((part) => ({ default: part.RecordPayment }))) as never },
  ],
});
