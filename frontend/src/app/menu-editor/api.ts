import { request } from "@/platform/api/request";
import type { MenuNode } from "@/platform/session/bootstrap";
import type { DefaultNode, Patch } from "./model";

export interface MenuDocument extends Patch {
  version: number;
  /** Ids in the patch that mean nothing any more. */
  ignored: string[];
  defaults: DefaultNode[];
}

const path = "/api/v1/access/menu/";

export const fetchMenu = () => request<MenuDocument>("GET", path);
export const publishMenu = (patch: Patch, version: number | null) => request<MenuDocument>("PUT", path, { body: { ...patch, version } });
export const resetMenu = () => request<MenuDocument>("DELETE", path);
export const previewMenu = async (patch: Patch, role: string) => (await request<{ menu: MenuNode[] }>("POST", `${path}preview/`, { query: { role }, body: patch })).menu;

export interface RoleRow {
  id: number;
  key: string;
  name: string;
}

export const fetchRoles = async () => (await request<{ results: RoleRow[] }>("GET", "/api/v1/access/roles/", { query: { limit: 200, fields: "key,name" } })).results;
