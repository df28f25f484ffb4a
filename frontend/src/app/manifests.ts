/** Finds the modules' manifests by folder and turns their pages into routes. */
import { lazyRouteComponent } from "@tanstack/react-router";
import { createElement, type ComponentType } from "react";
import type { ModuleManifest, ModuleRoute } from "@/platform/slots/manifest";
import { allManifests, registerManifest } from "@/platform/slots/manifest";
import { Gate } from "./errors/gate";
import { notifications } from "./notifications/manifest";
import { handover } from "./handover/manifest";
import { people } from "./people/manifest";
import { supportAccess } from "./support-access/manifest";
import { security } from "./security/manifest";
import { webhooks } from "./webhooks/manifest";

registerManifest(people);
registerManifest(supportAccess);
registerManifest(handover);
registerManifest(security);
registerManifest(webhooks);
registerManifest(notifications);
const found = import.meta.glob<Record<string, ModuleManifest>>("/src/modules/*/manifest.{ts,tsx}", { eager: true });
for (const exported of Object.values(found)) {
  const manifest = Object.values(exported).find((value) => value && typeof value === "object" && "key" in value);
  if (manifest) registerManifest(manifest);
}

function guarded(route: ModuleRoute) {
  const Page = lazyRouteComponent(async () => ({ Page: await route.page() }), "Page") as unknown as ComponentType & { preload?: () => Promise<void> };
  const Guarded = () => createElement(Gate, { feature: route.feature, permission: route.permission, children: createElement(Page) });
  Guarded.preload = Page.preload;
  return Guarded;
}

export const moduleRoutes = () =>
  allManifests().flatMap((manifest) => (manifest.routes ?? []).map((route) => ({ path: route.path, bare: route.bare ?? false, component: guarded(route) })));
