/** Sessions, sign-ins, the company's own door. */
import { get, patch, post, request } from "@/platform/api/request";

export interface SessionRow {
  id: number;
  device: string;
  user_agent: string;
  ip: string;
  created_at: string;
  last_seen_at: string;
  company: string | null;
  current: boolean;
  by_staff?: string | null;
  /** Null: a visit of support. */
  member?: { id: number; label: string } | null;
}

export interface LoginRow {
  id: number;
  kind: string;
  at: string;
  ip: string | null;
  host: string;
  device: string;
  email: string;
  member?: { id: number; label: string } | null;
}

export interface Policy {
  mfa_required_from: string | null;
  allowed_addresses: string[];
  your_address: string | null;
  members: number;
  without_second_factor: { id: number; name: string; email: string }[];
}

export interface ChangeRow {
  at: string;
  actor: string;
  what: string;
  kind: string;
  id: number | null;
  label: string;
  changes: Record<string, unknown>;
}

export interface PolicyInput {
  mfa?: boolean;
  grace_days?: number;
  allowed_addresses?: string[];
}

export const sessionsKey = ["my-sessions"] as const;
export const securityKey = ["security"] as const;

export const fetchMySessions = async () => (await get<{ results: SessionRow[] }>("/api/v1/session/list/")).results;
export const endMySession = (id: number) => request<undefined>("DELETE", `/api/v1/session/list/${id}/`);
export const endMyOthers = () => request<{ ended: number }>("DELETE", "/api/v1/session/list/");
export const fetchMyLogins = async () => (await get<{ results: LoginRow[] }>("/api/v1/session/logins/")).results;
export const fetchPolicy = () => get<Policy>("/api/v1/security/policy/");
export const savePolicy = (input: PolicyInput) => patch<Policy>("/api/v1/security/policy/", input);
export const fetchSessions = async () => (await get<{ results: SessionRow[] }>("/api/v1/security/sessions/")).results;
export const signOutMember = (member: number, session?: number) => post<{ ended: number }>(`/api/v1/security/members/${member}/sign-out/${session ? `?session=${session}` : ""}`);
export const fetchLogins = (before?: number) => get<{ results: LoginRow[]; more: boolean }>("/api/v1/security/logins/", { before });
export const fetchChanges = async () => (await get<{ results: ChangeRow[] }>("/api/v1/security/changes/")).results;
