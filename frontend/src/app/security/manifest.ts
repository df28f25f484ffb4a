/** The company's own door, who is signed in, who came in, what was changed. */
import { lazy } from "react";
import { defineModule } from "@/platform/slots/manifest";

export const security = defineModule({
  key: "security",
  routes: [{ path: "/admin/security", permission: "access.company.update", page: () => import("./security-page").then((part) => part.SecurityPage) }],
  slots: [
    { slot: "shell.notices", key: "second-factor", component: lazy(() => import("./second-factor-notice").then((part) => ({ default: part.SecondFactorNotice }))) as never },
  ],
});
