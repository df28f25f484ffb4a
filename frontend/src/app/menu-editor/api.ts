import { request } from "@/platform/api/request";
import type { MenuNode } from "@/platform/session/bootstrap";
import type { DefaultNode, Patch } from "./model";

export interface MenuDocument extends Patch {
  version: number;
  /** What somebody was editing and has not published. */
  draft: Patch | null;
  /** Ids in the patch that mean nothing any more. */
  ignored: string[];
  defaults: DefaultNode[];
}

const path = "/api/v1/access/menu/";

/** A layer is the company's menu ("") or what a role sees differently (its key). */
const layerOf = (layer: string) => (layer ? { role: layer } : {});

export interface MenuVersion {
  number: number;
  at: string;
  by: string;
  changes: number;
  restored: number | null;
  current: boolean;
}

export const fetchMenu = (layer: string) => request<MenuDocument>("GET", path, { query: layerOf(layer) });
export const publishMenu = (patch: Patch, version: number | null, layer: string) => request<MenuDocument>("PUT", path, { query: layerOf(layer), body: { ...patch, version } });
export const resetMenu = (layer: string) => request<MenuDocument>("DELETE", path, { query: layerOf(layer) });
export const keepDraft = (draft: Patch | null, layer: string) =>
  draft ? request<undefined>("PUT", `${path}draft/`, { query: layerOf(layer), body: draft }) : request<undefined>("DELETE", `${path}draft/`, { query: layerOf(layer) });
export const fetchVersions = async (layer: string) => (await request<{ results: MenuVersion[] }>("GET", `${path}versions/`, { query: layerOf(layer) })).results;
export const restoreVersion = (number: number, layer: string) => request<MenuDocument>("POST", `${path}versions/${number}/actions/restore/`, { query: layerOf(layer) });
export const previewMenu = async (patch: Patch, role: string, layer: string) =>
  (await request<{ menu: MenuNode[] }>("POST", `${path}preview/`, { query: { role, ...(layer && { layer }) }, body: { nodes: patch.nodes, added: patch.added } })).menu;

export interface MyNode {
  hidden?: boolean;
  order?: number;
  pinned?: boolean;
}

export interface MyMenu {
  nodes: Record<string, MyNode>;
  /** All that I may open, what I hid included. */
  menu: MenuNode[];
}

export const fetchMyMenu = () => request<MyMenu>("GET", `${path}mine/`);
export const saveMyMenu = (nodes: MyMenu["nodes"]) => request<MyMenu>("PUT", `${path}mine/`, { body: { nodes } });

export interface RoleRow {
  id: number;
  key: string;
  name: string;
}

export const fetchRoles = async () => (await request<{ results: RoleRow[] }>("GET", "/api/v1/access/roles/", { query: { limit: 200, fields: "key,name" } })).results;

export interface SharedView {
  key: string;
  title: string;
  entity: string;
}

/** Views that somebody saved and shared, of one kind of record or of all: an entry of everybody's menu cannot open a private one. */
export const fetchSharedViews = async (entity?: string): Promise<SharedView[]> =>
  (await request<{ results: { id: number; name: string; entity: string; shared: boolean }[] }>("GET", "/api/v1/records/saved-views/", { query: { ...(entity && { entity }), limit: 200 } })).results
    .filter((view) => view.shared)
    .map((view) => ({ key: `saved-${view.id}`, title: view.name, entity: view.entity }));
