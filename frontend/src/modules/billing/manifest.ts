/** What billing adds to the app: the subscription's page, and a line above every page when it needs looking after. */
import { createElement, lazy, Suspense } from "react";
import { defineModule } from "@/platform/slots/manifest";

const Notice = lazy(() => import("./components/standing-notice").then((part) => ({ default: part.StandingNotice })));

export const billing = defineModule({
  key: "billing",
  routes: [{ path: "/admin/subscription", permission: "billing.subscription.manage", page: () => import("./pages/subscription-page").then((part) => part.SubscriptionPage) }],
  slots: [{ slot: "shell.notices", key: "standing", component: (() => createElement(Suspense, { fallback: null }, createElement(Notice))) as never }],
});
