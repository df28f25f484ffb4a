/** What production adds to the app. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const production = defineModule({
  key: "production",
  routes: [
    { path: "/production/planning", permission: "production.planning.view", page: () => import("./pages/planning-page").then((part) => part.PlanningPage) },
  ],
  actions: { "production.order": { report: { dialog: lazy(() => import("./components/report-work").then((part) => ({ default: part.ReportWork }))) } } },
  slots: [
    { slot: "product.detail.tabs", key: "bom", title: "production:bom.tab", order: 30, permission: "production.bom.view", component: lazy(() => import("./components/bom-tab").then((part) => ({ default: part.BomTab }))) as never },
    { slot: "order.detail.panels", key: "cost", order: 10, permission: "production.order.view", component: lazy(() => import("./components/order-cost").then((part) => ({ default: part.OrderCost }))) as never },
  ],
});
