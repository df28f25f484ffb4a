/** What production adds to the app. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const production = defineModule({
  key: "production",
  routes: [
    { path: "/production/planning", permission: "production.planning.view", page: () => import("./pages/planning-page").then((part) => part.PlanningPage) },
    { path: "/production/master-plan", permission: "production.master_plan.view", page: () => import("./ahead/master-plan-page").then((part) => part.MasterPlanPage) },
    { path: "/production/load", permission: "production.planning.view", page: () => import("./ahead/load-page").then((part) => part.LoadPage) },
    { path: "/production/delivery", permission: "production.planning.view", page: () => import("./ahead/delivery-page").then((part) => part.DeliveryPage) },
    { path: "/production/replace", permission: "production.bom.create", page: () => import("./engineering/replace-page").then((part) => part.ReplacePage) },
    { path: "/production/kitting", feature: "production.shop_floor", permission: "production.order.view", page: () => import("./order/kitting-page").then((part) => part.KittingPage) },
    { path: "/production/kitting-list", feature: "production.shop_floor", permission: "production.order.view", page: () => import("./order/kitting-list-page").then((part) => part.KittingListPage) },
    { path: "/production/wip", feature: "production.shop_floor", permission: "production.order.view", page: () => import("./order/wip-page").then((part) => part.WipPage) },
    { path: "/production/terminal", bare: true, feature: "production.shop_floor", permission: "production.terminal.view", page: () => import("./pages/terminal-page").then((part) => part.TerminalPage) },
    { path: "/production/terminal/$centre", bare: true, feature: "production.shop_floor", permission: "production.terminal.view", page: () => import("./pages/terminal-page").then((part) => part.TerminalPage) },
    { path: "/production/board", feature: "production.shop_floor", permission: "production.terminal.view", page: () => import("./pages/board-page").then((part) => part.BoardPage) },
    { path: "/production/losses", feature: "production.shop_floor", permission: "production.order.view", page: () => import("./pages/losses-page").then((part) => part.LossesPage) },
    { path: "/production/outside", feature: "production.subcontracting", permission: "production.subcontract.view", page: () => import("./outside/outside-page").then((part) => part.OutsidePage) },
    { path: "/production/quality", feature: "production.quality", permission: "production.inspection.view", page: () => import("./quality/desk-page").then((part) => part.QualityDeskPage) },
    { path: "/production/quality/figures", feature: "production.quality", permission: "production.inspection.view", page: () => import("./quality/figures-page").then((part) => part.QualityFiguresPage) },
    { path: "/production/schedule", feature: "production.scheduling", permission: "production.schedule.view", page: () => import("./pages/schedule-page").then((part) => part.SchedulePage) },
  ],
  entities: {
    "production.order": { detail: () => import("./order/order-page").then((part) => part.OrderPage) },
    "production.instruction": { detail: () => import("./esop/instruction-page").then((part) => part.InstructionPage), form: () => import("./esop/instruction-form").then((part) => part.InstructionForm) },
  },
  actions: {
    "production.order": { report: { dialog: lazy(() => import("./components/report-work").then((part) => ({ default: part.ReportWork }))) } },
    "production.inspection": { record: { dialog: lazy(() => import("./components/enter-readings").then((part) => ({ default: part.EnterReadings }))) } },
    "production.subcontract": {
      send: { dialog: lazy(() => import("./outside/dialogs").then((part) => ({ default: part.SendOutside }))) },
      receive: { dialog: lazy(() => import("./outside/dialogs").then((part) => ({ default: part.ReceiveOutside }))) },
      take_back: { dialog: lazy(() => import("./outside/dialogs").then((part) => ({ default: part.TakeBack }))) },
    },
  },
  slots: [
    { slot: "sales-order.detail.panels", key: "making", order: 15, feature: "production.shop_floor", permission: "shared.sales_order.view", component: lazy(() => import("./order/order-making").then((part) => ({ default: part.OrderMakingPanel }))) as never },
    { slot: "bom.detail.tabs", key: "outputs", title: "engineering:outputs.tab", order: 10, permission: "production.bom.view", component: lazy(() => import("./engineering/outputs-tab").then((part) => ({ default: part.OutputsTab }))) as never },
    { slot: "bom.detail.tabs", key: "compare", title: "engineering:compare.tab", order: 20, permission: "production.bom.view", component: lazy(() => import("./engineering/compare-tab").then((part) => ({ default: part.CompareTab }))) as never },
    { slot: "change.detail.tabs", key: "effect", title: "engineering:effect.tab", order: 10, permission: "production.change.view", component: lazy(() => import("./engineering/effect-tab").then((part) => ({ default: part.EffectTab }))) as never },
    { slot: "cost-roll-up.detail.tabs", key: "costs", title: "engineering:costs.tab", order: 10, permission: "production.cost_roll_up.view", component: lazy(() => import("./engineering/costs-tab").then((part) => ({ default: part.CostsTab }))) as never },
    { slot: "nonconformance.detail.tabs", key: "trace", title: "quality:trace.tab", order: 10, permission: "inventory.lot.trace", component: lazy(() => import("./quality/trace-tab").then((part) => ({ default: part.TraceTab }))) as never },
    { slot: "inspection.detail.actions", key: "certificate", permission: "production.inspection.view", component: lazy(() => import("./quality/certificate-button").then((part) => ({ default: part.CertificateButton }))) as never },
    { slot: "delivery.detail.actions", key: "certificates", permission: "production.inspection.view", component: lazy(() => import("./quality/certificate-button").then((part) => ({ default: part.DeliveryCertificates }))) as never },
    { slot: "product.detail.tabs", key: "bom", title: "production:bom.tab", order: 30, permission: "production.bom.view", component: lazy(() => import("./components/bom-tab").then((part) => ({ default: part.BomTab }))) as never },
    { slot: "subcontract.detail.panels", key: "material", order: 10, permission: "production.subcontract.view", component: lazy(() => import("./outside/material-panel").then((part) => ({ default: part.MaterialPanel }))) as never },
    { slot: "wage-slip.detail.actions", key: "paper", permission: "production.wage_slip.view", component: lazy(() => import("./wages/paper-button").then((part) => ({ default: part.PaperButton }))) as never },
    { slot: "scenario.detail.tabs", key: "comparison", title: "whatif:tab", order: -10, permission: "production.scenario.view", component: lazy(() => import("./whatif/scenario-tab").then((part) => ({ default: part.ScenarioTab }))) as never },
    { slot: "order.detail.facts", key: "facts", permission: "production.order.view", component: lazy(() => import("./order/order-facts").then((part) => ({ default: part.OrderFacts }))) as never },
    { slot: "order.detail.tabs", key: "overview", title: "order:tab", order: -10, permission: "production.order.view", component: lazy(() => import("./order/order-overview").then((part) => ({ default: part.OrderOverview }))) as never },
    { slot: "order.detail.tabs", key: "operations", title: "order:operations.tab", order: 10, permission: "production.order.view", component: lazy(() => import("./order/operations-tab").then((part) => ({ default: part.OperationsTab }))) as never },
    { slot: "order.detail.tabs", key: "reports", title: "order:reports.tab", order: 20, permission: "production.order.view", component: lazy(() => import("./order/reports-tab").then((part) => ({ default: part.ReportsTab }))) as never },
  ],
});
