/** What CRM adds to the app. */
import { defineModule } from "@/platform/slots/manifest";

export const crm = defineModule({
  key: "crm",
  routes: [{ path: "/crm/pipeline", feature: "crm.opportunities", permission: "crm.opportunity.view", page: () => import("./pages/pipeline-page").then((part) => part.PipelinePage) }],
});
