/** Handing over what somebody looks after: the list, the wizard, the report; and the way there from a member's page. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

const permission = "access.member.hand_over";

export const handover = defineModule({
  key: "handover",
  routes: [
    { path: "/admin/handover", permission, page: () => import("./handovers-page").then((part) => part.HandoversPage) },
    { path: "/admin/handover/new", permission, page: () => import("./new-page").then((part) => part.NewHandoverPage) },
    { path: "/admin/handover/$id", permission, page: () => import("./report-page").then((part) => part.HandoverReportPage) },
  ],
  slots: [{ slot: "member.detail.actions", key: "handover", permission, component: lazy(() => import("./member-button").then((part) => ({ default: part.MemberHandover }))) as never }],
});
