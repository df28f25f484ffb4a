/** What Sales adds to quotes and sales orders: their editor, the chain of documents, profit, what holds an order up. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

const editor = () => import("./pages/order-form-page").then((part) => part.OrderFormPage);

export const sales = defineModule({
  key: "sales",
  routes: [{ path: "/shared/duplicates", permission: "shared.party.merge", page: () => import("./duplicates/duplicates-page").then((part) => part.DuplicatesPage) }],
  entities: {
    "shared.sales_order": { detail: () => import("./pages/sales-order-page").then((part) => part.SalesOrderPage), form: editor },
    "crm.quote": { form: editor },
  },
  actions: {
    "shared.sales_order": {
      cancel: { dialog: lazy(() => import("./components/end-order").then((part) => ({ default: part.EndOrder }))) },
      close: { dialog: lazy(() => import("./components/end-order").then((part) => ({ default: part.EndOrder }))) },
    },
  },
  slots: [
    { slot: "party.detail.tabs", key: "overview", title: "sales:customer.tab", order: -10, permission: "shared.party.view", component: lazy(() => import("./components/customer-tab").then((part) => ({ default: part.CustomerTab }))) as never },
    { slot: "sales-order.detail.actions", key: "next", component: lazy(() => import("./components/follow-up").then((part) => ({ default: part.FollowUp }))) as never },
    { slot: "sales-order.detail.chain", key: "chain", component: lazy(() => import("./components/order-chain").then((part) => ({ default: part.OrderChain }))) as never },
    { slot: "quote.detail.panels", key: "promises", component: lazy(() => import("./components/quote-promises").then((part) => ({ default: part.QuotePromises }))) as never },
    { slot: "quote.detail.chain", key: "chain", component: lazy(() => import("./components/quote-chain").then((part) => ({ default: part.QuoteChain }))) as never },
    { slot: "purchase-order.form.lines", key: "currency", component: lazy(() => import("./components/currency-change").then((part) => ({ default: part.CurrencyChange }))) as never },
    { slot: "sales-order.detail.panels", key: "change", order: 5, component: lazy(() => import("./components/order-changes").then((part) => ({ default: part.WaitingChange }))) as never },
    { slot: "sales-order-change.detail.tabs", key: "content", title: "sales:change.content", order: -10, component: lazy(() => import("./components/order-changes").then((part) => ({ default: part.ChangeContent }))) as never },
    { slot: "sales-order.detail.tabs", key: "changes", title: "sales:change.tab", order: 20, component: lazy(() => import("./components/order-changes").then((part) => ({ default: part.OrderChanges }))) as never },
    { slot: "sales-order.detail.panels", key: "profit", order: 10, feature: "finance.costing", permission: "finance.order_profit.view", component: lazy(() => import("./components/order-profit").then((part) => ({ default: part.OrderProfit }))) as never },
    { slot: "sales-order.detail.panels", key: "holds", order: 20, component: lazy(() => import("./components/what-holds").then((part) => ({ default: part.WhatHolds }))) as never },
  ],
});
