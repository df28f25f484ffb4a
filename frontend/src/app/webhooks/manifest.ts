/** Webhooks: where other programs listen, and the log of what they were told. */
import { defineModule } from "@/platform/slots/manifest";

const permission = "webhooks.endpoint.view";

export const webhooks = defineModule({
  key: "webhooks",
  routes: [
    { path: "/admin/webhooks", permission, page: () => import("./webhooks-page").then((part) => part.WebhooksPage) },
    { path: "/admin/webhooks/$id", permission, page: () => import("./webhook-page").then((part) => part.WebhookPage) },
  ],
});
