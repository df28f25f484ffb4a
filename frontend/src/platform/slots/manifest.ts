/** What a module brings to the app: its own pages, overrides of the generic ones, dialogs of actions, slot fills. */
import type { ComponentType } from "react";
import type { ActionOutcome } from "@/platform/records/api";
import type { ActionMeta, EntityMeta, RecordId, Row } from "@/platform/records/types";
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

/** What a dialog of a module gets: the engine runs the action, shows refusals and keeps the page fresh. */
export interface ActionDialogProps {
  entity: EntityMeta;
  record: Row;
  action: ActionMeta;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onRun: (params: Record<string, unknown>, done?: (outcome: ActionOutcome) => void) => void;
}

/** What a module knows of an action beyond its metadata. */
export interface OwnAction {
  /** Asks for what the action needs, in place of the fields that its metadata lists. */
  dialog?: ComponentType<ActionDialogProps>;
}

export interface ModuleManifest {
  key: string;
  routes?: ModuleRoute[];
  /** Pages that replace the generic ones, per entity key. */
  entities?: Record<string, EntityPages>;
  /** Per entity key, per action key. */
  actions?: Record<string, Record<string, OwnAction>>;
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

export function ownAction(entity: string, action: string): OwnAction {
  for (const manifest of manifests.values()) {
    const own = manifest.actions?.[entity]?.[action];
    if (own) return own;
  }
  return {};
}
