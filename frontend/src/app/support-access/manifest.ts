/** The page of support access, and the line above all pages while somebody of support may be in. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const supportAccess = defineModule({
  key: "support-access",
  routes: [{ path: "/admin/support", page: () => import("./support-page").then((part) => part.SupportPage), permission: "access.company.update" }],
  slots: [{ slot: "shell.notices", key: "support", order: 5, component: lazy(() => import("./support-notice").then((part) => ({ default: part.SupportNotice }))) as never }],
});
