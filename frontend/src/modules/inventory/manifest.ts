/** What inventory adds to the app: the purchase workbench, and receiving what was ordered. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const inventory = defineModule({
  key: "inventory",
  routes: [
    { path: "/inventory/purchase-workbench", permission: "inventory.purchase_need.view", page: () => import("./pages/purchase-workbench-page").then((part) => part.PurchaseWorkbenchPage) },
    { path: "/inventory/supplier-scorecard", permission: "inventory.supplier_score.view", page: () => import("./pages/supplier-scorecard-page").then((part) => part.SupplierScorecardPage) },
  ],
  slots: [
    { slot: "purchase-order.detail.tabs", key: "changes", title: "inventory:changes.tab", order: 20, permission: "shared.purchase_order.view", component: lazy(() => import("./components/order-changes").then((part) => ({ default: part.OrderChanges }))) as never },
    { slot: "purchase-order.detail.actions", key: "receive", feature: "inventory.purchasing", permission: "inventory.receipt.create", component: lazy(() => import("./components/receive-button").then((part) => ({ default: part.ReceiveButton }))) as never },
  ],
});
