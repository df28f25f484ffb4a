/** What inventory adds to the app: receiving what was ordered. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const inventory = defineModule({
  key: "inventory",
  slots: [
    { slot: "purchase-order.detail.actions", key: "receive", feature: "inventory.purchasing", permission: "inventory.receipt.create", component: lazy(() => import("./components/receive-button").then((part) => ({ default: part.ReceiveButton }))) as never },
  ],
});
