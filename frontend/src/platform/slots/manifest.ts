/** What a module brings to the app: its own pages, overrides of the generic ones, slot fills. */
import type { ComponentType } from "react";
import type { RecordId } from "@/platform/records/types";
import { registerSlot, type SlotFill } from "./slots";

export type LazyPage<P = object> = () => Promise<ComponentType<P>>;

export interface ModuleRoute {
  /** Path inside the app, `/crm/pipeline` or `/crm/quotes/$id`. */
  path: string;
  page: LazyPage;
  feature?: string;
  permission?: string;
  /** Without the shell around it (shop-floor terminal, print). */
  bare?: boolean;
}

export interface EntityPages {
  list?: LazyPage<{ entityKey: string }>;
  detail?: LazyPage<{ entityKey: string; id: RecordId }>;
  form?: LazyPage<{ entityKey: string; id?: RecordId }>;
}

export interface LazySlotFill extends Omit<SlotFill, "component"> {
  slot: string;
  component: ComponentType<never>;
}

export interface ModuleManifest {
  key: string;
  routes?: ModuleRoute[];
  /** Pages that replace the generic ones, per entity key. */
  entities?: Record<string, EntityPages>;
  slots?: LazySlotFill[];
}

export const defineModule = (manifest: ModuleManifest): ModuleManifest => manifest;

const manifests = new Map<string, ModuleManifest>();

export function registerManifest(manifest: ModuleManifest): void {
  manifests.set(manifest.key, manifest);
  for (const { slot, ...fill } of manifest.slots ?? []) registerSlot(slot, fill as SlotFill<never>);
}

export const allManifests = (): ModuleManifest[] => [...manifests.values()];

export function pagesOf(entity: string): EntityPages {
  for (const manifest of manifests.values()) {
    const pages = manifest.entities?.[entity];
    if (pages) return pages;
  }
  return {};
}
