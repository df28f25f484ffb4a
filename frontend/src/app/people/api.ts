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

export interface EntityRights {
  key: string;
  /** What its permissions begin with. */
  prefix: string;
  title: string;
  /** Its records belong to somebody: a role may see its own only. */
  scoped: boolean;
  fields: { key: string; label: string }[];
}

export interface PermissionModule {
  key: string;
  title: string;
  permissions: PermissionInfo[];
  entities?: EntityRights[];
}

export type Scopes = Record<string, string>;
export type FieldRules = Record<string, Record<string, "hidden" | "read_only">>;

export interface ShippedRole {
  key: string;
  name: string;
  permissions: string[];
  scope: string;
  scopes: Scopes;
}

export interface Clash {
  key: string;
  left: string[];
  right: string[];
  left_from: string[];
  right_from: string[];
}

export interface Duty {
  key: string;
  title: string;
  why: string;
  left: string[];
  right: string[];
}

export interface Duties {
  duties: Duty[];
  roles: { id: number; key: string; name: string; clashes: Clash[] }[];
  members: { id: number; name: string; clashes: Clash[] }[];
}

export interface Explanation {
  allowed: boolean;
  reasons: { kind: string; ok: boolean; text: string }[];
  would: string[];
}

export interface GrantRow extends Row {
  member: Ref;
  role: string;
  permissions: string[];
  /** How far single rights reach; a role brings its own. */
  scope: string;
  since: string;
  until: string;
  reason: string;
  ended_at: string | null;
}

export interface RoleRow extends Row {
  key: string;
  name: string;
  /** The name as the reader reads it: a shipped role in their language. */
  title?: string;
  permissions: string[];
  scope?: string;
  scopes?: Scopes;
  field_rules?: FieldRules;
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
export const fetchRoles = async () => (await get<{ results: RoleRow[] }>(rolesPath, { limit: 200, order: "title" })).results.map((role) => ({ ...role, name: role.title ?? role.name }));
export const fetchRole = (id: string | number) => get<RoleRow>(`${rolesPath}${id}/`);
export const fetchDepartments = async () => (await get<{ results: (Row & { name: string; parent: Ref | null })[] }>("/api/v1/access/departments/", { limit: 500, order: "name" })).results;
export const fetchInvitations = async () => (await get<{ results: Invitation[] }>("/api/v1/invitations/")).results;
export const invite = (invitation: { email: string; roles: string[]; department: number | null }) => post<Invitation>("/api/v1/invitations/", invitation);
export const revokeInvitation = (id: number) => request<undefined>("DELETE", `/api/v1/invitations/${id}/`);
export const saveMemberRoles = (id: string | number, version: number, roles: string[]) => patch<Row>(`/api/v1/access/members/${id}/`, { roles }, { ifMatch: version });
export const createKey = (key: { name: string; permissions: string[]; expires_at: string | null }) => post<Row & { token: string }>("/api/v1/access/api-keys/", key);
export const fetchDeadLetters = async () => (await get<{ results: DeadLetter[] }>("/api/v1/events/dead-letters/")).results;
export const replayDeadLetter = (id: number) => post(`/api/v1/events/dead-letters/${id}/actions/replay/`);

export const fetchShipped = async () => (await get<{ results: ShippedRole[] }>(`${rolesPath}shipped/`)).results;
export const fetchDuties = (member?: string | number) => get<Duties>("/api/v1/access/duties/", member === undefined ? {} : { member });
export const fetchExplanation = (member: string | number, entity: string, id?: string | number) => get<Explanation>("/api/v1/access/explain/", { member, entity, ...(id !== undefined && { id }) });
export const fetchMembers = async () => (await get<{ results: (Row & { name: string; email: string })[] }>("/api/v1/access/members/", { is_active: "true", limit: 500, order: "name" })).results;
const grantsPath = "/api/v1/access/grants/";
/** What was lent to a member, or to anybody; the one that ends last first. */
export const fetchGrants = async (member?: string | number) => (await get<{ results: GrantRow[] }>(grantsPath, { ...(member !== undefined && { member }), limit: 100 })).results;

export interface Loan {
  member: string | number;
  /** A whole role, or single rights and how far they reach. */
  role?: string;
  permissions?: string[];
  scope?: string;
  since?: string;
  until: string;
  reason: string;
}

export const lend = (grant: Loan) => post<GrantRow>(grantsPath, grant);
export const endGrant = (id: string | number) => post(`${grantsPath}${id}/actions/end/`);
const departmentsPath = "/api/v1/access/departments/";
export const makeDepartment = (department: { name: string; parent: string | number | null }) => post<Row>(departmentsPath, department);
export const changeDepartment = (id: string | number, version: number, change: { name?: string; parent?: string | number | null }) => patch<Row>(`${departmentsPath}${id}/`, change, { ifMatch: version });
export const dropDepartment = (id: string | number, version: number) => request<undefined>("DELETE", `${departmentsPath}${id}/`, { ifMatch: version });
