/** The bell in the top bar. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const notifications = defineModule({
  key: "notifications",
  slots: [{ slot: "topbar.actions", key: "notifications", order: 90, component: lazy(() => import("./bell").then((part) => ({ default: part.Bell }))) as never }],
});
