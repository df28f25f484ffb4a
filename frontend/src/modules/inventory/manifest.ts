/** What inventory adds to the app: availability, the reservation board, purchasing, receiving, counting, lots, warehouse work, replenishment. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const inventory = defineModule({
  key: "inventory",
  routes: [
    { path: "/inventory/stock-by-place", feature: "inventory.stock", permission: "inventory.stock.view", page: () => import("./pages/stock-by-place-page").then((part) => part.StockByPlacePage) },
    { path: "/inventory/reservation-board", permission: "inventory.reservation.view", page: () => import("./pages/reservation-board-page").then((part) => part.ReservationBoardPage) },
    { path: "/inventory/purchase-workbench", permission: "inventory.purchase_need.view", page: () => import("./pages/purchase-workbench-page").then((part) => part.PurchaseWorkbenchPage) },
    { path: "/inventory/supplier-scorecard", permission: "inventory.supplier_score.view", page: () => import("./pages/supplier-scorecard-page").then((part) => part.SupplierScorecardPage) },
    { path: "/inventory/purchase-costs", feature: "inventory.purchasing", permission: "inventory.purchase_cost.view", page: () => import("./pages/purchase-costs-page").then((part) => part.PurchaseCostsPage) },
    { path: "/inventory/count/$id", bare: true, feature: "inventory.counting", permission: "inventory.count_sheet.count", page: () => import("./pages/count-page").then((part) => part.CountPage) },
    { path: "/inventory/count-accuracy", feature: "inventory.counting", permission: "inventory.count_sheet.view", page: () => import("./pages/count-accuracy-page").then((part) => part.CountAccuracyPage) },
    { path: "/inventory/receiving", feature: "inventory.purchasing", permission: "inventory.receipt.view", page: () => import("./pages/receiving-desk-page").then((part) => part.ReceivingDeskPage) },
    { path: "/inventory/shipping", feature: "inventory.stock", permission: "inventory.delivery.view", page: () => import("./pages/shipping-desk-page").then((part) => part.ShippingDeskPage) },
    { path: "/inventory/scan", bare: true, feature: "inventory.wms", permission: "inventory.stock.view", page: () => import("./pages/scan-page").then((part) => part.ScanPage) },
    { path: "/inventory/scan/$work", bare: true, feature: "inventory.wms", permission: "inventory.stock.view", page: () => import("./pages/scan-page").then((part) => part.ScanPage) },
    { path: "/inventory/replenishment", feature: "inventory.replenishment", permission: "inventory.replenishment_policy.view", page: () => import("./pages/replenishment-page").then((part) => part.ReplenishmentPage) },
    { path: "/inventory/slow-stock", feature: "inventory.replenishment", permission: "inventory.slow_stock.view", page: () => import("./pages/slow-stock-page").then((part) => part.SlowStockPage) },
    { path: "/inventory/stock-turnover", feature: "inventory.replenishment", permission: "inventory.slow_stock.view", page: () => import("./pages/turnover-page").then((part) => part.TurnoverPage) },
    { path: "/inventory/expiry", feature: "inventory.lots", permission: "inventory.lot.view", page: () => import("./pages/expiry-page").then((part) => part.ExpiryPage) },
    { path: "/inventory/trace", feature: "inventory.lots", permission: "inventory.lot.trace", page: () => import("./pages/trace-page").then((part) => part.TracePage) },
  ],
  entities: {
    "inventory.forecast": { detail: () => import("./pages/forecast-page").then((part) => part.ForecastPage) },
  },
  slots: [
    { slot: "count-sheet.detail.actions", key: "count", feature: "inventory.counting", permission: "inventory.count_sheet.count", component: lazy(() => import("./components/count-button").then((part) => ({ default: part.CountButton }))) as never },
    { slot: "blanket-order.detail.tabs", key: "drawn", title: "inventory:blanket.tab", order: 10, feature: "inventory.purchasing", permission: "inventory.blanket_order.view", component: lazy(() => import("./components/blanket-tab").then((part) => ({ default: part.BlanketTab }))) as never },
    { slot: "purchase-order.detail.panels", key: "supplier", order: 10, feature: "inventory.purchasing", component: lazy(() => import("./components/order-supplier").then((part) => ({ default: part.OrderSupplier }))) as never },
    { slot: "sales-order.detail.panels", key: "ship-from", order: 30, permission: "inventory.ship_from.view", component: lazy(() => import("./components/ship-from").then((part) => ({ default: part.ShipFrom }))) as never },
    { slot: "inquiry.detail.tabs", key: "suppliers", title: "inquiries:tab.suppliers", order: 10, feature: "inventory.rfq", permission: "inventory.inquiry.view", component: lazy(() => import("./inquiries/suppliers-tab").then((part) => ({ default: part.SuppliersTab }))) as never },
    { slot: "inquiry.detail.tabs", key: "comparison", title: "inquiries:tab.comparison", order: 20, feature: "inventory.rfq", permission: "inventory.inquiry.view", component: lazy(() => import("./inquiries/comparison-tab").then((part) => ({ default: part.ComparisonTab }))) as never },
    { slot: "lot.detail.tabs", key: "story", title: "inventory:lots.trace", order: 10, permission: "inventory.lot.trace", component: lazy(() => import("./components/lot-story").then((part) => ({ default: part.LotStoryTab }))) as never },
    { slot: "lot.detail.actions", key: "label", permission: "inventory.lot.view", component: lazy(() => import("./components/label-button").then((part) => ({ default: part.LotLabel }))) as never },
    { slot: "product.detail.actions", key: "label", feature: "inventory.lots", permission: "inventory.stock.view", component: lazy(() => import("./components/label-button").then((part) => ({ default: part.ProductLabel }))) as never },
    { slot: "delivery.detail.actions", key: "papers", permission: "inventory.delivery.view", component: lazy(() => import("./components/delivery-papers").then((part) => ({ default: part.DeliveryPapers }))) as never },
    { slot: "parcel.detail.actions", key: "label", feature: "inventory.wms", permission: "inventory.parcel.view", component: lazy(() => import("./components/delivery-papers").then((part) => ({ default: part.ParcelLabel }))) as never },
    { slot: "delivery.detail.tabs", key: "lots", title: "inventory:lots.lots", order: 10, feature: "inventory.lots", permission: "inventory.delivery.view", component: lazy(() => import("./components/delivery-lots").then((part) => ({ default: part.DeliveryLots }))) as never },
    { slot: "product.detail.tabs", key: "availability", title: "inventory:avail.tab", order: 10, permission: "inventory.stock.view", component: lazy(() => import("./components/availability").then((part) => ({ default: part.ProductAvailability }))) as never },
    { slot: "purchase-order-change.detail.tabs", key: "content", title: "inventory:changes.content", order: -10, component: lazy(() => import("./components/order-changes").then((part) => ({ default: part.ChangeContent }))) as never },
    { slot: "purchase-order.detail.tabs", key: "changes", title: "inventory:changes.tab", order: 20, permission: "shared.purchase_order.view", component: lazy(() => import("./components/order-changes").then((part) => ({ default: part.OrderChanges }))) as never },
    { slot: "shipment.detail.actions", key: "track", permission: "inventory.shipment.view", component: lazy(() => import("./components/track-link").then((part) => ({ default: part.TrackLink }))) as never },
    { slot: "purchase-order.detail.actions", key: "receive", feature: "inventory.purchasing", permission: "inventory.receipt.create", component: lazy(() => import("./components/receive-button").then((part) => ({ default: part.ReceiveButton }))) as never },
  ],
});
