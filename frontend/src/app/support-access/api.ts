/** Support access: the company's consent, who came under it, and what they did. */
import { get, post } from "@/platform/api/request";

export type SupportScope = "read_only" | "full";

export interface SupportGrant {
  scope: SupportScope;
  reason: string;
  granted_by: string;
  granted_at: string;
  until: string;
}

export interface SupportSession {
  id: number;
  label: string;
  reason: string;
  scope: SupportScope;
  begun_at: string;
  ended_at: string | null;
  reads: number;
  writes: number;
}

export interface SupportAccess {
  may_grant: boolean;
  hours: number[];
  grant: SupportGrant | null;
  sessions: SupportSession[];
}

export interface SupportVisit {
  id: number;
  at: string;
  method: string;
  path: string;
  label: string;
  status: number;
}

/** In the bootstrap: somebody of support may be in, or is. */
export interface SupportNotice {
  mine: boolean;
  label: string;
  scope: SupportScope;
  until: string;
  inside: number;
}

export const supportKey = ["support-access"] as const;
export const visitsKey = (session: number) => ["support-access", session] as const;

const base = "/api/v1/company/support/";
export const fetchSupport = () => get<SupportAccess>(base);
export const grantSupport = (given: { hours: number; scope: SupportScope; reason: string }) => post<SupportAccess>(base, given);
export const endSupport = () => post<SupportAccess>(`${base}end/`);
export const fetchVisits = (session: number, before: number | null) =>
  get<{ results: SupportVisit[]; next: number | null }>(`${base}sessions/${session}/${before ? `?before=${before}` : ""}`);
export const leaveSupport = () => post("/api/v1/support/leave/");
