import { get, patch, post, request } from "@/platform/api/request";
import type { Ref, Row } from "@/platform/records/types";

export interface PermissionInfo {
  code: string;
  title: string;
  verb: string;
  /** I hold it myself and may hand it on. */
  held: boolean;
  /** Worth something now: its function is switched on. */
  on: boolean;
}

export interface PermissionModule {
  key: string;
  title: string;
  permissions: PermissionInfo[];
}

export interface RoleRow extends Row {
  key: string;
  name: string;
  permissions: string[];
  scope?: string;
}

export interface Invitation {
  id: number;
  email: string;
  roles: string[];
  department: number | null;
  invited_by: string;
  expires_at: string;
}

export interface DeadLetter {
  id: number;
  event: string;
  handler: string;
  attempts: number;
  error: string;
  created_at: string;
}

export const rolesPath = "/api/v1/access/roles/";
export const fetchPermissions = async () => (await get<{ modules: PermissionModule[] }>("/api/v1/access/permissions/")).modules;
export const fetchRoles = async () => (await get<{ results: RoleRow[] }>(rolesPath, { limit: 200, order: "name" })).results;
export const fetchRole = (id: string | number) => get<RoleRow>(`${rolesPath}${id}/`);
export const fetchDepartments = async () => (await get<{ results: (Row & { name: string; parent: Ref | null })[] }>("/api/v1/access/departments/", { limit: 500, order: "name" })).results;
export const fetchInvitations = async () => (await get<{ results: Invitation[] }>("/api/v1/invitations/")).results;
export const invite = (invitation: { email: string; roles: string[]; department: number | null }) => post<Invitation>("/api/v1/invitations/", invitation);
export const revokeInvitation = (id: number) => request<undefined>("DELETE", `/api/v1/invitations/${id}/`);
export const saveMemberRoles = (id: string | number, version: number, roles: string[]) => patch<Row>(`/api/v1/access/members/${id}/`, { roles }, { ifMatch: version });
export const createKey = (key: { name: string; permissions: string[]; expires_at: string | null }) => post<Row & { token: string }>("/api/v1/access/api-keys/", key);
export const fetchDeadLetters = async () => (await get<{ results: DeadLetter[] }>("/api/v1/events/dead-letters/")).results;
export const replayDeadLetter = (id: number) => post(`/api/v1/events/dead-letters/${id}/actions/replay/`);
